package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.OperatingSystemMXBean;
import dev.hookset.aws.clients.Clients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * A process with one HTTP client under the SDK, which makes the two calls of a delivery when it is
 * told to: {@code deliver} does so once, {@code warm} many times with new connections each, {@code
 * renew} lets go of the connections as before a snapshot. It answers each line with one of its own.
 */
public final class HttpClientProbe {
  private static final Duration CONNECTING = Duration.ofSeconds(1);
  private static final Duration READING = Duration.ofSeconds(3);
  private static final int WARMING = 200;
  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "secret"));

  private HttpClientProbe() {}

  /** Runs with a contender's name, and the address of the service. */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    Calls calls = calls(HttpClients.valueOf(arguments[0]), URI.create(arguments[1]));
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      long cpu = system.getProcessCpuTime();
      long start = System.nanoTime();
      switch (line) {
        case "deliver" -> calls.deliver();
        case "renew" -> calls.renew().run();
        case "warm" -> {
          for (int i = 0; i < WARMING; i++) {
            calls.renew().run();
            calls.deliver();
            calls.deliver();
          }
        }
        default -> throw new IllegalArgumentException(line);
      }
      long end = System.nanoTime();
      long used = system.getProcessCpuTime();
      System.out.println((end - start) + " " + (used - cpu) + " " + used);
    }
    System.exit(0);
  }

  private record Calls(DynamoDbClient dynamoDb, SqsClient sqs, Runnable renew) {
    void deliver() {
      dynamoDb.putItem(
          put -> put.tableName("inbox").item(Map.of("pk", AttributeValue.fromS("lymnus#1"))));
      sqs.sendMessage(send -> send.queueUrl("https://localhost/queue").messageBody("{}"));
    }
  }

  private static Calls calls(HttpClients client, URI endpoint) throws GeneralSecurityException {
    return switch (client) {
      case FUNCTION -> {
        Clients clients =
            new Clients("us-east-1", () -> CREDENTIALS, _ -> endpoint, Clients.Patience.WORKING);
        yield new Calls(clients.dynamoDb(), clients.sqs(), clients::forget);
      }
      case URL_CONNECTION_KEPT, URL_CONNECTION -> {
        if (client == HttpClients.URL_CONNECTION_KEPT) {
          System.setProperty("http.keepAlive.time.server", HttpClients.KEPT_SECONDS);
        }
        SSLContext context = SSLContext.getDefault();
        Renewable<SSLSocketFactory> sockets = new Renewable<>(context::getSocketFactory);
        SdkHttpClient http =
            UrlConnectionHttpClient.create(
                url -> {
                  try {
                    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
                    connection.setConnectTimeout((int) CONNECTING.toMillis());
                    connection.setReadTimeout((int) READING.toMillis());
                    ((HttpsURLConnection) connection).setSSLSocketFactory(sockets.current);
                    return connection;
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        yield calls(http, endpoint, sockets::renew);
      }
      case CRT ->
          renewed(
              () ->
                  AwsCrtHttpClient.builder()
                      .connectionTimeout(CONNECTING)
                      .connectionMaxIdleTime(
                          Duration.ofSeconds(Integer.parseInt(HttpClients.KEPT_SECONDS)))
                      // It knows no trust store of Java's; so it has it easier than the others.
                      .buildWithDefaults(
                          AttributeMap.builder()
                              .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                              .build()),
              endpoint);
    };
  }

  private static Calls renewed(Supplier<SdkHttpClient> maker, URI endpoint) {
    Renewable<SdkHttpClient> current = new Renewable<>(maker);
    SdkHttpClient http =
        new SdkHttpClient() {
          @Override
          public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
            return current.current.prepareRequest(request);
          }

          @Override
          public void close() {
            current.current.close();
          }
        };
    return calls(
        http,
        endpoint,
        () -> {
          http.close();
          current.renew();
        });
  }

  private static Calls calls(SdkHttpClient http, URI endpoint, Runnable renew) {
    return new Calls(
        configured(DynamoDbClient.builder(), http, endpoint).build(),
        configured(SqsClient.builder(), http, endpoint).checksumValidationEnabled(false).build(),
        renew);
  }

  private static <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B configured(
      B builder, SdkHttpClient http, URI endpoint) {
    return builder
        .httpClient(http)
        .credentialsProvider(CREDENTIALS)
        .region(Region.US_EAST_1)
        .endpointOverride(endpoint)
        .overrideConfiguration(
            ClientOverrideConfiguration.builder()
                .apiCallTimeout(Duration.ofSeconds(10))
                .retryStrategy(retry -> retry.maxAttempts(3))
                .defaultProfileFileSupplier(() -> ProfileFile.aggregator().build())
                .build());
  }

  private static final class Renewable<T> {
    private final Supplier<T> maker;
    private volatile T current;

    Renewable(Supplier<T> maker) {
      this.maker = maker;
      this.current = maker.get();
    }

    void renew() {
      current = maker.get();
    }
  }
}
