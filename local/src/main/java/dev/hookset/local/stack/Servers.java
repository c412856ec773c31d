package dev.hookset.local.stack;

import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.template.Template;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The embedded servers of a stack, with the table, the queues and the bucket of the template in
 * them. Safe to share between threads.
 */
final class Servers implements AutoCloseable {
  private final EmbeddedSqs sqs;
  private final EmbeddedDynamoDb dynamoDb;
  private final EmbeddedS3 s3;
  private final LocalClients clients;
  private final String queueUrl;
  private final String deadLetterQueueUrl;

  private Servers(Template template, LocalStack.Settings settings, OpenResources opened)
      throws IOException {
    // First the one that locks its directory.
    this.sqs =
        opened.add(EmbeddedSqs.start(below(settings.directory(), "sqs"), settings.sqsPort()));
    this.dynamoDb =
        opened.add(
            EmbeddedDynamoDb.start(
                below(settings.directory(), "dynamodb"), settings.dynamoDbPort()));
    this.s3 = opened.add(EmbeddedS3.start(below(settings.directory(), "s3"), settings.s3Port()));
    this.clients = opened.add(new LocalClients(dynamoDb.endpoint(), sqs.endpoint(), s3.endpoint()));
    Resources resources = new Resources(template);
    resources.createTable(clients.dynamoDb(), LocalStack.TABLE);
    dynamoDb.writeAhead();
    Resources.createBucket(clients.s3(), LocalStack.BUCKET);
    this.deadLetterQueueUrl =
        resources.createQueue(clients.sqs(), "DeadLetterQueue", LocalStack.DEAD_LETTER_QUEUE, null);
    this.queueUrl =
        resources.createQueue(
            clients.sqs(),
            "WorkQueue",
            LocalStack.QUEUE,
            EmbeddedSqs.arn(LocalStack.DEAD_LETTER_QUEUE));
    Warmup.run(clients);
  }

  /**
   * Starts them.
   *
   * @throws IOException if a port is taken or the directory cannot be used; the message says which
   */
  static Servers start(Template template, LocalStack.Settings settings) throws IOException {
    OpenResources opened = new OpenResources();
    try {
      return new Servers(template, settings, opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  LocalClients clients() {
    return clients;
  }

  URI dynamoDbEndpoint() {
    return dynamoDb.endpoint();
  }

  URI sqsEndpoint() {
    return sqs.endpoint();
  }

  URI s3Endpoint() {
    return s3.endpoint();
  }

  void compact() throws IOException {
    dynamoDb.compact();
  }

  String queueUrl() {
    return queueUrl;
  }

  String deadLetterQueueUrl() {
    return deadLetterQueueUrl;
  }

  /** Returns what leads the functions here rather than to AWS. */
  Map<String, String> variables() {
    return Map.of(
        "INBOX_TABLE",
        LocalStack.TABLE,
        "WORK_QUEUE_URL",
        queueUrl,
        "OVERFLOW_BUCKET",
        LocalStack.BUCKET,
        "AWS_REGION",
        EmbeddedSqs.REGION,
        "AWS_ACCESS_KEY_ID",
        "local",
        "AWS_SECRET_ACCESS_KEY",
        "local",
        "AWS_ENDPOINT_URL_DYNAMODB",
        dynamoDb.endpoint().toString(),
        "AWS_ENDPOINT_URL_SQS",
        sqs.endpoint().toString(),
        "AWS_ENDPOINT_URL_S3",
        s3.endpoint().toString());
  }

  @Override
  public void close() {
    clients.close();
    s3.close();
    dynamoDb.close();
    sqs.close();
  }

  private static @Nullable Path below(@Nullable Path directory, String name) {
    return directory == null ? null : directory.resolve(name);
  }
}
