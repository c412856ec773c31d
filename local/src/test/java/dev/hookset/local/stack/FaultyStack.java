package dev.hookset.local.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.local.template.Template;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.relay.Relay;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * The functions, wired as they are deployed, over servers that a test stops, or has stall, throttle
 * and forget.
 *
 * <p>No test waits for a lease or for the relay's turn: the worker's and the relay's clock is the
 * test's. What does pass in real time are the functions' own timeouts.
 */
final class FaultyStack implements AutoCloseable {
  static final Provider LEMMA = TestStack.provider("lemma");
  static final Duration INVOCATION = Duration.ofSeconds(60);

  /** What the relay reports where one event waited, and is on its way now. */
  static final Relay.Sweep PUSHED_ONE = new Relay.Sweep(1, 0, 0, List.of());

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BUCKET = "overflow";
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  /** A throttled call is repeated after a random wait, which may be longer than a sender's. */
  private static final int MOST_DELIVERIES = 5;

  final AtomicInteger handled = new AtomicInteger();
  final List<Receipt> receipts = new CopyOnWriteArrayList<>();
  final List<Report> reports = new CopyOnWriteArrayList<>();

  /** How far ahead of the real time the functions' clock is. */
  volatile Duration later = Duration.ZERO;

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile @Nullable Instant stopped;

  private final Path directory;
  private final Path bucket;
  private EmbeddedDynamoDb dynamoDbServer;
  private EmbeddedSqs sqsServer;
  private EmbeddedS3 s3Server;
  final Interceptor beforeDynamoDb;
  final Interceptor beforeSqs;
  private final LocalClients clients;
  private String table = "";
  private String queue = "";
  private String queueUrl = "";

  /**
   * Starts the servers.
   *
   * @param directory where the records are kept while DynamoDB is stopped
   * @param bucket where the bodies are kept while S3 is
   */
  FaultyStack(Path directory, Path bucket) throws IOException {
    this.directory = directory;
    this.bucket = bucket;
    dynamoDbServer = EmbeddedDynamoDb.start(directory, 0);
    sqsServer = EmbeddedSqs.start(null, 0);
    s3Server = EmbeddedS3.start(bucket, 0);
    beforeDynamoDb = Interceptor.before(dynamoDbServer.endpoint());
    beforeSqs = Interceptor.before(sqsServer.endpoint());
    clients =
        new LocalClients(dynamoDbServer.endpoint(), sqsServer.endpoint(), s3Server.endpoint());
    Resources.createBucket(clients.s3(), BUCKET);
    begin();
  }

  /** Forgets what there was, and passes everything on again: a table and a queue of their own. */
  void begin() throws IOException {
    heal();
    handled.set(0);
    receipts.clear();
    reports.clear();
    later = Duration.ZERO;
    int number = NUMBERS.incrementAndGet();
    table = "inbox-" + number;
    queue = "work-" + number;
    new Resources(Template.read(TestStack.TEMPLATE)).createTable(clients.dynamoDb(), table);
    queueUrl = createQueue();
    warmUp();
  }

  /** On a busy machine the servers take longer over their first requests than a receiver waits. */
  private void warmUp() {
    Map<String, AttributeValue> key = Map.of("pk", AttributeValue.fromS("warm-up"));
    clients
        .dynamoDb()
        .putItem(
            put -> put.tableName(table).item(key).conditionExpression("attribute_not_exists(pk)"));
    clients.dynamoDb().deleteItem(delete -> delete.tableName(table).key(key));
    clients.sqs().sendMessage(send -> send.queueUrl(queueUrl).messageBody("warm-up"));
    receive().forEach(this::delete);
  }

  private String createQueue() {
    return clients.sqs().createQueue(create -> create.queueName(queue)).queueUrl();
  }

  /** Passes everything on again. */
  void heal() {
    beforeDynamoDb.heal();
    beforeSqs.heal();
  }

  void stopDynamoDb() {
    dynamoDbServer.close();
  }

  /** Starts it again where it was, with what it had. */
  void restartDynamoDb() throws IOException {
    dynamoDbServer = EmbeddedDynamoDb.start(directory, dynamoDbServer.port());
  }

  URI dynamoDbEndpoint() {
    return dynamoDbServer.endpoint();
  }

  void stopSqs() {
    sqsServer.close();
  }

