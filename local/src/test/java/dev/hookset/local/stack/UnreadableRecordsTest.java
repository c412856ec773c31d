package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Query;
import dev.hookset.local.operator.Records;
import dev.hookset.relay.Relay;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Margins;
import dev.hookset.work.Message;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A record that cannot be read costs that record: it is named, and everything else goes on. */
final class UnreadableRecordsTest {
  private static final Instant START = Instant.parse("2096-06-01T12:00:00Z");
  private static final EventKey BAD = new EventKey("lemma", "bad");

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static EmbeddedParts parts;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static DynamoDbClient dynamoDb;

  private final List<String> passedOver = new ArrayList<>();
  private final Map<EventKey, Report> reports = new HashMap<>();
  private Instant now = START;

  /** What may stand in an item that this version did not write. */
  enum Damage {
    STATUS_OF_A_NEWER_VERSION("status", AttributeValue.fromS("NEWER_STATUS")),
    NO_STATUS("status", AttributeValue.fromN("1")),
    TYPE_THAT_IS_NO_TEXT("type", AttributeValue.fromN("1")),
    TIME_THAT_IS_NONE("occurredAt", AttributeValue.fromS("yesterday")),
    COUNT_THAT_IS_NONE("attempts", AttributeValue.fromS("none")),
    HISTORY_THAT_IS_NONE("history", AttributeValue.fromS("none")),
    PUSHES_THAT_ARE_NONE("pushes", AttributeValue.fromS("none")),
    BODY_THAT_IS_TEXT("body", AttributeValue.fromS("{}")),
    // It was read as "none": what had been handled ran again, nine times.
    HANDLERS_THAT_ARE_A_LIST(
        "doneHandlers", AttributeValue.fromL(List.of(AttributeValue.fromS("first")))),
    // The compressed bytes went to the handlers as if they were the body.
    ENCODING_OF_A_NEWER_VERSION("bodyEncoding", AttributeValue.fromS("zstd")),
    // It was cut to an int, minus one: claimed by nobody, and named nowhere.
    ATTEMPTS_BEYOND_AN_INT("attempts", AttributeValue.fromN("9223372036854775807"));

    private final String attribute;

    @SuppressWarnings("ImmutableEnumChecker") // It is immutable; the SDK does not say so.
    private final AttributeValue value;

    Damage(String attribute, AttributeValue value) {
      this.attribute = attribute;
      this.value = value;
    }

