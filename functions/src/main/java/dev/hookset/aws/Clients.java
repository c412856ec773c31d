package dev.hookset.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
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
final class Clients {
  /** How long a client may take for one call, all attempts together, and how often it tries. */
  enum Patience {
    /**
     * A sender waits, the shortest time of a provider being 10 s, and a delivery makes up to five
     * calls: two for its secret when that is due, which get half the time of the others because
     * older keys serve on where they fail; one for its body if that is long; the record; the push.
     */
    RECEIVING(
        Duration.ofMillis(500),
        Duration.ofMillis(1000),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        2),
    /** Nobody waits but the queue, and no secret is asked for. */
    WORKING(
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
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

  private final Environment environment;
  private final Patience patience;
  private final SdkHttpClient http;
  private final AwsCredentialsProvider credentials;
  private final Runnable forgetting;
  private final Region region;

  Clients(Environment environment, Patience patience) {
    JdkHttpClient connections = new JdkHttpClient(patience.connecting, patience.reading);
    LambdaCredentials lambda = new LambdaCredentials(environment);
    this(
        environment,
        patience,
        connections,
        lambda,
        () -> {
          connections.closeConnections();
          lambda.forget();
        });
  }

  private Clients(
      Environment environment,
      Patience patience,
      SdkHttpClient http,
      AwsCredentialsProvider credentials,
      Runnable forgetting) {
    this.environment = Objects.requireNonNull(environment, "environment");
    this.patience = Objects.requireNonNull(patience, "patience");
    this.http = http;
    this.credentials = credentials;
    this.forgetting = forgetting;
    this.region = Region.of(environment.required("AWS_REGION"));
  }

  /** Returns clients that are like these but speak to {@code stage}, with credentials of nobody. */
  Clients rehearsing(SdkHttpClient stage) {
    return new Clients(
        environment,
        patience,
        stage,
        StaticCredentialsProvider.create(
            AwsSessionCredentials.create("rehearsal", "rehearsal", "rehearsal")),
        () -> {});
  }

  /**
   * Closes the connections and drops the credentials, as what stands in a snapshot is old when it
   * is restored, and many may be restored from one. The clients can be used on.
   */
  void forget() {
    forgetting.run();
  }

  DynamoDbClient dynamoDb() {
    return configured(DynamoDbClient.builder(), "DYNAMODB", patience.call).build();
  }

  SqsClient sqs() {
    // TLS has seen to the few bytes of a pointer; the SDK would compute their MD5 besides.
    return configured(SqsClient.builder(), "SQS", patience.call)
        .checksumValidationEnabled(false)
        .build();
  }

  SecretsManagerClient secretsManager() {
    return configured(SecretsManagerClient.builder(), "SECRETS_MANAGER", patience.callForSecret)
        .build();
  }

  EventBridgeClient eventBridge() {
    return configured(EventBridgeClient.builder(), "EVENTBRIDGE", patience.call).build();
  }

  /** Returns what makes the client when it is first asked, and gives the same from then on. */
  Supplier<S3Client> s3() {
    // A wrong endpoint stops the function at start, and not at its first long body.
    boolean hasEndpoint = endpoint("S3") != null;
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
      B builder, String service, Duration call) {
    builder
        .httpClient(http)
        .credentialsProvider(credentials)
        .region(region)
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallTimeout(call)
                .retryStrategy(retry -> retry.maxAttempts(patience.attempts))
                // A function has no profiles; looking for their files costs a start.
                .defaultProfileFileSupplier(() -> NO_PROFILES)
                .build());
    URI endpoint = endpoint(service);
    if (endpoint != null) {
      builder.endpointOverride(endpoint);
    }
    return builder;
  }

  private @Nullable URI endpoint(String service) {
    String variable = "AWS_ENDPOINT_URL_" + service;
    String value = environment.optional(variable);
    if (value == null) {
      return null;
    }
    try {
      URI url = URI.create(value);
      if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: the message below says what was expected.
    }
    throw new Misconfiguration(variable, "is '" + value + "'; a URL is expected");
  }
}