  /** Starts it again where it was, with the queue, and without its messages. */
  void restartSqs() throws IOException {
    sqsServer = EmbeddedSqs.start(null, sqsServer.port());
    assertEquals(queueUrl, createQueue());
  }

  URI sqsEndpoint() {
    return sqsServer.endpoint();
  }

  void stopS3() {
    s3Server.close();
  }

  /** Starts it again where it was, with what it had. */
  void restartS3() throws IOException {
    s3Server = EmbeddedS3.start(bucket, s3Server.port());
  }

  int s3Port() {
    return s3Server.port();
  }

  /** Deletes a body behind the inbox's back. */
  void deleteBody(String name) {
    clients.s3().deleteObject(delete -> delete.bucket(BUCKET).key(name));
  }

  @Override
  public void close() {
    over.countDown();
    beforeDynamoDb.close();
    beforeSqs.close();
    clients.close();
    dynamoDbServer.close();
    sqsServer.close();
    s3Server.close();
  }

  /** Has what was answered never come back. */
  Interceptor.@Nullable Answer stalled(Interceptor.Answer answer) throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("closed meanwhile, without " + answer.status(), e);
    }
    return null;
  }

  /** The functions as they are wired when deployed, straight to the servers. */
  Wiring direct() {
    return wiring(dynamoDbServer.endpoint(), sqsServer.endpoint());
  }

  /** The same, through the interceptors. */
  Wiring intercepted() {
    return wiring(beforeDynamoDb.endpoint(), beforeSqs.endpoint());
  }

  Wiring wiring(URI dynamoDbEndpoint, URI sqsEndpoint) {
    Map<String, String> variables = new HashMap<>(TestStack.variables());
    variables.putAll(
        Map.of(
            "PROVIDER",
            LEMMA.name(),
            "INBOX_TABLE",
            table,
            "WORK_QUEUE_URL",
            queueUrl,
            "AWS_REGION",
            EmbeddedSqs.REGION,
            "AWS_ACCESS_KEY_ID",
            "local",
            "AWS_SECRET_ACCESS_KEY",
            "local",
            "AWS_ENDPOINT_URL_DYNAMODB",
            dynamoDbEndpoint.toString(),
            "AWS_ENDPOINT_URL_SQS",
            sqsEndpoint.toString()));
    variables.put("OVERFLOW_BUCKET", BUCKET);
    variables.put("AWS_ENDPOINT_URL_S3", s3Server.endpoint().toString());
    return new Wiring(
        variables,
        this::now,
        new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
        receipts::add,
        reports::add,
        UnaryOperator.identity(),
        UnaryOperator.identity(),
        Routes.builder().on(LEMMA.name(), "*", (_, _) -> handled.incrementAndGet()).build());
  }

  Instant now() {
    Instant at = stopped;
    return at != null ? at : Instant.now().plus(later);
  }

  static JsonNode deliver(ReceiveFunction receiver, DeliveryRequest delivery) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    LambdaEvent event =
        LambdaEvent.httpApi(
            delivery, UUID.randomUUID().toString(), Instant.now(), LambdaEvent.BodyForm.TEXT);
    receiver.handleRequest(
        new ByteArrayInputStream(event.compact()),
        answer,
        new LocalContext("LemmaFunction", Duration.ofSeconds(9), InstantSource.system()));
    return JSON.readTree(answer.toByteArray());
  }

  /** Sends as a sender does: again, after a 503. */
  static void deliverUntilTaken(ReceiveFunction receiver, DeliveryRequest delivery)
      throws IOException {
    int status = 503;
    for (int i = 0; i < MOST_DELIVERIES && status == 503; i++) {
      status = deliver(receiver, delivery).path("statusCode").intValue();
    }
    assertEquals(delivery.provider().successStatus(), status);
  }

  /** The sender is told to come again, and when. */
  static void assertUnavailable(JsonNode reply) {
    assertEquals(503, reply.path("statusCode").intValue(), reply::toString);
    assertFalse(reply.path("headers").path("retry-after").asText().isEmpty(), reply::toString);
  }

  Relay.Sweep sweep(Relay relay) {
    return sweep(relay, now());
  }

  /** Sweeps at a time at which the clock stands still, so that the same is asked each time. */
  Relay.Sweep sweep(Relay relay, Instant at) {
    stopped = at;
    try {
      return relay.sweep(at.plus(INVOCATION));
    } finally {
      stopped = null;
    }
  }

  /** Delivers a genuine event until it is taken, and returns its key. */
  EventKey delivered() throws IOException {
    return delivered(TestStack.genuine(LEMMA));
  }

  /** Delivers until it is taken, and returns the key of the one record that there is. */
  EventKey delivered(DeliveryRequest delivery) throws IOException {
    deliverUntilTaken(new ReceiveFunction(direct()), delivery);
    return recorded();
  }

  /** Lets what was recorded and not pushed come due. */
  void comeDue() {
    later = later.plus(Duration.ofMinutes(3));
  }

  /** The relay pushes the one event that waits, once it is due, and it is handled then. */
  void assertRelayed() {
    comeDue();
    assertEquals(PUSHED_ONE, sweep(direct().relay()));
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  /** Works until nothing is left, and returns the one record. */
  EventKey worked() {
    assertEquals(List.of(), work());
    return recorded();
  }

  /** A delivery whose body is too long for its record. */
  static DeliveryRequest longDelivery() {
    byte[] random = new byte[30_000];
    new Random().nextBytes(random);
    String text = TestStack.genuine(LEMMA).body().utf8().strip();
    return TestStack.genuine(
        LEMMA,
        Body.ofUtf8(
            text.substring(0, text.length() - 1)
                + ",\"padding\":\""
                + Base64.getEncoder().encodeToString(random)
                + "\"}"));
  }

  /** Works on the messages that are visible now. */
  List<String> work() {
    return work(receive());
  }

  /** Does what Lambda does with one batch, and returns the IDs of the messages that come back. */
  List<String> work(List<Message> batch) {
    List<String> comeBack =
        intercepted()
            .worker()
            .work(
                batch.stream()
                    .map(
                        message ->
                            new dev.hookset.work.Message(
                                message.messageId(), EmbeddedParts.pointer(message)))
                    .toList(),
                UUID.randomUUID().toString(),
                now().plus(INVOCATION));
    batch.stream().filter(message -> !comeBack.contains(message.messageId())).forEach(this::delete);
    return comeBack;
  }

  /** The event is DONE and no pointer to it is left. */
  void assertDone(EventKey key, int attempts, int effects) {
    InboxRecord record = found(key);
    assertEquals(Status.DONE, record.status());
    assertEquals(attempts, record.attempts());
    assertEquals(effects, handled.get());
    assertEquals(List.of(), receive(), "no pointer is left");
  }

  /** Returns the one record that there is. */
  EventKey recorded() {
    List<EventKey> keys = keys();
    assertEquals(1, keys.size(), keys::toString);
    return keys.getFirst();
  }

  List<EventKey> keys() {
    return clients
        .dynamoDb()
        .scan(scan -> scan.tableName(table).consistentRead(true))
        .items()
        .stream()
        .map(item -> EventKey.parse(item.getOrDefault("pk", AttributeValue.fromS("")).s()))
        .toList();
  }

  DynamoDbInbox inbox() {
    return new DynamoDbInbox(
        clients.dynamoDb(),
        table,
        new S3BodyStore(clients::s3, BUCKET),
        DynamoDbInbox.DEFAULT_INLINE_BYTES,
        TestStack.RETENTION);
  }

  InboxRecord found(EventKey key) {
    return inbox().find(key).orElseThrow();
  }

  /** Records an event that nobody has pushed. */
  EventKey received(String id) {
    Instant now = Instant.now();
    Event event =
        new Event(new EventKey(LEMMA.name(), id), "incident.created", now, null, Body.ofUtf8("{}"));
    assertEquals(
        new Recording.Created(),
        inbox().record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null)));
    return event.key();
  }

  /** The same for several that the relay finds in one shard. */
  List<EventKey> receivedInOneShard(int count) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "event " + i)
        .filter(id -> Lifecycle.shard(new EventKey(LEMMA.name(), id)) == 0)
        .limit(count)
        .map(this::received)
        .toList();
  }

  /** Deletes a record behind the inbox's back, as expiry does. */
  void delete(EventKey key) {
    clients
        .dynamoDb()
        .deleteItem(
            delete ->
                delete.tableName(table).key(Map.of("pk", AttributeValue.fromS(key.toString()))));
  }

  /** Returns up to ten messages that are visible now; they are hidden from then on. */
  List<Message> receive() {
    return clients
        .sqs()
        .receiveMessage(receive -> receive.queueUrl(queueUrl).maxNumberOfMessages(10))
        .messages();
  }

  void delete(Message message) {
    clients
        .sqs()
        .deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }
}
