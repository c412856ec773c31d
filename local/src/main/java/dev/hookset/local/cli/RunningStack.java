package dev.hookset.local.cli;

import dev.hookset.aws.DynamoDbInbox;
import dev.hookset.aws.S3BodyStore;
import dev.hookset.aws.SqsWorkQueue;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.receive.QueueUnavailable;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import picocli.CommandLine.Option;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Where the stack of a running {@code ./hookset dev} is to be reached. */
final class RunningStack {
  /** A record is not settled from here, so how long a final one is kept does not matter. */
  private static final Duration RETENTION = Duration.ofDays(30);

  @Option(
      names = "--dynamodb-port",
      defaultValue = "8000",
      paramLabel = "PORT",
      description = "Port of its embedded DynamoDB (default: ${DEFAULT-VALUE}).")
  private int dynamoDbPort;

  @Option(
      names = "--sqs-port",
      defaultValue = "9324",
      paramLabel = "PORT",
      description = "Port of its embedded SQS (default: ${DEFAULT-VALUE}).")
  private int sqsPort;

  @Option(
      names = "--s3-port",
      defaultValue = "9090",
      paramLabel = "PORT",
      description = "Port of its embedded S3 (default: ${DEFAULT-VALUE}).")
  private int s3Port;

  /**
   * The stack's parts.
   *
   * @param operator what can be done with its records
   * @param sqs its SQS
   * @param queueUrl its work queue
   * @param deadLetterQueueUrl the queue of what SQS gave up on
   */
  record Parts(Operator operator, SqsClient sqs, String queueUrl, String deadLetterQueueUrl) {}

  /** Does something with the stack. */
  <T> T with(InstantSource clock, Function<Parts, T> action) {
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
    try (SdkHttpClient http = UrlConnectionHttpClient.builder().build();
        DynamoDbClient dynamoDb =
            DynamoDbClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + dynamoDbPort))
                .credentialsProvider(credentials)
                .region(Region.US_EAST_1)
                .httpClient(http)
                .build();
        SqsClient sqs =
            SqsClient.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + sqsPort))
                .credentialsProvider(credentials)
                .region(Region.US_EAST_1)
                .httpClient(http)
                .build();
        S3Client s3 =
            S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + s3Port))
                .forcePathStyle(true)
                .credentialsProvider(credentials)
                .region(Region.US_EAST_1)
                .httpClient(http)
                .build()) {
      String queueUrl = sqs.getQueueUrl(get -> get.queueName(LocalStack.QUEUE)).queueUrl();
      String deadLetterQueueUrl =
          sqs.getQueueUrl(get -> get.queueName(LocalStack.DEAD_LETTER_QUEUE)).queueUrl();
      Operator operator =
          new Operator(
              dynamoDb,
              LocalStack.TABLE,
              new DynamoDbInbox(
                  dynamoDb,
                  LocalStack.TABLE,
                  new S3BodyStore(() -> s3, LocalStack.BUCKET),
                  DynamoDbInbox.DEFAULT_INLINE_BYTES,
                  RETENTION),
              new SqsWorkQueue(sqs, queueUrl),
              clock);
      return action.apply(new Parts(operator, sqs, queueUrl, deadLetterQueueUrl));
    } catch (SdkException | InboxUnavailable | QueueUnavailable e) {
      throw new Problem(
          "the local stack does not answer; is `./hookset dev` running? (" + e.getMessage() + ")");
    }
  }
}
