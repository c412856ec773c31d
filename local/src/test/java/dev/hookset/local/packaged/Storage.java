package dev.hookset.local.packaged;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.stack.LocalClients;
import dev.hookset.local.stack.Resources;
import dev.hookset.local.template.Template;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/** DynamoDB and SQS in memory, and a look into them. */
final class Storage implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BUCKET = "overflow";
  private static final Duration RETENTION = Duration.ofDays(30);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Template template;
  private final EmbeddedDynamoDb dynamoDbServer;
  private final EmbeddedSqs sqsServer;
  private final EmbeddedS3 s3Server;
  private final LocalClients clients;
  private final DynamoDbClient dynamoDb;
  private final SqsClient sqs;
  private final S3Client s3;

  private Storage(
      Template template,
      EmbeddedDynamoDb dynamoDbServer,
      EmbeddedSqs sqsServer,
      EmbeddedS3 s3Server) {
    this.template = template;
    this.dynamoDbServer = dynamoDbServer;
    this.sqsServer = sqsServer;
    this.s3Server = s3Server;
    this.clients =
        new LocalClients(dynamoDbServer.endpoint(), sqsServer.endpoint(), s3Server.endpoint());
    this.dynamoDb = clients.dynamoDb();
    this.sqs = clients.sqs();
    this.s3 = clients.s3();
  }

  DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  SqsClient sqs() {
    return sqs;
  }

  static Storage start() throws IOException {
    Template template = Template.read(FunctionsPackage.built().template());
    Storage storage =
        new Storage(
            template,
            EmbeddedDynamoDb.start(null, 0),
            EmbeddedSqs.start(null, 0),
            EmbeddedS3.start(null, 0));
    storage.warmUp();
    return storage;
  }

  /** On a busy machine the servers take longer over their first requests than a receiver waits. */
  private void warmUp() {
    Map<String, AttributeValue> item = Map.of("pk", AttributeValue.fromS("warm-up"));
    String table = createTable("warm-up");
    dynamoDb.putItem(
        put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(pk)"));
    String queueUrl = createQueue("warm-up");
    sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody("warm-up"));
    Resources.createBucket(s3, BUCKET);
    s3.putObject(put -> put.bucket(BUCKET).key("warm-up"), RequestBody.fromString("warm-up"));
  }

  /** Returns the variables that lead a function here. */
  Map<String, String> variables(String table, String queueUrl) {
    return Map.of(
        "INBOX_TABLE",
        table,
        "WORK_QUEUE_URL",
        queueUrl,
        "OVERFLOW_BUCKET",
        BUCKET,
        "AWS_ENDPOINT_URL_S3",
        s3Server.endpoint().toString(),
        "AWS_ENDPOINT_URL_DYNAMODB",
        dynamoDbServer.endpoint().toString(),
        "AWS_ENDPOINT_URL_SQS",
        sqsServer.endpoint().toString());
  }

  /** Creates a table as the template does, and returns its name. */
  String createTable(String name) {
    new Resources(template).createTable(dynamoDb, name);
    return name;
  }

  /** Creates a queue, and returns its URL. */
  String createQueue(String name) {
    return sqs.createQueue(queue -> queue.queueName(name)).queueUrl();
  }

  /** Returns the inbox in a table. */
  Inbox inbox(String table) {
    return new DynamoDbInbox(
        dynamoDb,
        table,
        new S3BodyStore(() -> s3, BUCKET),
        DynamoDbInbox.DEFAULT_INLINE_BYTES,
        RETENTION);
  }

  /**
   * Takes messages off a queue until one is {@code wanted}, and returns that.
   *
   * @throws TimeoutException if it does not come
   */
  Message take(String queueUrl, Predicate<Message> wanted) throws TimeoutException {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      for (Message message : receive(queueUrl)) {
        sqs.deleteMessage(
            delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
        if (wanted.test(message)) {
          return message;
        }
      }
    }
    throw new TimeoutException("no such message came");
  }

  /** Returns the event that Lambda makes of messages. */
  static ObjectNode batch(List<Message> messages) {
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (Message message : messages) {
      records
          .addObject()
          .put("messageId", message.messageId())
          .put("receiptHandle", message.receiptHandle())
          .put("body", message.body())
          .put("md5OfBody", message.md5OfBody())
          .put("eventSource", "aws:sqs")
          .put("eventSourceARN", EmbeddedSqs.arn("work"))
          .put("awsRegion", EmbeddedSqs.REGION)
          .<ObjectNode>set("attributes", JSON.valueToTree(message.attributesAsStrings()))
          .putObject("messageAttributes");
    }
    return event;
  }

  @Override
  public void close() {
    try (dynamoDbServer;
        sqsServer;
        s3Server;
        clients) {
      // Each is closed, whichever fails to.
    }
  }

  private List<Message> receive(String queueUrl) {
    return sqs.receiveMessage(
            receive ->
                receive
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(1)
                    .waitTimeSeconds(5)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }
}
