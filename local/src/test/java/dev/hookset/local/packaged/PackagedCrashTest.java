package dev.hookset.local.packaged;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.local.stack.Interceptor;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * The functions as they are deployed, killed ({@code kill -9}) before and after each of their
 * writes. Whatever was accepted, or is sent again as its sender's contract says, ends DONE, in one
 * record.
 *
 * <p>Before each victim stands an {@link Interceptor} that kills it upon a chosen request: before
 * the server sees it, or when the server has applied it and before the answer is through. After it
 * others take over: a receiver, a worker and a relay of the same kind, in processes of their own.
 *
 * <p>A process goes by the real clock, and nothing here waits for it: leases end, and records come
 * due, because the test writes an earlier {@code leaseUntil} or {@code dueAt} into the record; and
 * messages come back because it ends their visibility timeout.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the runtime interface client is made for Linux")
final class PackagedCrashTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TABLE = "crashes";
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final ObjectNode TICK = JSON.createObjectNode().put("hookset", "relay");

  /** What the system says of a process that {@code SIGKILL} has ended. */
  private static final int KILLED = 128 + 9;

  private static final int MOST_ROUNDS = 20;
  private static final int MOST_DELIVERIES = 3;

  /** Both sign the time, so that a retry carries another signature: HMAC, and Ed25519. */
  private static final Provider HMAC = Providers.named("lamba").orElseThrow();

  private static final Provider ED25519 = Providers.named("lamina").orElseThrow();

  private static final List<AutoCloseable> OPENED = new CopyOnWriteArrayList<>();
  private static final List<PackagedFunction> STARTED = new CopyOnWriteArrayList<>();
  private static final Map<EventKey, Integer> EFFECTS = new ConcurrentHashMap<>();
  private static final Map<String, PackagedFunction> RECEIVERS = new ConcurrentHashMap<>();

  @TempDir private static Path root;

  private static Storage storage;
  private static Map<String, String> stored;
  private static String queueUrl;
  private static DynamoDbClient dynamoDb;
  private static SqsClient sqs;
  private static PackagedFunction worker;
  private static PackagedFunction relay;
  private static List<Victim> victims;

  /** A request upon which a function is killed. */
  enum Point {
    BEFORE_THE_RECORD("PutItem", 1, false),
    AFTER_THE_RECORD("PutItem", 1, true),
    BEFORE_THE_PUSH("SendMessage", 1, false),
    AFTER_THE_PUSH("SendMessage", 1, true),
    BEFORE_THE_CLAIM("UpdateItem", 1, false),
    AFTER_THE_CLAIM("UpdateItem", 1, true),
    /** The handler, which only logs, has done its work, and nothing says so. */
    BEFORE_THE_SETTLEMENT("UpdateItem", 2, false),
    AFTER_THE_SETTLEMENT("UpdateItem", 2, true),
    BEFORE_THE_DEFERRAL("UpdateItem", 1, false),
    AFTER_THE_DEFERRAL("UpdateItem", 1, true),
    BEFORE_THE_RELAYS_PUSH("SendMessageBatch", 1, false),
    AFTER_THE_RELAYS_PUSH("SendMessageBatch", 1, true);

    private final String operation;
    private final int occurrence;
    private final boolean applied;

    Point(String operation, int occurrence, boolean applied) {
      this.operation = operation;
      this.occurrence = occurrence;
      this.applied = applied;
    }
  }

  /**
   * What is going to be killed.
   *
   * @param point where
   * @param kind which function
   * @param provider whose event it works on
   * @param senderRetries whether the sender comes again
   * @param function the process
   */
  record Victim(
      Point point,
      PackagedFunction.Kind kind,
      Provider provider,
      boolean senderRetries,
      PackagedFunction function) {
    String row() {
      return String.format(
          Locale.ROOT,
          "| %s | %s | %s | %s | 0 |%n",
          kind.name().toLowerCase(Locale.ROOT),
          provider.name(),
          point.name().toLowerCase(Locale.ROOT).replace('_', ' '),
          kind == PackagedFunction.Kind.RECEIVER ? (senderRetries ? "yes" : "no") : "");
    }

    @Override
    public String toString() {
      return kind
          + " of "
          + provider.name()
          + ", "
          + point
          + (senderRetries ? "" : ", and the sender gives up");
    }
  }

  @BeforeAll
  static void start() throws Exception {
    FunctionsPackage.built().unpack(root);
    storage = Storage.start();
    queueUrl = storage.createQueue("crashes");
    stored = storage.variables(storage.createTable(TABLE), queueUrl);
    dynamoDb = storage.dynamoDb();
    sqs = storage.sqs();
    // As many at a time as there are processors; the tests begin when all are ready.
    int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors());
    try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
      List<Future<Victim>> starts = new ArrayList<>();
      for (Callable<Victim> victim : victimsToBe()) {
        starts.add(threads.submit(victim));
      }
      Future<PackagedFunction> workerStart =
          threads.submit(() -> ready(PackagedFunction.Kind.WORKER, HMAC, stored));
      Future<PackagedFunction> relayStart =
          threads.submit(() -> ready(PackagedFunction.Kind.RELAY, HMAC, stored));
      for (Provider provider : List.of(HMAC, ED25519)) {
        RECEIVERS.put(provider.name(), ready(PackagedFunction.Kind.RECEIVER, provider, stored));
      }
      worker = workerStart.get();
      relay = relayStart.get();
      List<Victim> started = new ArrayList<>();
      for (Future<Victim> start : starts) {
        started.add(start.get());
      }
      victims = started;
    }
  }

  private static List<Callable<Victim>> victimsToBe() {
    List<Callable<Victim>> all = new ArrayList<>();
    for (Point point : Point.values()) {
      switch (point) {
        case BEFORE_THE_RECORD, AFTER_THE_RECORD, BEFORE_THE_PUSH, AFTER_THE_PUSH -> {
          for (Provider provider : List.of(HMAC, ED25519)) {
            all.add(() -> victim(point, PackagedFunction.Kind.RECEIVER, provider, true));
          }
        }
        case BEFORE_THE_CLAIM, AFTER_THE_CLAIM, BEFORE_THE_SETTLEMENT, AFTER_THE_SETTLEMENT ->
            all.add(() -> victim(point, PackagedFunction.Kind.WORKER, HMAC, true));
        case BEFORE_THE_DEFERRAL,
            AFTER_THE_DEFERRAL,
            BEFORE_THE_RELAYS_PUSH,
            AFTER_THE_RELAYS_PUSH ->
            all.add(() -> victim(point, PackagedFunction.Kind.RELAY, HMAC, true));
      }
    }
    all.add(() -> victim(Point.BEFORE_THE_PUSH, PackagedFunction.Kind.RECEIVER, ED25519, false));
    return all;
  }

  private static Victim victim(
      Point point, PackagedFunction.Kind kind, Provider provider, boolean senderRetries)
      throws Exception {
    Interceptor beforeDynamoDb = opened(upstream("AWS_ENDPOINT_URL_DYNAMODB"));
    Interceptor beforeSqs = opened(upstream("AWS_ENDPOINT_URL_SQS"));
    Map<String, String> variables = new HashMap<>(stored);
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", beforeDynamoDb.endpoint().toString());
    variables.put("AWS_ENDPOINT_URL_SQS", beforeSqs.endpoint().toString());
    PackagedFunction function = ready(kind, provider, variables);
    Interceptor.Fault kill = killing(function, point);
    beforeDynamoDb.inject(kill);
    beforeSqs.inject(kill);
    return new Victim(point, kind, provider, senderRetries, function);
  }

  private static Interceptor.Fault killing(PackagedFunction function, Point point) {
    AtomicInteger asked = new AtomicInteger();
    return call -> {
      if (!call.operation().equals(point.operation)) {
        return call.forward();
      }
      int occurrence = asked.incrementAndGet();
      if (occurrence < point.occurrence) {
        return call.forward();
      }
      if (occurrence == point.occurrence) {
        if (point.applied) {
          call.forward();
        }
        function.kill();
      }
      return null;
    };
  }

  private static PackagedFunction ready(
      PackagedFunction.Kind kind, Provider provider, Map<String, String> where) throws Exception {
    Map<String, String> variables = new HashMap<>(where);
    if (kind == PackagedFunction.Kind.RECEIVER) {
      variables.put("PROVIDER", provider.name());
      variables.putAll(KEYS.verificationVariables(provider));
    }
    PackagedFunction function = PackagedFunction.start(kind, root, variables);
    STARTED.add(function);
    assertEquals(new RuntimeApi.Start.Ready(), function.awaitStart(), function::toString);
    return function;
  }

  private static Interceptor opened(URI upstream) throws IOException {
    Interceptor interceptor = Interceptor.before(upstream);
    OPENED.add(interceptor);
    return interceptor;
  }

  private static URI upstream(String variable) {
    return URI.create(Objects.requireNonNull(stored.get(variable), variable));
  }

  /** Counts what the handlers did, as only now all that they have logged is there. */
  @AfterAll
  static void stop() throws Exception {
    try (Storage _ = storage) {
      STARTED.forEach(PackagedFunction::close);
      for (AutoCloseable each : OPENED) {
        each.close();
      }
    }
    List<JsonNode> log =
        STARTED.stream()
            .flatMap(function -> function.log().stream())
            .map(PackagedFunction::json)
            .toList();
    Files.writeString(
        Files.createDirectories(Path.of("target", "proof")).resolve("3-kill-9.md"),
        "## kill -9\n\n"
            + "The packaged functions under Lambda's own runtime client, killed as processes; then"
            + " the sender, the queue and the relay come again.\n\n"
            + "| function | provider | killed | the sender tries again | events lost |\n"
            + "|---|---|---|---|---:|\n"
            + victims.stream().map(Victim::row).collect(Collectors.joining()));
    assertAll(
        EFFECTS.entrySet().stream()
            .map(
                expected ->
                    () ->
                        assertEquals(
                            (long) expected.getValue(),
                            log.stream().filter(line -> isEffect(line, expected.getKey())).count(),
                            () -> "effects of " + expected.getKey())));
  }

  private static boolean isEffect(JsonNode line, EventKey key) {
    return line.path("message").asText().startsWith("event of ")
        && line.path("provider").asText().equals(key.provider())
        && line.path("eventId").asText().equals(key.eventId());
  }

  static Stream<Victim> receivers() {
    return of(PackagedFunction.Kind.RECEIVER);
  }

  static Stream<Victim> workers() {
    return of(PackagedFunction.Kind.WORKER);
  }

  static Stream<Victim> relays() {
    return of(PackagedFunction.Kind.RELAY);
  }

  private static Stream<Victim> of(PackagedFunction.Kind kind) {
    return victims.stream().filter(victim -> victim.kind() == kind);
  }

  @ParameterizedTest
  @MethodSource("receivers")
  void receiver_killed_theEventIsDoneOnceAllTheSame(Victim victim) throws Exception {
    Set<EventKey> before = keys();
    String id = UUID.randomUUID().toString();
    Instant now = Instant.now();
    DeliveryRequest first = delivery(victim.provider(), id, now);

    assertKilled(victim, event(first));

    Set<EventKey> recorded = keysSince(before);
    assertEquals(victim.point() == Point.BEFORE_THE_RECORD ? 0 : 1, recorded.size());
    for (EventKey key : recorded) {
      assertEquals(Status.RECEIVED, found(key).status());
    }
    assertPointers(victim.point() == Point.AFTER_THE_PUSH ? 1 : 0);
    if (victim.senderRetries()) {
      DeliveryRequest again =
          new Deliveries(KEYS, SAMPLES)
              .genuine(victim.provider(), first.body(), id, now.plusSeconds(1));
      assertNotEquals(first.headers(), again.headers(), "a fresh signature");
      deliver(again);
      drain();
      for (EventKey key : keysSince(before)) {
        assertEquals(Status.DONE, found(key).status(), "the retry alone suffices");
      }
    }
    Set<EventKey> inTheEnd = keysSince(before);
    assertEquals(1, inTheEnd.size(), inTheEnd::toString);
    EventKey key = inTheEnd.iterator().next();
    goOn(key);
    assertDone(key, 1, 1);
    assertEquals(first.body(), found(key).body());
    assertEquals(inTheEnd, keysSince(before));
  }

  @ParameterizedTest
  @MethodSource("workers")
  void worker_killed_theEventIsDoneAllTheSame(Victim victim) throws Exception {
    Set<EventKey> before = keys();
    deliver(delivery(victim.provider(), UUID.randomUUID().toString(), Instant.now()));
    EventKey key = keysSince(before).iterator().next();
    List<Message> batch = receive();
    assertEquals(1, batch.size());

    assertKilled(victim, Storage.batch(batch));

    Status left =
        switch (victim.point()) {
          case BEFORE_THE_CLAIM -> Status.RECEIVED;
          case AFTER_THE_SETTLEMENT -> Status.DONE;
          default -> Status.PROCESSING;
        };
    assertEquals(left, found(key).status());
    batch.forEach(PackagedCrashTest::showAgain);
    if (left == Status.PROCESSING) {
      assertEquals(1, workOnce(), "the dead worker's lease is respected");
      assertEquals(1, found(key).attempts());
    }
    goOn(key);
    int attempts = left == Status.PROCESSING ? 2 : 1;
    // The one window that the design admits: between a handler's effect and its note.
    int effects = victim.point() == Point.BEFORE_THE_SETTLEMENT ? 2 : 1;
    assertDone(key, attempts, effects);
    assertEquals(Set.of(key), keysSince(before));
  }

  @ParameterizedTest
  @MethodSource("relays")
  void relay_killed_theEventIsDoneOnceAllTheSame(Victim victim) throws Exception {
    Set<EventKey> before = keys();
    deliver(delivery(victim.provider(), UUID.randomUUID().toString(), Instant.now()));
    EventKey key = keysSince(before).iterator().next();
    // The first pointer gets lost, so that all depends on the relay.
    List<Message> lost = receive();
    assertEquals(1, lost.size());
    lost.forEach(PackagedCrashTest::delete);
    moveBack(key, "dueAt");

    assertKilled(victim, TICK);

    assertEquals(Status.RECEIVED, found(key).status());
    assertEquals(victim.point() == Point.BEFORE_THE_DEFERRAL ? 0 : 1, found(key).pushes());
    assertPointers(victim.point() == Point.AFTER_THE_RELAYS_PUSH ? 1 : 0);
    goOn(key);
    assertDone(key, 1, 1);
    assertEquals(Set.of(key), keysSince(before));
  }

  private static void assertKilled(Victim victim, JsonNode event) throws Exception {
    // A busy machine's storage may be too slow for a receiver, which then answers 503 and is asked
    // again.
    for (int i = 1; i < MOST_DELIVERIES; i++) {
      try {
        victim.function().invoke(event);
      } catch (IllegalStateException gone) {
        break;
      }
    }
    assertThrows(IllegalStateException.class, () -> victim.function().invoke(event));
    assertEquals(KILLED, victim.function().awaitExit());
  }

  private static void assertPointers(int expected) {
    List<Message> pointers = receive();
    pointers.forEach(PackagedCrashTest::showAgain);
    assertEquals(expected, pointers.size());
  }

  private static void assertDone(EventKey key, int attempts, int effects) {
    InboxRecord record = found(key);
    assertEquals(Status.DONE, record.status());
    assertEquals(attempts, record.attempts());
    assertEquals(Set.of(), Set.copyOf(receive()), "no pointer is left");
    EFFECTS.put(key, effects);
  }

  /** What happens in the end without anybody's doing; only sooner. */
  private static void goOn(EventKey key) throws Exception {
    moveBack(key, "leaseUntil");
    moveBack(key, "dueAt");
    assertInstanceOf(RuntimeApi.Outcome.Answered.class, relay.invoke(TICK));
    drain();
  }

  /** Has the worker work until no message is left. */
  private static void drain() throws Exception {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<Message> batch = receive();
      if (batch.isEmpty()) {
        return;
      }
      work(batch);
    }
    throw new AssertionError("the messages come back for ever");
  }

  private static int workOnce() throws Exception {
    return work(receive());
  }

  /** Does what Lambda does with one batch, and returns how many messages come back. */
  private static int work(List<Message> batch) throws Exception {
    Set<String> comeBack =
        Set.copyOf(
            worker
                .answer(Storage.batch(batch))
                .path("batchItemFailures")
                .findValuesAsText("itemIdentifier"));
    for (Message message : batch) {
      if (comeBack.contains(message.messageId())) {
        showAgain(message);
      } else {
        delete(message);
      }
    }
    return comeBack.size();
  }

  private static DeliveryRequest delivery(Provider provider, String id, Instant now) {
    return new Deliveries(KEYS, SAMPLES).genuine(provider, SAMPLES.defaultType(provider), id, now);
  }

  private static JsonNode event(DeliveryRequest request) throws IOException {
    return JSON.readTree(
        LambdaEvent.httpApi(
                request, UUID.randomUUID().toString(), Instant.now(), LambdaEvent.BodyForm.TEXT)
            .compact());
  }

  /** Sends until it is taken; a busy machine's storage may be too slow for a receiver. */
  private static void deliver(DeliveryRequest request) throws Exception {
    Provider provider = request.provider();
    PackagedFunction receiver =
        Objects.requireNonNull(RECEIVERS.get(provider.name()), provider.name());
    int status = 503;
    for (int i = 0; i < MOST_DELIVERIES && status == 503; i++) {
      status = receiver.answer(event(request)).path("statusCode").intValue();
    }
    assertEquals(provider.successStatus(), status);
  }

  private static InboxRecord found(EventKey key) {
    return storage.inbox(TABLE).find(key).orElseThrow();
  }

  private static Set<EventKey> keys() {
    Set<EventKey> keys = new HashSet<>();
    dynamoDb
        .scanPaginator(scan -> scan.tableName(TABLE).consistentRead(true))
        .items()
        .forEach(
            item -> keys.add(EventKey.parse(Objects.requireNonNull(item.get("pk"), "pk").s())));
    return keys;
  }

  private static Set<EventKey> keysSince(Set<EventKey> before) {
    Set<EventKey> keys = keys();
    keys.removeAll(before);
    return keys;
  }

  /** Lets a time that a record holds, if it does, be an hour ago. */
  private static void moveBack(EventKey key, String attribute) {
    String hourAgo = Long.toString(Instant.now().minus(Duration.ofHours(1)).toEpochMilli());
    try {
      dynamoDb.updateItem(
          update ->
              update
                  .tableName(TABLE)
                  .key(Map.of("pk", AttributeValue.fromS(key.toString())))
                  .updateExpression("SET #time = :time")
                  .conditionExpression("attribute_exists(#time)")
                  .expressionAttributeNames(Map.of("#time", attribute))
                  .expressionAttributeValues(Map.of(":time", AttributeValue.fromN(hourAgo))));
    } catch (ConditionalCheckFailedException notWaitingForIt) {
      return;
    }
  }

  private static List<Message> receive() {
    return sqs.receiveMessage(
            receive ->
                receive
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(10)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  private static void showAgain(Message message) {
    sqs.changeMessageVisibility(
        change ->
            change.queueUrl(queueUrl).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
  }

  private static void delete(Message message) {
    sqs.deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }
}
