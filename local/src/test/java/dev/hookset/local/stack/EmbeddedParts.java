package dev.hookset.local.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.EventKey;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.inbox.BodyStore;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.template.Template;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The template's table, queues and bucket in embedded servers, in memory, and clients for them.
 * Safe to share between threads.
 */
final class EmbeddedParts implements AutoCloseable {
  static final Duration RETENTION = Duration.ofDays(30);

  private static final Path TEMPLATE = Path.of("..", "template.yaml");
  static final String TABLE = "inbox";
  private static final String BUCKET = "overflow";
  private static final String DEAD_LETTERS = "dead-letters";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EmbeddedDynamoDb embeddedDynamoDb;
  private final EmbeddedSqs embeddedSqs;
  private final EmbeddedS3 embeddedS3;
  private final SdkHttpClient http = Apache5HttpClient.create();
  private final DynamoDbClient dynamoDb;
  private final SqsClient sqs;
  private final S3Client s3;
  private final String queueUrl;
  private final String deadLettersUrl;

  private EmbeddedParts(
      EmbeddedDynamoDb embeddedDynamoDb, EmbeddedSqs embeddedSqs, EmbeddedS3 embeddedS3)
      throws IOException {
    this.embeddedDynamoDb = embeddedDynamoDb;
    this.embeddedSqs = embeddedSqs;
    this.dynamoDb = dynamoDb(http);
    this.sqs = sqs(http);
    this.embeddedS3 = embeddedS3;
    this.s3 = s3(http);
    Resources resources = new Resources(Template.read(TEMPLATE));
    resources.createTable(dynamoDb, TABLE);
    Resources.createBucket(s3, BUCKET);
    this.deadLettersUrl = resources.createQueue(sqs, "DeadLetterQueue", DEAD_LETTERS, null);
    this.queueUrl = resources.createQueue(sqs, "WorkQueue", "work", EmbeddedSqs.arn(DEAD_LETTERS));
  }

  static EmbeddedParts start() throws IOException {
    return new EmbeddedParts(
        EmbeddedDynamoDb.start(null, 0), EmbeddedSqs.start(null, 0), EmbeddedS3.start(null, 0));
  }

  /** Returns a client of the table that works through {@code client}. */
  DynamoDbClient dynamoDb(SdkHttpClient client, ExecutionInterceptor... interceptors) {
    return DynamoDbClient.builder()
        .endpointOverride(embeddedDynamoDb.endpoint())
        .credentialsProvider(credentials())
        .region(Region.of(EmbeddedSqs.REGION))
        .httpClient(client)
        .overrideConfiguration(
            configuration -> configuration.executionInterceptors(List.of(interceptors)))
        .build();
  }

  /** Returns a client of the queues that works through {@code client}. */
  SqsClient sqs(SdkHttpClient client, ExecutionInterceptor... interceptors) {
    return SqsClient.builder()
        .endpointOverride(embeddedSqs.endpoint())
        .credentialsProvider(credentials())
        .region(Region.of(EmbeddedSqs.REGION))
        .httpClient(client)
        .overrideConfiguration(
            configuration -> configuration.executionInterceptors(List.of(interceptors)))
        .build();
  }

  /** Returns a client of the bucket that works through {@code client}. */
  S3Client s3(SdkHttpClient client, ExecutionInterceptor... interceptors) {
    return S3Client.builder()
        .endpointOverride(embeddedS3.endpoint())
        .forcePathStyle(true)
        .credentialsProvider(credentials())
        .region(Region.of(EmbeddedSqs.REGION))
        .httpClient(client)
        .overrideConfiguration(
            configuration -> configuration.executionInterceptors(List.of(interceptors)))
        .build();
  }

