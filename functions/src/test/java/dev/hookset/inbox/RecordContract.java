package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.DUE;
import static dev.hookset.inbox.InboxUnderTest.IN_A_YEAR;
import static dev.hookset.inbox.InboxUnderTest.LEASE_UNTIL;
import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.OCCURRED;
import static dev.hookset.inbox.InboxUnderTest.RETENTION;
import static dev.hookset.inbox.InboxUnderTest.ROUNDS;
import static dev.hookset.inbox.InboxUnderTest.THREADS;
import static dev.hookset.inbox.InboxUnderTest.atOnce;
import static dev.hookset.inbox.InboxUnderTest.fresh;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.StrangeIds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an {@link Inbox} promises of an event that is recorded, and of its body. */
abstract class RecordContract {
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private final InboxUnderTest inbox;

  RecordContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  @Test
  void record_newEvent_isCreatedAndWaits() {
    Event event = inbox.event("evt");

    Recording recording = inbox.record(fresh(event, Status.RECEIVED));

    InboxRecord found = inbox.found(event.key());
    assertAll(
        () -> assertEquals(new Recording.Created(), recording),
        () -> assertEquals(Status.RECEIVED, found.status()),
        () -> assertEquals(NOW, found.receivedAt()),
        () -> assertEquals(0, found.attempts()),
        () -> assertEquals(0, found.replays()),
        () -> assertEquals(0, found.pushes()),
        () -> assertEquals(event.body().sha256(), found.digest()),
        () -> assertEquals(Set.of(), found.doneHandlers()),
        () -> assertEquals(DUE, found.dueAt()),
        () -> assertNull(found.lease(), "lease"),
        () -> assertNull(found.leaseUntil(), "leaseUntil"),
        () -> assertNull(found.notBefore(), "notBefore"),
        () -> assertNull(found.lastError(), "lastError"),
        () -> assertNull(found.expiresAt(), "expiresAt"),
        () -> assertEquals(History.NONE, found.history()));
  }

