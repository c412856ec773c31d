package dev.hookset.local.stack;

import dev.hookset.local.embedded.EmbeddedSqs;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Clients of the embedded servers, each made when it is first asked for: one costs a command more
 * than its call does. Safe to share between threads.
 */
public final class LocalClients implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(2);
  private static final Duration READING = Duration.ofSeconds(30);
  private static final int MOST_CONNECTIONS = 1_000;
  private static final Region REGION = Region.of(EmbeddedSqs.REGION);
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));

  private final URI dynamoDbEndpoint;
  private final URI sqsEndpoint;
  private final URI s3Endpoint;
  private final SdkHttpClient http;
  private @Nullable DynamoDbClient dynamoDb;
  private @Nullable SqsClient sqs;
  private @Nullable S3Client s3;

  /** Creates clients of the servers at these addresses; calls nothing. */
  public LocalClients(URI dynamoDb, URI sqs, URI s3) {
    this.dynamoDbEndpoint = Objects.requireNonNull(dynamoDb, "dynamoDb");
    this.sqsEndpoint = Objects.requireNonNull(sqs, "sqs");
    this.s3Endpoint = Objects.requireNonNull(s3, "s3");
    this.http =
        Apache5HttpClient.builder()
            .connectionTimeout(CONNECTING)
            .socketTimeout(READING)
            .maxConnections(MOST_CONNECTIONS)
            // Nothing here goes through a proxy, or over TLS, for which a start would read the
            // certificates of all the world.
            .proxyConfiguration(
                ProxyConfiguration.builder()
                    .useSystemPropertyValues(false)
                    .useEnvironmentVariableValues(false)
                    .build())
            .tlsTrustManagersProvider(() -> new TrustManager[0])
            .build();
  }

  /** Returns the client of DynamoDB. */
  public synchronized DynamoDbClient dynamoDb() {
    if (dynamoDb == null) {
      dynamoDb = withSettings(DynamoDbClient.builder(), dynamoDbEndpoint).build();
    }
    return dynamoDb;
  }

  /** Returns the client of SQS. */
  public synchronized SqsClient sqs() {
    if (sqs == null) {
      sqs = withSettings(SqsClient.builder(), sqsEndpoint).build();
    }
    return sqs;
  }

  /** Returns the client of S3. */
  public synchronized S3Client s3() {
    if (s3 == null) {
      s3 = withSettings(S3Client.builder().forcePathStyle(true), s3Endpoint).build();
    }
    return s3;
  }

  private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> B withSettings(
      B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .credentialsProvider(CREDENTIALS)
        .region(REGION)
        .httpClient(http);
  }

  @Override
  public synchronized void close() {
    Stream.of(s3, sqs, dynamoDb, http).filter(Objects::nonNull).forEach(SdkAutoCloseable::close);
  }
}
