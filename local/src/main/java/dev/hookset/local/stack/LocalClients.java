package dev.hookset.local.stack;

import dev.hookset.local.embedded.EmbeddedSqs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Clients of the embedded servers. They never go through a proxy: by itself the SDK sends what is
 * for this machine, bodies included, to the one that {@code HTTP_PROXY} names. Safe to share
 * between threads.
 */
public final class LocalClients implements AutoCloseable {
  private final SdkHttpClient http;
  private final DynamoDbClient dynamoDb;
  private final SqsClient sqs;
  private final S3Client s3;

  /** Creates clients of the servers at these addresses; calls nothing. */
  public LocalClients(URI dynamoDb, URI sqs, URI s3) {
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
    Region region = Region.of(EmbeddedSqs.REGION);
    this.http =
        UrlConnectionHttpClient.create(
            uri -> {
              try {
                return (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    this.dynamoDb =
        DynamoDbClient.builder()
            .endpointOverride(dynamoDb)
            .credentialsProvider(credentials)
            .region(region)
            .httpClient(http)
            .build();
    this.sqs =
        SqsClient.builder()
            .endpointOverride(sqs)
            .credentialsProvider(credentials)
            .region(region)
            .httpClient(http)
            .build();
    this.s3 =
        S3Client.builder()
            .endpointOverride(s3)
            .forcePathStyle(true)
            .credentialsProvider(credentials)
            .region(region)
            .httpClient(http)
            .build();
  }

  /** Returns the client of DynamoDB. */
  public DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  /** Returns the client of SQS. */
  public SqsClient sqs() {
    return sqs;
  }

  /** Returns the client of S3. */
  public S3Client s3() {
    return s3;
  }

  @Override
  public void close() {
    s3.close();
    sqs.close();
    dynamoDb.close();
    http.close();
  }
}
