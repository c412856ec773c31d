package dev.hookset.aws.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The SDK's clients, with timeouts that fit into the function's. Region, credentials and endpoints
 * come from the variables that Lambda and the SDK define, so that nothing of ours switches between
 * AWS and a laptop.
 */
public final class Clients {
  /** How long a client may take for one call, all attempts together, and how often it tries. */
  public enum Patience {
    /**
     * A sender waits, the shortest time of a provider being 10 s. Besides its keys a delivery takes
     * up to four calls: a long body and its record, and where other bytes came under its ID before,
     * both once more. A secret gets less time, because older keys serve on where it fails.
     */
    RECEIVING(
        Duration.ofMillis(300),
        Duration.ofMillis(700),
        Duration.ofMillis(1500),
        Duration.ofSeconds(1),
        2),
    /** Nobody waits but the queue. */
    WORKING(
        Duration.ofSeconds(1),
        Duration.ofMillis(1500),
        Duration.ofSeconds(4),
        Duration.ofSeconds(4),
        3);

    private final Duration connecting;
    private final Duration reading;
    private final Duration call;
    private final Duration callForSecret;
    private final int attempts;

    Patience(
        Duration connecting,
        Duration reading,
        Duration call,
        Duration callForSecret,
        int attempts) {
      this.connecting = connecting;
      this.reading = reading;
      this.call = call;
      this.callForSecret = callForSecret;
      this.attempts = attempts;
    }
  }

  private static final ProfileFile NO_PROFILES = ProfileFile.aggregator().build();

  /**
   * Ends calls that take too long, of all clients. By itself the SDK has up to five threads for
   * each client, of which a first delivery would wait for two to be started.
   */
  private static final ScheduledExecutorService TIMEOUTS =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("hookset-timeouts").factory());

  private final Function<String, @Nullable URI> endpoints;
  private final Patience patience;
  private final RenewableHttpClient http;
  private final List<RenewableHttpClient> others = new CopyOnWriteArrayList<>();
  private final Supplier<AwsCredentialsProvider> credentialsAnew;
  private final Region region;
  private volatile AwsCredentialsProvider credentials;

  /**
   * Creates the source of clients for {@code region}.
   *
   * @param credentials makes what gives the credentials, each time without what the last one knew
   * @param endpoints gives a service's own address, by what stands for it in the SDK's variables
   *     ({@code DYNAMODB} in {@code AWS_ENDPOINT_URL_DYNAMODB}), and null for AWS's
   */
  public Clients(
      String region,
      Supplier<AwsCredentialsProvider> credentials,
      Function<String, @Nullable URI> endpoints,
      Patience patience) {
    this.region = Region.of(region);
    this.credentialsAnew = Objects.requireNonNull(credentials, "credentials");
    this.credentials = credentials.get();
    this.endpoints = Objects.requireNonNull(endpoints, "endpoints");
    this.patience = Objects.requireNonNull(patience, "patience");
    this.http = new RenewableHttpClient(patience.connecting, patience.reading);
  }

  /**
   * Closes the connections and drops the credentials, as what stands in a snapshot is old when it
   * is restored, and many may be restored from one. The clients can be used on.
   */
  public void forget() {
    http.renew();
    others.forEach(RenewableHttpClient::renew);
    credentials = credentialsAnew.get();
  }

  /**
   * Opens a connection to {@code service}, which stays open for a call of a client, and returns the
   * status of what is answered there to a request that asks for nothing: any will do.
   *
   * @throws IOException if no answer came
   */
  public int connect(URI service) throws IOException {
    HttpExecuteResponse answer =
        http.prepareRequest(
                HttpExecuteRequest.builder()
                    .request(
                        SdkHttpRequest.builder().method(SdkHttpMethod.GET).uri(service).build())
                    .build())
            .call();
    // A connection is kept only if the answer was read.
    try (InputStream body =
        answer
            .responseBody()
            .map(InputStream.class::cast)
            .orElseGet(InputStream::nullInputStream)) {
      body.transferTo(OutputStream.nullOutputStream());
    }
    return answer.httpResponse().statusCode();
  }

  /**
   * Returns an HTTP client for other hosts than AWS's; {@link #forget} closes its connections, too.
   *
   * @param connecting how long a connection may take to be made
   * @param reading how long the other side may be silent
   */
  public SdkHttpClient http(Duration connecting, Duration reading) {
    RenewableHttpClient client = new RenewableHttpClient(connecting, reading);
    others.add(client);
    return client;
  }

  /** Returns a client of DynamoDB, whose calls go through {@code interceptors} first. */
  public DynamoDbClient dynamoDb(ExecutionInterceptor... interceptors) {
    return configured(DynamoDbClient.builder(), "DYNAMODB", patience.call, interceptors).build();
  }

  /** Returns a client of SQS, whose calls go through {@code interceptors} first. */
  public SqsClient sqs(ExecutionInterceptor... interceptors) {
    // TLS has seen to the few bytes of a pointer; the SDK would compute their MD5 besides.
    return configured(SqsClient.builder(), "SQS", patience.call, interceptors)
        .checksumValidationEnabled(false)
        .build();
  }

  /** Returns a client of Secrets Manager, with the time that a secret may take. */
  public SecretsManagerClient secretsManager() {
    return configured(SecretsManagerClient.builder(), "SECRETS_MANAGER", patience.callForSecret)
        .build();
  }

  /** Returns a client of EventBridge. */
  public EventBridgeClient eventBridge() {
    return configured(EventBridgeClient.builder(), "EVENTBRIDGE", patience.call).build();
  }

  /** Returns what makes the client when it is first asked, and gives the same from then on. */
  public Supplier<S3Client> s3() {
    // A wrong endpoint stops the function at start, and not at its first long body.
    boolean hasEndpoint = endpoints.apply("S3") != null;
    return new Supplier<>() {
      private @Nullable S3Client made;

      @Override
      public synchronized S3Client get() {
        S3Client client = made;
        if (client == null) {
          // A bucket's name in front of an address such as 127.0.0.1 makes no host.
          client =
              configured(S3Client.builder(), "S3", patience.call)
                  .forcePathStyle(hasEndpoint)
                  .build();
          made = client;
        }
        return client;
      }
    };
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B configured(
      B builder, String service, Duration call, ExecutionInterceptor... interceptors) {
    configured(builder, call, interceptors);
    URI endpoint = endpoints.apply(service);
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder;
  }

  /**
   * Configures the builder of any service's client, and returns it. An endpoint of its own comes
   * from the variable that the SDK defines.
   */
  public <B extends AwsClientBuilder<B, C>, C> B configured(B builder) {
    return configured(builder, patience.call);
  }

  private <B extends AwsClientBuilder<B, C>, C> B configured(
      B builder, Duration call, ExecutionInterceptor... interceptors) {
    if (builder instanceof AwsSyncClientBuilder<?, ?> sync) {
      sync.httpClient(http);
    }
    builder
        .credentialsProvider(() -> credentials.resolveCredentials())
        .region(region)
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallTimeout(call)
                .scheduledExecutorService(TIMEOUTS)
                .executionInterceptors(List.of(interceptors))
                .retryStrategy(retry -> retry.maxAttempts(patience.attempts))
                // A function has no profiles; looking for their files costs a start.
                .defaultProfileFileSupplier(() -> NO_PROFILES)
                .build());
    return builder;
  }
}