    boolean hidesTheStatus() {
      return attribute.equals("status");
    }
  }

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
    parts.keepForEver();
    dynamoDb = parts.dynamoDb(parts.http());
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
    parts.close();
  }

  @BeforeEach
  void begin() {
    parts.purge();
    dynamoDb
        .scanPaginator(scan -> scan.tableName(EmbeddedParts.TABLE))
        .items()
        .forEach(item -> deleteItem(text(item, "pk")));
  }

  private static void deleteItem(String pk) {
    dynamoDb.deleteItem(
        delete ->
            delete.tableName(EmbeddedParts.TABLE).key(Map.of("pk", AttributeValue.fromS(pk))));
  }

  private void damage(Damage damage) {
    received(BAD);
    Map<String, AttributeValue> item = new HashMap<>(item());
    item.put(damage.attribute, damage.value);
    dynamoDb.putItem(put -> put.tableName(EmbeddedParts.TABLE).item(item));
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return Objects.requireNonNull(item.get(name), name).s();
  }

  private static Map<String, AttributeValue> item() {
    return dynamoDb
        .getItem(
            get ->
                get.tableName(EmbeddedParts.TABLE)
                    .key(Map.of("pk", AttributeValue.fromS(BAD.toString()))))
        .item();
  }

  @ParameterizedTest
  @EnumSource
  void relay_recordThatCannotBeRead_pushesWhatComesBehindItInTheShard(Damage damage) {
    // One such record ended the sweep of its shard, first in it, every minute: a sixteenth of all
    // rescues was blocked for ever.
    damage(damage);
    now = START.plusSeconds(1);
    List<EventKey> healthy = sameShard(12);
    now = START.plus(Duration.ofMinutes(3));

    Relay.Sweep sweep = relay().sweep(now.plusSeconds(60));

    assertEquals(List.of(), sweep.outages());
    List<EventKey> pushed =
        parts.drain().stream().map(EmbeddedParts::pointer).filter(key -> !BAD.equals(key)).toList();
    assertEquals(
        healthy, pushed.stream().sorted(Comparator.comparingInt(healthy::indexOf)).toList());
    if (damage.hidesTheStatus() || damage == Damage.PUSHES_THAT_ARE_NONE) {
      assertEquals(1, sweep.unreadable().size());
      assertTrue(sweep.unreadable().getFirst().contains(BAD.toString()), sweep::toString);
    }
  }

  @Test
  void relay_itemThatIsNoRecordAtAll_isNamedAndPassedOver() {
    String shard = "OPEN#" + Lifecycle.shard(BAD);
    dynamoDb.putItem(
        put ->
            put.tableName(EmbeddedParts.TABLE)
                .item(
                    Map.of(
                        "pk", AttributeValue.fromS("no key"),
                        "statusShard", AttributeValue.fromS(shard),
                        "dueAt", AttributeValue.fromN("1"))));
    List<EventKey> healthy = sameShard(1);
    now = START.plus(Duration.ofMinutes(3));

    Relay.Sweep sweep = relay().sweep(now.plusSeconds(60));

    assertEquals(1, sweep.rescued());
    assertEquals(
        List.of(
            "the record no key cannot be read: pk is 'no key'; <provider>#<eventId> is expected"),
        sweep.unreadable());
    assertEquals(healthy, parts.drain().stream().map(EmbeddedParts::pointer).toList());
  }

  @ParameterizedTest
  @EnumSource
  void worker_recordThatCannotBeRead_costsItsOwnMessageAndHoldsUpNobody(Damage damage) {
    damage(damage);
    List<EventKey> healthy = sameShard(3);
    Map<String, AttributeValue> before = item();

    List<String> comeBack = work(Stream.concat(Stream.of(BAD), healthy.stream()).toList());

    assertEquals(List.of(BAD.eventId()), comeBack);
    Report report = Objects.requireNonNull(reports.get(BAD));
    assertEquals(Report.Outcome.UNREADABLE_RECORD, report.outcome());
    healthy.forEach(
        key -> assertEquals(Status.DONE, parts.inbox().find(key).orElseThrow().status()));
    if (damage.hidesTheStatus()) {
      assertEquals(before, item(), "what a newer version wrote is not ours to change");
      return;
    }
    // Everybody sees it among what has failed, it is no longer due, and its message is dropped.
    assertEquals("FAILED", text(item(), "status"));
    assertTrue(text(item(), "lastError").contains(damage.attribute) || isDynamoDbs(damage));
    assertEquals(List.of(), work(List.of(BAD)));
    now = START.plus(Duration.ofDays(1));
    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), relay().sweep(now.plusSeconds(60)));
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"STATUS_OF_A_NEWER_VERSION", "NO_STATUS"})
  void worker_recordThatCannotBeRead_isKeptByItsOwnTimeWhereThatCanBeRead(Damage damage) {
    // It expired by the hour of its failure. An event whose time lay ahead could come again after
    // that, and was handled a second time.
    Instant ahead = START.plus(Duration.ofDays(10));
    damage(damage);
    Map<String, AttributeValue> item = new HashMap<>(item());
    if (damage != Damage.TIME_THAT_IS_NONE) {
      item.put("occurredAt", AttributeValue.fromS(ahead.toString()));
    }
    dynamoDb.putItem(put -> put.tableName(EmbeddedParts.TABLE).item(item));

    work(List.of(BAD));

    Instant from = damage == Damage.TIME_THAT_IS_NONE ? START : ahead;
    assertEquals(
        Long.toString(from.plus(EmbeddedParts.RETENTION).getEpochSecond()),
        Objects.requireNonNull(item().get("expiresAt"), "it never expires").n());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon"})
  void worker_processingWithoutALeaseThatCanEnd_failsIt(String lease) {
    // Nobody could ever take it over: it was held for ever, and due for ever, and named nowhere.
    received(BAD);
    Map<String, AttributeValue> item = new HashMap<>(item());
    item.put("status", AttributeValue.fromS("PROCESSING"));
    if (!lease.isEmpty()) {
      item.put("leaseUntil", AttributeValue.fromS(lease));
    }
    dynamoDb.putItem(put -> put.tableName(EmbeddedParts.TABLE).item(item));

    work(List.of(BAD));

    assertEquals("FAILED", text(item(), "status"));
    assertTrue(text(item(), "lastError").contains("leaseUntil"), item()::toString);
  }

  /** DynamoDB itself says that it cannot add to it, and names no attribute. */
  private static boolean isDynamoDbs(Damage damage) {
    return damage == Damage.COUNT_THAT_IS_NONE || damage == Damage.HISTORY_THAT_IS_NONE;
  }

  @ParameterizedTest
  @EnumSource
  void receiver_duplicateOfARecordThatCannotBeRead_isAcknowledged(Damage damage) {
    // The sender would have got a 5xx for each retry, until it switches the webhook off.
    damage(damage);

    Recording recording = parts.inbox().record(fresh(BAD));

    assertEquals(
        new Recording.Existing(!damage.hidesTheStatus(), Body.ofUtf8("{}").sha256()), recording);
  }

  @ParameterizedTest
  @EnumSource
  void list_recordThatCannotBeRead_listsTheOthersAndNamesIt(Damage damage) {
    // Every list ended in a stack trace, whatever it was asked for.
    damage(damage);
    List<EventKey> healthy = sameShard(3);
    Records records =
        new Records(dynamoDb, EmbeddedParts.TABLE, problem -> passedOver.add(problem.getMessage()));

    for (Query query : List.of(Query.of(), Query.of(Status.RECEIVED))) {
      passedOver.clear();
      List<EventKey> listed =
          records.newest(query, 10, 100).records().stream().map(Listed::key).toList();

      assertTrue(listed.containsAll(healthy), listed::toString);
      assertEquals(listed.contains(BAD) ? 0 : 1, passedOver.size(), passedOver::toString);
    }
    assertTrue(records.scan(Query.of()).map(Listed::key).toList().containsAll(healthy));
  }

  @Test
  void find_recordThatCannotBeRead_saysWhichAndWhy() {
    damage(Damage.STATUS_OF_A_NEWER_VERSION);

    UnreadableRecord failure = assertThrows(UnreadableRecord.class, () -> parts.inbox().find(BAD));

    assertEquals(
        "the record lemma#bad cannot be read: status is 'NEWER_STATUS', which this version does not"
            + " know",
        failure.getMessage());
  }

  private Relay relay() {
    return new Relay(parts.inbox(), parts.queue(), Duration.ofSeconds(12), () -> now);
  }

  private List<String> work(List<EventKey> keys) {
    Worker worker =
        new Worker(
            parts.inbox(),
            parts.queue()::push,
            Routes.builder().otherwise((_, _) -> {}).build(),
            9,
            new Margins(Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(5)),
            () -> now,
            _ -> {
              throw new AssertionError("nothing fails here");
            },
            report -> {
              synchronized (reports) {
                reports.put(Objects.requireNonNull(report.key()), report);
              }
            },
            new CapturedLog());
    return worker.work(
        keys.stream().map(key -> new Message(key.eventId(), key)).toList(),
        "invocation",
        now.plusSeconds(60));
  }

  /** Records events in the shard of the bad one, that come behind it. */
  private List<EventKey> sameShard(int count) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> new EventKey("lemma", "healthy " + i))
        .filter(key -> Lifecycle.shard(key) == Lifecycle.shard(BAD))
        .limit(count)
        .peek(this::received)
        .toList();
  }

  private void received(EventKey key) {
    assertEquals(new Recording.Created(), parts.inbox().record(fresh(key)));
  }

  private NewRecord fresh(EventKey key) {
    Event event = new Event(key, "incident.created", START, null, Body.ofUtf8("{}"));
    return new NewRecord(event, now, Status.RECEIVED, Map.of(), null);
  }
}