  private static StaticCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
  }

  SdkHttpClient http() {
    return http;
  }

  DynamoDbInbox inbox() {
    return inbox(dynamoDb);
  }

  DynamoDbInbox inbox(DynamoDbClient client) {
    return inbox(client, bodies());
  }

  DynamoDbInbox inbox(DynamoDbClient client, BodyStore bodies) {
    return new DynamoDbInbox(client, TABLE, bodies, DynamoDbInbox.DEFAULT_INLINE_BYTES, RETENTION);
  }

  S3BodyStore bodies() {
    return bodies(BUCKET);
  }

  S3BodyStore bodies(String bucket) {
    return new S3BodyStore(() -> s3, bucket);
  }

  S3BodyStore bodies(S3Client client) {
    return new S3BodyStore(() -> client, BUCKET);
  }

  /** Stores an object as somebody else would. */
  void storeStrange(String name) {
    s3.putObject(put -> put.bucket(BUCKET).key(name), RequestBody.fromString("x"));
  }

  SqsWorkQueue queue() {
    return queue(sqs);
  }

  SqsWorkQueue queue(SqsClient client) {
    return new SqsWorkQueue(client, queueUrl);
  }

  /**
   * Has nothing deleted because its time is over. The embedded server does that by the real clock,
   * which tests do not go by.
   */
  void keepForEver() {
    dynamoDb.updateTimeToLive(
        update ->
            update
                .tableName(TABLE)
                .timeToLiveSpecification(ttl -> ttl.enabled(false).attributeName("expiresAt")));
  }

  /** Deletes a record behind the inbox's back. */
  void delete(EventKey key) {
    dynamoDb.deleteItem(
        delete -> delete.tableName(TABLE).key(Map.of("pk", AttributeValue.fromS(key.toString()))));
  }

  /** Returns the keys of all records. */
  List<EventKey> keys() {
    return dynamoDb
        .scanPaginator(scan -> scan.tableName(TABLE).consistentRead(true))
        .items()
        .stream()
        .map(item -> EventKey.parse(item.getOrDefault("pk", AttributeValue.fromS("")).s()))
        .toList();
  }

  /** Returns up to ten messages that are visible now; they are hidden from then on. */
  List<Message> receive() {
    return sqs.receiveMessage(receive -> receive.queueUrl(queueUrl).maxNumberOfMessages(10))
        .messages();
  }

  /** Takes out and returns all messages that are visible now. */
  List<Message> drain() {
    return drain(queueUrl);
  }

  /** Takes out and returns all messages that SQS gave up on. */
  List<Message> drainDeadLetters() {
    return drain(deadLettersUrl);
  }

  private List<Message> drain(String url) {
    List<Message> drained = new ArrayList<>();
    while (true) {
      List<Message> batch =
          sqs.receiveMessage(
                  receive ->
                      receive
                          .queueUrl(url)
                          .maxNumberOfMessages(10)
                          .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
              .messages();
      if (batch.isEmpty()) {
        return drained;
      }
      for (Message message : batch) {
        sqs.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
      }
      drained.addAll(batch);
    }
  }

  void delete(Message message) {
    sqs.deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }

  /** Has a message come back at once rather than when its visibility timeout is over. */
  void showAgain(Message message) {
    sqs.changeMessageVisibility(
        change ->
            change.queueUrl(queueUrl).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
  }

  /** Sends something that need not be a pointer. */
  void send(String body) {
    sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody(body));
  }

  /** Empties the work queue, of delayed and hidden messages, too. */
  void purge() {
    sqs.purgeQueue(purge -> purge.queueUrl(queueUrl));
  }

  /** How many messages the work queue holds back until their delay is over. */
  int delayed() {
    return count(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED);
  }

  /** How many messages of the work queue a worker may see. */
  int visible() {
    return count(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES);
  }

  private int count(QueueAttributeName attribute) {
    return Integer.parseInt(
        sqs.getQueueAttributes(get -> get.queueUrl(queueUrl).attributeNames(attribute))
            .attributes()
            .getOrDefault(attribute, ""));
  }

  /** Returns what a message points to, read without our own code; null if it is no pointer. */
  static @Nullable EventKey pointer(Message message) {
    try {
      JsonNode json = JSON.readTree(message.body());
      return json.size() == 2
          ? new EventKey(json.path("provider").asText(), json.path("eventId").asText())
          : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** Returns the trace that a message belongs to, or null. */
  static @Nullable String traceId(Message message) {
    return message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
  }

  @Override
  public void close() {
    s3.close();
    sqs.close();
    dynamoDb.close();
    http.close();
    embeddedDynamoDb.close();
    embeddedSqs.close();
    embeddedS3.close();
  }
}