  @Test
  void record_everythingGiven_comesBackAsItWas() {
    Event event =
        new Event(
            inbox.key("evt"),
            "type with \"quotes\", \u0001 and \uD83D\uDE00",
            Instant.parse("2096-06-01T11:59:58.123456789Z"),
            "prod",
            Body.ofUtf8("{\"id\":\"evt\"}"),
            new Origin("dlv_1", "wrk \u00E9 1", "prj/1"));
    Map<String, String> headers =
        Map.of("x-lamba-delivery", "dlv_1", "x-lamba-tenant", "t\u00E9n\"ant, second");

    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, headers, "Root=1-abc", "stack prod"));

    InboxRecord found = inbox.found(event.key());
    assertAll(
        () -> assertEquals("stack prod", found.via()),
        () -> assertEquals(event, inbox.event(found)),
        () -> assertEquals(headers, found.headers()),
        () -> assertEquals("Root=1-abc", found.traceId()));
  }

  @Test
  void record_nothingOptionalGiven_staysAbsent() {
    Event event = new Event(inbox.key("evt"), "unknown", null, null, Body.ofUtf8("{}"));

    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null));

    InboxRecord found = inbox.found(event.key());
    assertAll(
        () -> assertEquals(event, inbox.event(found)),
        () -> assertEquals(Map.of(), found.headers()),
        () -> assertNull(found.via(), "via"),
        () -> assertNull(found.forgottenAt(), "forgottenAt"),
        () -> assertNull(found.traceId(), "traceId"));
  }

  @Test
  void record_receivedAtWithNanoseconds_isKeptAndTheRecordComesDue() {
    Instant receivedAt = NOW.plusNanos(123_456_789);
    Event event = inbox.event("evt");

    inbox.record(new NewRecord(event, receivedAt, Status.RECEIVED, Map.of(), null));

    assertEquals(receivedAt, inbox.found(event.key()).receivedAt());
    assertEquals(
        List.of(event.key()), inbox.dueKeys(event.key(), Lifecycle.dueAfterReceipt(receivedAt)));
  }

  @Test
  void record_sameEventAgain_isExistingAndChangesNothing() {
    Event event = inbox.received("evt");
    InboxRecord before = inbox.found(event.key());

    Recording again =
        inbox.record(
            new NewRecord(
                event, NOW.plusSeconds(9), Status.SKIPPED, Map.of("x", "y"), "other trace"));

    assertEquals(new Recording.Existing(true, event.body().sha256()), again);
    inbox.assertUnchanged(before);
  }

  @Test
  void record_otherBytesUnderTheSameKey_isExistingWithTheFirstDigest() {
    Event first = inbox.received("evt");
    Event second = inbox.eventWith("evt", Body.ofUtf8("{\"other\":1}"));

    Recording again = inbox.record(fresh(second, Status.RECEIVED));

    assertEquals(new Recording.Existing(true, first.body().sha256()), again);
    assertEquals(first, inbox.event(inbox.found(first.key())));
  }

  @Test
  void record_whileProcessing_isExistingAndProcessing() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    Recording again = inbox.record(fresh(inbox.event(claimed), Status.RECEIVED));

    assertEquals(new Recording.Existing(false, claimed.digest()), again);
    inbox.assertUnchanged(claimed);
  }

  @EveryFinalStatus
  void record_whenFinal_isExistingAndStaysFinal(Status status) {
    InboxRecord before = inbox.broughtTo(status, "evt");

    Recording again = inbox.record(fresh(inbox.event("evt"), Status.RECEIVED));

    assertEquals(new Recording.Existing(false, before.digest()), again);
    inbox.assertUnchanged(before);
  }

  @Test
  void record_skipped_isFinalFromTheStart() {
    Event event = inbox.event("evt");

    Recording recording = inbox.record(fresh(event, Status.SKIPPED));

    InboxRecord found = inbox.found(event.key());
    assertEquals(new Recording.Created(), recording);
    assertEquals(Status.SKIPPED, found.status());
    assertEquals(NOW.plus(RETENTION), found.expiresAt());
    assertNull(found.dueAt(), "nobody looks after a skipped record");
  }

  @Test
  void record_quarantined_isFinalAndWaitsForAPerson() {
    Event event = inbox.event("evt");

    Recording recording = inbox.record(fresh(event, Status.QUARANTINED));

    InboxRecord found = inbox.found(event.key());
    assertEquals(new Recording.Created(), recording);
    assertEquals(Status.QUARANTINED, found.status());
    assertEquals(NOW.plus(RETENTION), found.expiresAt());
    assertEquals(NOW, found.dueAt());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SKIPPED", "QUARANTINED"})
  void record_finalEventOfTheFuture_expiresAfterItsOwnTime(Status status) {
    Event event = inbox.event("evt", IN_A_YEAR);

    inbox.record(fresh(event, status));

    assertEquals(IN_A_YEAR.plus(RETENTION), inbox.found(event.key()).expiresAt());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SKIPPED", "QUARANTINED"})
  void record_finalEventWithoutItsOwnTime_expiresByItsReceipt(Status status) {
    Event event = inbox.event("evt", null);

    inbox.record(fresh(event, status));

    assertEquals(NOW.plus(RETENTION), inbox.found(event.key()).expiresAt());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void record_anyBytes_comeBackAsTheyWere(byte[] bytes) {
    Body body = Body.copyOf(bytes);
    Event event = inbox.eventWith("evt", body);

    inbox.record(fresh(event, Status.RECEIVED));

    InboxRecord found = inbox.found(event.key());
    assertEquals(body, inbox.event(found).body());
    assertEquals(body.sha256(), found.digest());
    assertEquals(body, inbox.event(inbox.claim(event.key(), "a")).body());
  }

  private static Stream<Named<byte[]>> bodies() {
    byte[] everyByte = new byte[256];
    IntStream.range(0, 256).forEach(i -> everyByte[i] = (byte) i);
    return Stream.of(
        Named.of("empty", new byte[0]),
        Named.of("one zero byte", new byte[1]),
        Named.of("every byte", everyByte),
        Named.of("what looks like gzip", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3}),
        Named.of("100 kB that compress well", "{\"a\":\"aaaaaaa\"} ".repeat(6_250).getBytes(UTF_8)),
        Named.of("100 kB that do not compress", random(100_000, 42)),
        Named.of("4 MiB that compress well", new byte[MOST_BYTES]),
        Named.of("4 MiB that do not compress", random(MOST_BYTES, 43)));
  }

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @Test
  void body_longOne_isThereAfterEveryStepAndReplay() throws BodyLost {
    Body body = Body.wrap(random(100_000, 44));
    Event event = inbox.eventWith("evt", body);
    EventKey key = event.key();
    inbox.record(fresh(event, Status.RECEIVED));
    InboxRecord claimed = inbox.claim(key, "a");
    assertTrue(inbox.settle(claimed, new Settlement.Retry("again", NOW), NOW));
    assertEquals(body, inbox.body(inbox.claim(key, "b")));
    assertTrue(inbox.settle(inbox.found(key), new Settlement.Failed("enough"), NOW));
    assertEquals(body, inbox.body(inbox.found(key)));
    assertTrue(inbox.replay(inbox.found(key), NOW));
    assertTrue(inbox.settle(inbox.claim(key, "c"), new Settlement.Done(null), NOW));

    assertEquals(body, inbox.body(inbox.found(key)));
    assertEquals(
        new Recording.Existing(false, body.sha256()), inbox.record(fresh(event, Status.RECEIVED)));
  }

  @Test
  void body_longOneInConflictWithALongOne_leavesBothAsTheyWere() throws BodyLost {
    Body body = Body.wrap(new byte[200_000]);
    Body other = Body.wrap(random(200_000, 45));
    inbox.record(fresh(inbox.eventWith("evt", other), Status.RECEIVED));

    inbox.record(fresh(inbox.eventWith("evt", body), Status.RECEIVED));
    inbox.record(fresh(inbox.eventWith("evt~copy", body), Status.QUARANTINED));

    assertEquals(other, inbox.body(inbox.found(inbox.key("evt"))));
    assertEquals(body, inbox.body(inbox.found(inbox.key("evt~copy"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.hookset.StrangeIds#named")
  void record_anyCharactersInTheId_goThroughEveryStep(String id) {
    Event event = inbox.event(id);
    assertEquals(new Recording.Created(), inbox.record(fresh(event, Status.RECEIVED)));
    assertEquals(event, inbox.event(inbox.found(event.key())));
    Due due = inbox.onlyDue(event.key(), DUE);
    assertEquals(event.key(), due.key());
    assertTrue(inbox.defer(due, LEASE_UNTIL, due.dueAt()), "defer");
    InboxRecord claimed = inbox.claim(event.key(), "a");
    assertEquals(event, inbox.event(claimed));
    assertTrue(inbox.mark(claimed, "handler"), "mark");
    assertTrue(inbox.settle(claimed, new Settlement.Done(null), NOW), "settle");
    assertEquals(Status.DONE, inbox.found(event.key()).status());
  }

  @Test
  void record_idsThatDifferALittle_areDifferentEvents() {
    List<String> ids = List.of("evt", "EVT", "evt ", " evt", "evt#", "\u00E9", "e\u0301", "evt\0");

    for (String id : ids) {
      assertEquals(
          new Recording.Created(),
          inbox.record(fresh(inbox.event(id), Status.RECEIVED)),
          () -> StrangeIds.printable(id));
    }
    for (String id : ids) {
      assertEquals(inbox.event(id), inbox.event(inbox.found(inbox.key(id))));
    }
  }

  @Test
  void record_sameIdOfAnotherProvider_isAnotherEvent() {
    Event event = inbox.received("evt");
    EventKey other = new EventKey(event.provider() + "b", "evt");

    Recording recording =
        inbox.record(
            fresh(new Event(other, "type", OCCURRED, null, event.body()), Status.RECEIVED));

    assertEquals(new Recording.Created(), recording);
  }

  @RepeatedTest(ROUNDS)
  void record_manyAtOnce_createsExactlyOne() throws Exception {
    List<Event> rivals =
        IntStream.range(0, THREADS)
            .mapToObj(i -> inbox.eventWith("evt", Body.ofUtf8("{\"i\":" + i + "}")))
            .toList();

    List<Recording> recordings = atOnce(i -> inbox.record(fresh(rivals.get(i), Status.RECEIVED)));

    assertEquals(1, recordings.stream().filter(new Recording.Created()::equals).count(), "created");
    Event kept = rivals.get(recordings.indexOf(new Recording.Created()));
    assertEquals(kept, inbox.event(inbox.found(inbox.key("evt"))));
    assertEquals(
        THREADS - 1,
        recordings.stream()
            .filter(new Recording.Existing(true, kept.body().sha256())::equals)
            .count(),
        "all others saw the one that was kept");
  }

  @Test
  void find_neverRecorded_isEmpty() {
    assertTrue(inbox.find(inbox.key("evt")).isEmpty());
  }
}
