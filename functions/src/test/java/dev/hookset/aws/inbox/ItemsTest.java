package dev.hookset.aws.inbox;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.History;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

final class ItemsTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.5Z");
  private static final Duration RETENTION = Duration.ofDays(30);
  private static final EventKey KEY = new EventKey("lemma", "evt");

  @Test
  void write_bodyThatCompresses_isGzip() {
    Body body = Body.ofUtf8("{\"a\":\"" + "x".repeat(1000) + "\"}");

    Map<String, AttributeValue> item = item(body);

    assertEquals("gzip", text(item, "bodyEncoding"));
    assertTrue(stored(item).length < 100);
    assertEquals(body, new ItemReader(item).record().body());
    assertEquals(body.sha256(), text(item, "digest"));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 1000, 100_000})
  void write_bodyThatDoesNotCompress_staysAsItIs(int length) {
    byte[] noise = noise(length);

    Map<String, AttributeValue> item = item(Body.copyOf(noise));

    assertNull(item.get("bodyEncoding"));
    assertArrayEquals(noise, stored(item));
    assertEquals(Body.copyOf(noise), new ItemReader(item).record().body());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127})
  void write_shortBody_staysAsItIs(int length) {
    Body body = Body.ofUtf8("x".repeat(length));

    Map<String, AttributeValue> item = item(body);

    assertNull(item.get("bodyEncoding"));
    assertEquals(length, stored(item).length);
    assertEquals(body, new ItemReader(item).record().body());
  }

  @Test
  void write_bodyThatIsGzipAlready_comesBackAsItWas() {
    Body gzip = Body.wrap(stored(item(Body.ofUtf8("x".repeat(10_000)))));

    assertEquals(gzip, new ItemReader(item(gzip)).record().body());
  }

  @Test
  void write_bodyKeptApart_holdsItsNameAlone() {
    Body body = Body.ofUtf8("{}");
    Event event = new Event(KEY, "t", NOW, null, body);

    Map<String, AttributeValue> item =
        Items.write(
            new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null), "lemma/name", RETENTION);

    assertNull(item.get("body"));
    assertEquals("lemma/name", new ItemReader(item).record().overflow());
    assertNull(new ItemReader(item).record().body());
    assertEquals(body.sha256(), new ItemReader(item).record().digest());
  }

  @Test
  void unzip_whatWasZipped_isAsItWas() throws IOException {
    for (Body body : List.of(Body.ofUtf8(""), Body.ofUtf8("x"), Body.copyOf(noise(100_000)))) {
      assertEquals(body, ItemBodies.unzip(ItemBodies.zip(body)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"RECEIVED", "SKIPPED", "QUARANTINED"})
  void write_newRecord_isReadAsItBegins(Status status) {
    Event event = new Event(KEY, "t", NOW.plusSeconds(60), "prod", Body.ofUtf8("{}"));

    Map<String, AttributeValue> item =
        Items.write(
            new NewRecord(event, NOW, status, Map.of("x", "y"), "trace"),
            ItemBodies.Packed.of(event.body()),
            RETENTION);
    InboxRecord record = new ItemReader(item).record();

    assertEquals(event, record.event(body(record)));
    assertEquals(NOW, record.receivedAt());
    assertEquals(status, record.status());
    assertEquals(Map.of("x", "y"), record.headers());
    assertEquals("trace", record.traceId());
    assertEquals(Set.of(), record.doneHandlers());
    assertEquals("lemma#evt", text(item, "pk"));
    assertEquals("2026-06-01T12:00:00.500000000Z", text(item, "receivedAt"));
    assertEquals("lemma#" + Lifecycle.shard(KEY), text(item, "receiptShard"));
    String shard = "#" + Lifecycle.shard(KEY);
    switch (status) {
      case RECEIVED -> {
        assertEquals("OPEN" + shard, text(item, "statusShard"));
        assertEquals(NOW.plusSeconds(120), record.dueAt());
        assertNull(item.get("expiresAt"));
      }
      case QUARANTINED -> {
        assertEquals("QUARANTINED" + shard, text(item, "statusShard"));
        assertEquals(NOW, record.dueAt());
        assertEquals("1782907260", number(item, "expiresAt"));
      }
      default -> {
        assertNull(item.get("statusShard"));
        assertNull(item.get("dueAt"));
        assertEquals("1782907260", number(item, "expiresAt"));
      }
    }
  }

  @Test
  void write_finalWithoutATimeOfItsOwn_expiresByItsReceipt() {
    // Such a record had no TTL: the table kept every event whose time is a number, for ever.
    Event event = new Event(KEY, "unknown", null, null, Body.ofUtf8("junk"));

    Map<String, AttributeValue> item =
        Items.write(
            new NewRecord(event, NOW, Status.QUARANTINED, Map.of(), null),
            ItemBodies.Packed.of(event.body()),
            RETENTION);

    assertEquals(NOW.plus(RETENTION).getEpochSecond(), Long.parseLong(number(item, "expiresAt")));
  }

  @Test
  void read_noBodyAttribute_isAnEmptyBody() {
    Map<String, AttributeValue> item = new HashMap<>(item(Body.ofUtf8("{}")));
    item.remove("body");

    assertEquals(0, body(new ItemReader(item).record()).size());
  }

  @Test
  void read_gzipThatIsNone_saysSo() {
    Map<String, AttributeValue> item = new HashMap<>(item(Body.ofUtf8("x".repeat(1000))));
    item.put("body", AttributeValue.fromB(SdkBytes.fromUtf8String("junk")));

    UnreadableRecord failure =
        assertThrows(UnreadableRecord.class, () -> new ItemReader(item).record());

    assertEquals(
        "the record lemma#evt cannot be read: body is no gzip, although bodyEncoding says so",
        failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"type", "receivedAt", "status", "digest"})
  void read_withoutWhatEveryRecordHas_saysWhatIsMissing(String attribute) {
    Map<String, AttributeValue> item = new HashMap<>(item(Body.ofUtf8("{}")));
    item.remove(attribute);

    UnreadableRecord failure =
        assertThrows(UnreadableRecord.class, () -> new ItemReader(item).record());

    assertEquals(
        "the record lemma#evt cannot be read: " + attribute + " is missing", failure.getMessage());
  }

  /**
   * Whatever stands in an item, it is a record or an {@link UnreadableRecord}, and names itself.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pk",
        "type",
        "occurredAt",
        "environment",
        "deliveryId",
        "overflow",
        "receivedAt",
        "status",
        "attempts",
        "lease",
        "leaseUntil",
        "notBefore",
        "doneHandlers",
        "lastError",
        "digest",
        "replays",
        "headers",
        "traceId",
        "dueAt",
        "pushes",
        "expiresAt",
        "history",
        "body",
        "bodyEncoding"
      })
  void read_attributeOfAnyOtherKind_isReadOrSaysWhich(String attribute) {
    // One item edited by hand ended a sweep, a listing and a claim with an exception of its own.
    List<AttributeValue> strange =
        List.of(
            AttributeValue.fromS("yesterday"),
            AttributeValue.fromS(""),
            AttributeValue.fromN("1.5"),
            AttributeValue.fromN("99999999999999999999"),
            AttributeValue.fromN("9223372036854775807"),
            AttributeValue.fromBool(true),
            AttributeValue.fromNul(true),
            AttributeValue.fromSs(List.of("a")),
            AttributeValue.fromL(List.of(AttributeValue.fromN("1"))),
            AttributeValue.fromM(Map.of("a", AttributeValue.fromN("1"))));
    for (AttributeValue value : strange) {
      Map<String, AttributeValue> item = new HashMap<>(item(Body.ofUtf8("{}")));
      item.put(attribute, value);
      try {
        assertEquals(KEY, new ItemReader(item).record().key(), value::toString);
      } catch (UnreadableRecord e) {
        assertTrue(e.getMessage().contains(attribute) || attribute.equals("overflow"), e::toString);
      }
      try {
        Due _ = new ItemReader(item).due();
      } catch (UnreadableRecord e) {
        assertTrue(e.getMessage().contains(attribute), e::toString);
      }
    }
  }

  /** Records that were written before there were histories have none. */
  @Test
  void read_withoutAHistory_isNone() {
    Map<String, AttributeValue> item = new HashMap<>(item(Body.ofUtf8("{}")));
    item.put("attempts", AttributeValue.fromN("3"));

    assertEquals(History.NONE, new ItemReader(item).record().history());
  }

  @Test
  void read_claimsOfWhichOnlyTheTimeIsNoted_areNumberedFromTheLast() {
    Map<String, AttributeValue> item = new HashMap<>(item(Body.ofUtf8("{}")));
    item.put("attempts", AttributeValue.fromN("5"));
    item.put(
        HistoryAttribute.NAME,
        AttributeValue.fromL(
            List.of(claim(1), claim(2), AttributeValue.fromM(Map.of("at", seconds(3))))));

    assertEquals(
        List.of(attempt(3, 1), attempt(4, 2), attempt(5, 3)),
        new ItemReader(item).record().history().entries());
  }

  /** No event may be held up by a note, whoever has been at it. */
  @Test
  void read_damagedHistory_leavesOutWhatItDoesNotUnderstand() {
    Map<String, AttributeValue> item = new HashMap<>(item(Body.ofUtf8("{}")));
    item.put("attempts", AttributeValue.fromN("2"));
    item.put(
        HistoryAttribute.NAME,
        AttributeValue.fromL(
            List.of(
                claim(1),
                AttributeValue.fromS("junk"),
                AttributeValue.fromM(Map.of()),
                AttributeValue.fromM(Map.of("at", AttributeValue.fromS("noon"))),
                AttributeValue.fromM(Map.of("at", seconds(1), "as", AttributeValue.fromS("LATER"))),
                AttributeValue.fromM(Map.of("at", seconds(1), "as", AttributeValue.fromS("DONE"))),
                claim(2))));

    assertEquals(
        List.of(attempt(1, 1), attempt(2, 2)), new ItemReader(item).record().history().entries());

    item.put(HistoryAttribute.NAME, AttributeValue.fromS("junk"));
    assertEquals(History.NONE, new ItemReader(item).record().history());
  }

  private static AttributeValue claim(int second) {
    return HistoryAttribute.claimed(Instant.EPOCH.plusSeconds(second)).l().getFirst();
  }

  private static AttributeValue seconds(int seconds) {
    return Items.millis(Instant.EPOCH.plusSeconds(seconds));
  }

  private static History.Attempt attempt(int number, int second) {
    return new History.Attempt(number, Instant.EPOCH.plusSeconds(second), 0, null);
  }

  private static Map<String, AttributeValue> item(Body body) {
    Event event = new Event(KEY, "t", NOW, null, body);
    return Items.write(
        new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null),
        ItemBodies.Packed.of(body),
        RETENTION);
  }

  private static Body body(InboxRecord record) {
    return Objects.requireNonNull(record.body(), "body");
  }

  private static byte[] stored(Map<String, AttributeValue> item) {
    AttributeValue body = item.get("body");
    return body == null ? new byte[0] : body.b().asByteArray();
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? "" : value.s();
  }

  private static String number(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? "" : value.n();
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    return noise;
  }
}
