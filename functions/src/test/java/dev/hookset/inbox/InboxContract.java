package dev.hookset.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every {@link Inbox} promises. A subclass supplies the inbox and nothing else.
 *
 * <p>The inbox may be shared between tests and hold other records: each test works under a provider
 * of its own.
 */
public abstract class InboxContract {
  /** How long the inbox under test must keep a final record. */
  protected static final Duration RETENTION = Duration.ofDays(30);

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Instant OCCURRED = NOW.minusSeconds(30);
  private static final Instant LEASE_UNTIL = NOW.plusSeconds(60);
  private static final Duration TICK = Duration.ofMillis(1);
  private static final int MOST = 9;
  private static final int THREADS = 16;
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  /** A race that is lost once in a while shall be lost here. */
  private static final int ROUNDS = 20;

  private final String provider = "p" + UUID.randomUUID();

  /** Returns the inbox under test, which keeps final records for {@link #RETENTION}. */
  protected abstract Inbox inbox();

  /** Deletes a record behind the inbox's back, as the store's time-to-live would. */
  protected abstract void delete(EventKey key);

  // record

  @Test
  void record_newEvent_isCreatedAndWaits() {
    Event event = event("evt");

    Recording recording = inbox().record(fresh(event, Status.RECEIVED));

    InboxRecord found = found(event.key());
    assertAll(
        () -> assertEquals(new Recording.Created(), recording),
        () -> assertEquals(Status.RECEIVED, found.status()),
        () -> assertEquals(NOW, found.receivedAt()),
        () -> assertEquals(0, found.attempts()),
        () -> assertEquals(0, found.replays()),
        () -> assertEquals(0, found.pushes()),
        () -> assertEquals(event.body().sha256(), found.digest()),
        () -> assertEquals(Set.of(), found.doneHandlers()),
        () -> assertEquals(Lifecycle.dueAfterReceipt(NOW), found.dueAt()),
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
            key("evt"),
            "type with \"quotes\", \u0001 and \uD83D\uDE00",
            Instant.parse("2026-06-01T11:59:58.123456789Z"),
            "prod",
            Body.ofUtf8("{\"id\":\"evt\"}"),
            new Origin("dlv_1", "wrk \u00E9 1", "prj/1"));
    Map<String, String> headers =
        Map.of("x-lamba-delivery", "dlv_1", "x-lamba-tenant", "t\u00E9n\"ant, second");

    inbox().record(new NewRecord(event, NOW, Status.RECEIVED, headers, "Root=1-abc"));

    InboxRecord found = found(event.key());
    assertAll(
        () -> assertEquals(event, event(found)),
        () -> assertEquals(headers, found.headers()),
        () -> assertEquals("Root=1-abc", found.traceId()));
  }

  @Test
  void record_nothingOptionalGiven_staysAbsent() {
    Event event = new Event(key("evt"), "unknown", null, null, Body.ofUtf8("{}"));

    inbox().record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null));

    InboxRecord found = found(event.key());
    assertAll(
        () -> assertEquals(event, event(found)),
        () -> assertEquals(Map.of(), found.headers()),
        () -> assertNull(found.traceId(), "traceId"));
  }

  @Test
  void record_receivedAtWithNanoseconds_isKeptAndTheRecordComesDue() {
    Instant receivedAt = NOW.plusNanos(123_456_789);
    Event event = event("evt");

    inbox().record(new NewRecord(event, receivedAt, Status.RECEIVED, Map.of(), null));

    assertEquals(receivedAt, found(event.key()).receivedAt());
    assertEquals(List.of(event.key()), dueKeys(event.key(), Lifecycle.dueAfterReceipt(receivedAt)));
  }

  @Test
  void record_sameEventAgain_isExistingAndChangesNothing() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    InboxRecord before = found(event.key());

    Recording again =
        inbox()
            .record(
                new NewRecord(
                    event, NOW.plusSeconds(9), Status.SKIPPED, Map.of("x", "y"), "other trace"));

    assertEquals(new Recording.Existing(true, event.body().sha256()), again);
    assertEquals(before, found(event.key()));
  }

  @Test
  void record_otherBytesUnderTheSameKey_isExistingWithTheFirstDigest() {
    Event first = event("evt");
    Event second =
        new Event(first.key(), first.type(), OCCURRED, null, Body.ofUtf8("{\"other\":1}"));
    inbox().record(fresh(first, Status.RECEIVED));

    Recording again = inbox().record(fresh(second, Status.RECEIVED));

    assertEquals(new Recording.Existing(true, first.body().sha256()), again);
    assertEquals(first, event(found(first.key())));
  }

  @Test
  void record_whileProcessing_isExistingAndProcessing() {
    InboxRecord claimed = claimed("evt", "a");

    Recording again = inbox().record(fresh(event(claimed), Status.RECEIVED));

    assertEquals(new Recording.Existing(false, claimed.digest()), again);
    assertEquals(claimed, found(claimed.key()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void record_whenFinal_isExistingWithThatStatus(Status status) {
    Event event = event("evt");
    bringTo(status, event);

    Recording again = inbox().record(fresh(event, Status.RECEIVED));

    assertEquals(new Recording.Existing(status == Status.RECEIVED, event.body().sha256()), again);
    assertEquals(status, found(event.key()).status());
  }

  @Test
  void record_skipped_isFinalFromTheStart() {
    Event event = event("evt");

    Recording recording = inbox().record(fresh(event, Status.SKIPPED));

    InboxRecord found = found(event.key());
    assertEquals(new Recording.Created(), recording);
    assertEquals(Status.SKIPPED, found.status());
    assertEquals(NOW.plus(RETENTION), found.expiresAt());
    assertNull(found.dueAt(), "nobody looks after a skipped record");
  }

  @Test
  void record_quarantined_isFinalAndWaitsForAPerson() {
    Event event = event("evt");

    Recording recording = inbox().record(fresh(event, Status.QUARANTINED));

    InboxRecord found = found(event.key());
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
    Instant later = NOW.plus(Duration.ofDays(400));
    Event event = event("evt", later);

    inbox().record(fresh(event, status));

    assertEquals(later.plus(RETENTION), found(event.key()).expiresAt());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SKIPPED", "QUARANTINED"})
  void record_finalEventWithoutItsOwnTime_expiresByItsReceipt(Status status) {
    Event event = event("evt", null);

    inbox().record(fresh(event, status));

    assertEquals(NOW.plus(RETENTION), found(event.key()).expiresAt());
  }

  @TestFactory
  Stream<DynamicTest> record_anyBytes_comeBackAsTheyWere() {
    byte[] everyByte = new byte[256];
    IntStream.range(0, 256).forEach(i -> everyByte[i] = (byte) i);
    byte[] random = new byte[100_000];
    new Random(42).nextBytes(random);
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    bodies.put("empty", new byte[0]);
    bodies.put("one zero byte", new byte[1]);
    bodies.put("every byte", everyByte);
    bodies.put("what looks like gzip", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
    bodies.put("100 kB that compress well", "{\"a\":\"aaaaaaa\"} ".repeat(6_250).getBytes(UTF_8));
    bodies.put("100 kB that do not compress", random);
    bodies.put("4 MiB that compress well", new byte[MOST_BYTES]);
    byte[] most = new byte[MOST_BYTES];
    new Random(43).nextBytes(most);
    bodies.put("4 MiB that do not compress", most);
    return bodies.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      Body body = Body.copyOf(entry.getValue());
                      Event event = new Event(key(entry.getKey()), "type", OCCURRED, null, body);

                      inbox().record(fresh(event, Status.RECEIVED));

                      InboxRecord found = found(event.key());
                      assertEquals(body, event(found).body());
                      assertEquals(body.sha256(), found.digest());
                      assertEquals(body, event(claim(event.key(), "a")).body());
                    }));
  }

  @Test
  void body_longOne_isThereAfterEveryStepAndReplay() throws BodyLost {
    byte[] random = new byte[100_000];
    new Random(44).nextBytes(random);
    Body body = Body.wrap(random);
    EventKey key = key("evt");
    inbox().record(fresh(new Event(key, "type", OCCURRED, null, body), Status.RECEIVED));
    InboxRecord claimed = claim(key, "a");
    assertTrue(inbox().settle(claimed, new Settlement.Retry("again", NOW), NOW));
    assertEquals(body, inbox().body(claim(key, "b")));
    assertTrue(inbox().settle(found(key), new Settlement.Failed("enough"), NOW));
    assertEquals(body, inbox().body(found(key)));
    assertTrue(inbox().replay(found(key), NOW));
    assertTrue(inbox().settle(claim(key, "c"), new Settlement.Done(null), NOW));

    assertEquals(body, inbox().body(found(key)));
    assertEquals(
        new Recording.Existing(false, body.sha256()),
        inbox().record(fresh(new Event(key, "type", OCCURRED, null, body), Status.RECEIVED)));
  }

  @Test
  void body_longOneInConflictWithALongOne_leavesBothAsTheyWere() throws BodyLost {
    EventKey key = key("evt");
    EventKey second = key("evt~copy");
    Body body = Body.wrap(new byte[200_000]);
    byte[] random = new byte[200_000];
    new Random(45).nextBytes(random);
    Body other = Body.wrap(random);
    inbox().record(fresh(new Event(key, "type", OCCURRED, null, other), Status.RECEIVED));

    inbox().record(fresh(new Event(key, "type", OCCURRED, null, body), Status.RECEIVED));
    inbox().record(fresh(new Event(second, "type", OCCURRED, null, body), Status.QUARANTINED));

    assertEquals(other, inbox().body(found(key)));
    assertEquals(body, inbox().body(found(second)));
  }

  @TestFactory
  Stream<DynamicTest> record_anyCharactersInTheId_goThroughEveryStep() {
    return strangeIds()
        .map(
            id ->
                DynamicTest.dynamicTest(
                    printable(id),
                    () -> {
                      Event event = event(id);
                      assertEquals(
                          new Recording.Created(), inbox().record(fresh(event, Status.RECEIVED)));
                      assertEquals(event, event(found(event.key())));
                      Due due = onlyDue(event.key(), Lifecycle.dueAfterReceipt(NOW));
                      assertEquals(event.key(), due.key());
                      assertTrue(inbox().defer(due, LEASE_UNTIL, due.dueAt()), "defer");
                      InboxRecord claimed = claim(event.key(), "a");
                      assertEquals(event, event(claimed));
                      assertTrue(inbox().mark(claimed, "handler"), "mark");
                      assertTrue(inbox().settle(claimed, new Settlement.Done(null), NOW), "settle");
                      assertEquals(Status.DONE, found(event.key()).status());
                    }));
  }

  @Test
  void record_idsThatDifferALittle_areDifferentEvents() {
    List<String> ids = List.of("evt", "EVT", "evt ", " evt", "evt#", "\u00E9", "e\u0301", "evt\0");

    for (String id : ids) {
      assertEquals(
          new Recording.Created(),
          inbox().record(fresh(event(id), Status.RECEIVED)),
          () -> printable(id));
    }
    for (String id : ids) {
      assertEquals(event(id), event(found(key(id))));
    }
  }

  @Test
  void record_sameIdOfAnotherProvider_isAnotherEvent() {
    Event event = event("evt");
    EventKey other = new EventKey(provider + "b", "evt");
    inbox().record(fresh(event, Status.RECEIVED));

    Recording recording =
        inbox()
            .record(fresh(new Event(other, "type", OCCURRED, null, event.body()), Status.RECEIVED));

    assertEquals(new Recording.Created(), recording);
  }

  @RepeatedTest(ROUNDS)
  void record_manyAtOnce_createsExactlyOne() throws Exception {
    List<Event> rivals =
        IntStream.range(0, THREADS)
            .mapToObj(
                i ->
                    new Event(key("evt"), "type", OCCURRED, null, Body.ofUtf8("{\"i\":" + i + "}")))
            .toList();

    List<Recording> recordings = atOnce(i -> inbox().record(fresh(rivals.get(i), Status.RECEIVED)));

    assertEquals(1, recordings.stream().filter(new Recording.Created()::equals).count(), "created");
    Event kept = rivals.get(recordings.indexOf(new Recording.Created()));
    assertEquals(kept, event(found(key("evt"))));
    assertEquals(
        THREADS - 1,
        recordings.stream()
            .filter(new Recording.Existing(true, kept.body().sha256())::equals)
            .count(),
        "all others saw the one that was kept");
  }

  @Test
  void find_neverRecorded_isEmpty() {
    assertTrue(inbox().find(key("evt")).isEmpty());
  }

  // claim

  @Test
  void claim_waiting_isGrantedWithTheWholeRecord() {
    Event event = event("evt");
    inbox().record(new NewRecord(event, NOW, Status.RECEIVED, Map.of("h", "v"), "trace"));

    Claim claim = inbox().claim(event.key(), terms("a", NOW));

    InboxRecord claimed = assertInstanceOf(Claim.Granted.class, claim).claimed();
    assertAll(
        () -> assertEquals(found(event.key()), claimed),
        () -> assertEquals(event, event(claimed)),
        () -> assertEquals(Map.of("h", "v"), claimed.headers()),
        () -> assertEquals("trace", claimed.traceId()),
        () -> assertEquals(Status.PROCESSING, claimed.status()),
        () -> assertEquals(1, claimed.attempts()),
        () -> assertEquals("a", claimed.lease()),
        () -> assertEquals(LEASE_UNTIL, claimed.leaseUntil()),
        () -> assertNull(claimed.expiresAt(), "an open record never expires"));
  }

  @Test
  void claim_waiting_leavesTheTimeAtWhichTheRelayLooks() {
    InboxRecord claimed = claimed("evt", "a");

    assertEquals(Lifecycle.dueAfterReceipt(NOW), claimed.dueAt());
    assertEquals(List.of(claimed.key()), dueKeys(claimed.key(), Lifecycle.dueAfterReceipt(NOW)));
  }

  @Test
  void claim_neverRecorded_isUnknownAndCreatesNothing() {
    assertEquals(new Claim.Unknown(), inbox().claim(key("evt"), terms("a", NOW)));
    assertEquals(new Claim.Unknown(), inbox().claim(key("evt"), takeOver("a", NOW)));
    assertTrue(inbox().find(key("evt")).isEmpty());
  }

  @Test
  void claim_lastMomentOfTheLease_isHeld() {
    InboxRecord claimed = claimed("evt", "a");
    EventKey key = claimed.key();

    assertEquals(new Claim.Held(), inbox().claim(key, terms("b", NOW)));
    assertEquals(new Claim.Held(), inbox().claim(key, terms("b", LEASE_UNTIL)));
    assertEquals(new Claim.Held(), inbox().claim(key, takeOver("b", LEASE_UNTIL)));
    assertEquals(claimed, found(key));
  }

  @Test
  void claim_leaseRunOut_isLapsedAndChangesNothing() {
    InboxRecord claimed = claimed("evt", "a");
    EventKey key = claimed.key();

    assertEquals(new Claim.Lapsed(1), inbox().claim(key, terms("b", LEASE_UNTIL.plus(TICK))));
    assertEquals(claimed, found(key));
  }

  @Test
  void claim_takeOverOfARunOutLease_isGrantedAndCounted() {
    InboxRecord first = claimed("evt", "a");
    EventKey key = first.key();
    Instant later = LEASE_UNTIL.plus(TICK);

    InboxRecord second = granted(inbox().claim(key, takeOver("b", later)));

    assertAll(
        () -> assertEquals(Status.PROCESSING, second.status()),
        () -> assertEquals(2, second.attempts()),
        () -> assertEquals("b", second.lease()),
        () -> assertEquals(later.plusSeconds(60), second.leaseUntil()),
        () -> assertEquals(second, found(key)));
  }

  @Test
  void claim_takeOverOfAWaitingRecord_isHeld() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));

    assertEquals(new Claim.Held(), inbox().claim(event.key(), takeOver("a", NOW)));
    assertEquals(Status.RECEIVED, found(event.key()).status());
  }

  @Test
  void claim_waitEndsBeyondTheClockDifference_isTooEarly() {
    Instant notBefore = NOW.plus(Lifecycle.CLOCK_DIFFERENCE).plus(TICK);
    EventKey key = failedOnce("evt", notBefore);

    assertEquals(new Claim.TooEarly(notBefore), inbox().claim(key, terms("b", NOW)));
    assertEquals(1, found(key).attempts());
  }

  @Test
  void claim_waitEndsWithinTheClockDifference_isGranted() {
    EventKey key = failedOnce("evt", NOW.plus(Lifecycle.CLOCK_DIFFERENCE));

    assertEquals(2, granted(inbox().claim(key, terms("b", NOW))).attempts());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void claim_final_isFinishedAndChangesNothing(Status status) {
    Event event = event("evt");
    bringTo(status, event);
    InboxRecord before = found(event.key());

    assertEquals(new Claim.Finished(status), inbox().claim(event.key(), terms("b", NOW)));
    assertEquals(new Claim.Finished(status), inbox().claim(event.key(), takeOver("b", NOW)));
    assertEquals(before, found(event.key()));
  }

  @Test
  void claim_waitingWithNoAttemptLeft_isExhausted() {
    EventKey key = failedOnce("evt", NOW);

    Claim claim = inbox().claim(key, new ClaimTerms("b", NOW, LEASE_UNTIL, 1, false));

    InboxRecord found = assertInstanceOf(Claim.Exhausted.class, claim).found();
    assertEquals(found(key), found);
    assertEquals(Status.RECEIVED, found.status());
    assertEquals(1, found.attempts());
  }

  @Test
  void claim_leaseRunOutWithNoAttemptLeft_isExhausted() {
    InboxRecord claimed = claimed("evt", "a");
    EventKey key = claimed.key();
    Instant later = LEASE_UNTIL.plus(TICK);

    for (boolean takeOver : new boolean[] {false, true}) {
      Claim claim =
          inbox().claim(key, new ClaimTerms("b", later, later.plusSeconds(60), 1, takeOver));

      assertEquals(claimed, assertInstanceOf(Claim.Exhausted.class, claim).found());
    }
    assertEquals(claimed, found(key));
  }

  @Test
  void claim_lastAttempt_isGranted() {
    EventKey key = failedOnce("evt", NOW);

    Claim claim = inbox().claim(key, new ClaimTerms("b", NOW, LEASE_UNTIL, 2, false));

    assertEquals(2, granted(claim).attempts());
  }

  @Test
  void claim_repeatedByTheSameOwner_isGrantedAndCountedOnce() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    ClaimTerms terms = new ClaimTerms("a", NOW, LEASE_UNTIL, 1, false);

    InboxRecord first = granted(inbox().claim(event.key(), terms));
    InboxRecord second = granted(inbox().claim(event.key(), terms));

    assertEquals(first, second);
    assertEquals(1, found(event.key()).attempts());
  }

  @Test
  void claim_takeOverRepeatedByTheSameOwner_isGrantedAndCountedOnce() {
    EventKey key = claimed("evt", "a").key();
    ClaimTerms terms = takeOver("b", LEASE_UNTIL.plus(TICK));

    InboxRecord first = granted(inbox().claim(key, terms));
    InboxRecord second = granted(inbox().claim(key, terms));

    assertEquals(first, second);
    assertEquals(2, found(key).attempts());
  }

  @RepeatedTest(ROUNDS)
  void claim_manyAtOnce_grantsExactlyOne() throws Exception {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));

    List<Claim> claims = atOnce(i -> inbox().claim(event.key(), terms("owner " + i, NOW)));

    assertOneGrantedOthersHeld(claims, 1);
  }

  @RepeatedTest(ROUNDS)
  void claim_manyTakeOversAtOnce_grantsExactlyOne() throws Exception {
    EventKey key = claimed("evt", "a").key();
    Instant later = LEASE_UNTIL.plus(TICK);

    List<Claim> claims = atOnce(i -> inbox().claim(key, takeOver("owner " + i, later)));

    assertOneGrantedOthersHeld(claims, 2);
  }

  private void assertOneGrantedOthersHeld(List<Claim> claims, int attempts) {
    List<InboxRecord> granted =
        claims.stream()
            .filter(Claim.Granted.class::isInstance)
            .map(InboxContract::granted)
            .toList();
    assertEquals(1, granted.size(), () -> "granted among " + claims);
    assertEquals(
        THREADS - 1, claims.stream().filter(new Claim.Held()::equals).count(), claims::toString);
    assertEquals(attempts, granted.getFirst().attempts());
    assertEquals(granted.getFirst(), found(key("evt")));
  }

  // mark

  @Test
  void mark_byTheHolder_addsTheHandler() {
    InboxRecord claimed = claimed("evt", "a");

    assertTrue(inbox().mark(claimed, "first"), "first");
    assertTrue(inbox().mark(claimed, "second \uD83D\uDE00"), "second");

    assertEquals(Set.of("first", "second \uD83D\uDE00"), found(claimed.key()).doneHandlers());
  }

  @Test
  void mark_repeated_isTrueAndNotedOnce() {
    InboxRecord claimed = claimed("evt", "a");

    assertTrue(inbox().mark(claimed, "handler"), "first time");
    assertTrue(inbox().mark(claimed, "handler"), "repeated");

    assertEquals(Set.of("handler"), found(claimed.key()).doneHandlers());
  }

  @Test
  void mark_afterALapseThatNobodyTookOver_isTrue() {
    InboxRecord claimed = claimed("evt", "a");
    inbox().claim(claimed.key(), terms("b", LEASE_UNTIL.plusSeconds(999)));

    assertTrue(inbox().mark(claimed, "handler"));
  }

  @Test
  void mark_afterATakeOver_isFalse() {
    InboxRecord first = claimed("evt", "a");
    EventKey key = first.key();
    InboxRecord second = granted(inbox().claim(key, takeOver("b", LEASE_UNTIL.plus(TICK))));

    assertFalse(inbox().mark(first, "handler"), "by the former holder");

    assertEquals(second, found(key));
  }

  @TestFactory
  Stream<DynamicTest> mark_afterItsOwnSettlement_isFalse() {
    return settlements()
        .map(
            settlement ->
                DynamicTest.dynamicTest(
                    settlement.toString(),
                    () -> {
                      InboxRecord claimed = claimed("evt " + settlement, "a");
                      assertTrue(inbox().settle(claimed, settlement, NOW), "settle");
                      InboxRecord settled = found(claimed.key());

                      assertFalse(inbox().mark(claimed, "late"));

                      assertEquals(settled, found(claimed.key()));
                    }));
  }

  @Test
  void mark_overSeveralAttempts_accumulates() {
    InboxRecord first = claimed("evt", "a");
    EventKey key = first.key();
    inbox().mark(first, "one");
    inbox().settle(first, new Settlement.Retry("later", NOW), NOW);

    InboxRecord second = granted(inbox().claim(key, terms("b", NOW)));
    assertEquals(Set.of("one"), second.doneHandlers());
    inbox().mark(second, "two");
    InboxRecord third = granted(inbox().claim(key, takeOver("c", LEASE_UNTIL.plus(TICK))));
    assertEquals(Set.of("one", "two"), third.doneHandlers());

    assertTrue(inbox().settle(third, new Settlement.Done("three"), NOW));
    assertEquals(Set.of("one", "two", "three"), found(key).doneHandlers());
  }

  // settle

  @Test
  void settle_doneWithALastHandler_isFinalAndNotesIt() {
    InboxRecord claimed = claimed("evt", "a");
    Instant end = NOW.plusSeconds(7);

    assertTrue(inbox().settle(claimed, new Settlement.Done("last"), end));

    InboxRecord done = found(claimed.key());
    assertAll(
        () -> assertEquals(Status.DONE, done.status()),
        () -> assertEquals(Set.of("last"), done.doneHandlers()),
        () -> assertEquals(1, done.attempts()),
        () -> assertEquals("a", done.lease(), "the token stays"),
        () -> assertNull(done.leaseUntil(), "leaseUntil"),
        () -> assertNull(done.dueAt(), "nobody looks after it any more"),
        () -> assertEquals(end.plus(RETENTION), done.expiresAt()),
        () -> assertEquals(event(claimed), event(done)));
  }

  @Test
  void settle_doneWithoutALastHandler_notesNone() {
    InboxRecord claimed = claimed("evt", "a");
    inbox().mark(claimed, "only");

    assertTrue(inbox().settle(claimed, new Settlement.Done(null), NOW));

    InboxRecord done = found(claimed.key());
    assertEquals(Status.DONE, done.status());
    assertEquals(Set.of("only"), done.doneHandlers());
  }

  @Test
  void settle_retry_waitsAgainAndTheRelayLooksAMinuteAfterTheWait() {
    InboxRecord claimed = claimed("evt", "a");
    Instant notBefore = NOW.plus(Duration.ofMinutes(5));

    assertTrue(inbox().settle(claimed, new Settlement.Retry("it broke", notBefore), NOW));

    InboxRecord waiting = found(claimed.key());
    assertAll(
        () -> assertEquals(Status.RECEIVED, waiting.status()),
        () -> assertEquals(notBefore, waiting.notBefore()),
        () -> assertEquals("it broke", waiting.lastError()),
        () -> assertEquals(notBefore.plusSeconds(60), waiting.dueAt()),
        () -> assertEquals(1, waiting.attempts()),
        () -> assertEquals("a", waiting.lease(), "the token stays"),
        () -> assertNull(waiting.leaseUntil(), "leaseUntil"),
        () -> assertNull(waiting.expiresAt(), "an open record never expires"));
    assertEquals(List.of(), dueKeys(claimed.key(), notBefore.plusSeconds(60).minus(TICK)));
    assertEquals(List.of(claimed.key()), dueKeys(claimed.key(), notBefore.plusSeconds(60)));
  }

  @Test
  void settle_retry_startsThePushesAnew() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant due = Lifecycle.dueAfterReceipt(NOW);
    assertTrue(inbox().defer(due(event.key(), due, 0), due.plusSeconds(9), due), "defer");
    InboxRecord claimed = claim(event.key(), "a");
    assertEquals(1, claimed.pushes());

    inbox().settle(claimed, new Settlement.Retry("it broke", NOW), NOW);

    assertEquals(0, found(event.key()).pushes());
    assertEquals(0, onlyDue(event.key(), NOW.plusSeconds(60)).pushes());
  }

  @Test
  void settle_failed_isFinalAndWaitsForAPerson() {
    InboxRecord claimed = claimed("evt", "a");
    inbox().mark(claimed, "done before");
    Instant end = NOW.plusSeconds(7);

    assertTrue(inbox().settle(claimed, new Settlement.Failed("no use"), end));

    InboxRecord failed = found(claimed.key());
    assertAll(
        () -> assertEquals(Status.FAILED, failed.status()),
        () -> assertEquals("no use", failed.lastError()),
        () -> assertEquals(Set.of("done before"), failed.doneHandlers()),
        () -> assertEquals(end, failed.dueAt()),
        () -> assertNull(failed.leaseUntil(), "leaseUntil"),
        () -> assertEquals(end.plus(RETENTION), failed.expiresAt()));
  }

  @TestFactory
  Stream<DynamicTest> settle_final_expiresAfterTheLaterOfNowAndItsOwnTime() {
    Instant ahead = NOW.plus(Duration.ofDays(400));
    return Stream.of(new Settlement.Done(null), new Settlement.Failed("no use"))
        .map(
            settlement ->
                DynamicTest.dynamicTest(
                    settlement.toString(),
                    () -> {
                      assertEquals(ahead.plus(RETENTION), expiry("ahead", ahead, settlement));
                      assertEquals(NOW.plus(RETENTION), expiry("past", OCCURRED, settlement));
                      assertEquals(NOW.plus(RETENTION), expiry("unknown", null, settlement));
                    }));
  }

  private @Nullable Instant expiry(String id, @Nullable Instant occurredAt, Settlement settlement) {
    Event event = event(id + settlement, occurredAt);
    inbox().record(fresh(event, Status.RECEIVED));
    assertTrue(inbox().settle(claim(event.key(), "a"), settlement, NOW), "settle");
    return found(event.key()).expiresAt();
  }

  @TestFactory
  Stream<DynamicTest> settle_afterATakeOver_isFalseAndChangesNothing() {
    return settlements()
        .map(
            settlement ->
                DynamicTest.dynamicTest(
                    settlement.toString(),
                    () -> {
                      InboxRecord first = claimed("evt " + settlement, "a");
                      EventKey key = first.key();
                      Instant later = LEASE_UNTIL.plus(TICK);
                      InboxRecord second = granted(inbox().claim(key, takeOver("b", later)));

                      assertFalse(inbox().settle(first, settlement, later));

                      assertEquals(second, found(key));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> settle_afterALapseThatNobodyTookOver_isTrue() {
    return settlements()
        .map(
            settlement ->
                DynamicTest.dynamicTest(
                    settlement.toString(),
                    () -> {
                      InboxRecord claimed = claimed("evt " + settlement, "a");

                      assertTrue(inbox().settle(claimed, settlement, LEASE_UNTIL.plusSeconds(999)));

                      assertEquals(settlement.status(), found(claimed.key()).status());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> settle_repeatedByTheSameOwner_isTrueAndChangesNothing() {
    return settlements()
        .map(
            settlement ->
                DynamicTest.dynamicTest(
                    settlement.toString(),
                    () -> {
                      InboxRecord claimed = claimed("evt " + settlement, "a");
                      assertTrue(inbox().settle(claimed, settlement, NOW), "first time");
                      InboxRecord settled = found(claimed.key());

                      assertTrue(
                          inbox().settle(claimed, settlement, NOW.plusSeconds(5)), "repeated");

                      assertEquals(settled, found(claimed.key()));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> settle_otherwiseThanBefore_isFalseAndChangesNothing() {
    return settlements()
        .flatMap(
            first ->
                settlements()
                    .filter(second -> second.status() != first.status())
                    .map(
                        second ->
                            DynamicTest.dynamicTest(
                                first + ", then " + second,
                                () -> {
                                  InboxRecord claimed = claimed(first + " " + second, "a");
                                  assertTrue(inbox().settle(claimed, first, NOW), "first");
                                  InboxRecord settled = found(claimed.key());

                                  assertFalse(inbox().settle(claimed, second, NOW), "second");

                                  assertEquals(settled, found(claimed.key()));
                                })));
  }

  @Test
  void settle_retryRepeatedAfterTheNextClaim_isFalseAndChangesNothing() {
    InboxRecord first = claimed("evt", "a");
    EventKey key = first.key();
    Settlement retry = new Settlement.Retry("later", NOW);
    inbox().settle(first, retry, NOW);
    InboxRecord second = granted(inbox().claim(key, terms("b", NOW)));

    assertFalse(inbox().settle(first, retry, NOW));

    assertEquals(second, found(key));
  }

  @TestFactory
  Stream<DynamicTest> settle_longError_isShortenedBetweenTwoCharacters() {
    Map<String, String> errors = new LinkedHashMap<>();
    errors.put("exactly as long as may be", "x".repeat(1024));
    errors.put("one byte longer", "x".repeat(1025));
    errors.put("two bytes a character", "x" + "\u00E9".repeat(1000));
    errors.put("three bytes a character", "\u20AC".repeat(1000));
    errors.put("four bytes a character", "xx" + "\uD83D\uDE00".repeat(1000));
    return errors.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      InboxRecord claimed = claimed(entry.getKey(), "a");
                      String error = entry.getValue();

                      inbox().settle(claimed, new Settlement.Failed(error), NOW);

                      String kept = String.valueOf(found(claimed.key()).lastError());
                      int bytes = kept.getBytes(UTF_8).length;
                      assertTrue(error.startsWith(kept), "the beginning of the error is kept");
                      assertFalse(kept.contains("\uFFFD"), "no character is cut in two");
                      assertTrue(bytes <= 1024 && bytes > 1020, () -> bytes + " bytes");
                    }));
  }

  @TestFactory
  Stream<DynamicTest> settle_asTheNextOwnerDidBefore_isFalseAndChangesNothing() {
    return settlements()
        .map(
            settlement ->
                DynamicTest.dynamicTest(
                    settlement.toString(),
                    () -> {
                      InboxRecord first = claimed("evt " + settlement, "a");
                      EventKey key = first.key();
                      Instant later = LEASE_UNTIL.plus(TICK);
                      InboxRecord second = granted(inbox().claim(key, takeOver("b", later)));
                      assertTrue(inbox().settle(second, settlement, later), "by the next owner");
                      InboxRecord settled = found(key);

                      assertFalse(inbox().settle(first, settlement, later), "by the first");

                      assertEquals(settled, found(key));
                    }));
  }

  @Test
  void settle_oneRecord_leavesOthersAlone() {
    InboxRecord one = claimed("one", "a");
    InboxRecord other = claimed("other", "a");

    inbox().settle(one, new Settlement.Done("h"), NOW);

    assertEquals(other, found(other.key()));
  }

  // exhaust

  @Test
  void exhaust_waitingWithNoAttemptLeft_isFailed() {
    EventKey key = failedOnce("evt", NOW);
    InboxRecord found = found(key);
    Instant end = NOW.plusSeconds(7);

    assertTrue(inbox().exhaust(found, 1, "used up", end));

    InboxRecord failed = found(key);
    assertAll(
        () -> assertEquals(Status.FAILED, failed.status()),
        () -> assertEquals("used up", failed.lastError()),
        () -> assertEquals(1, failed.attempts()),
        () -> assertEquals(end, failed.dueAt()),
        () -> assertEquals(end.plus(RETENTION), failed.expiresAt()));
  }

  @Test
  void exhaust_leaseRunOutWithNoAttemptLeft_isFailed() {
    InboxRecord claimed = claimed("evt", "a");
    EventKey key = claimed.key();

    assertTrue(inbox().exhaust(claimed, 1, "used up", LEASE_UNTIL.plus(TICK)));

    InboxRecord failed = found(key);
    assertEquals(Status.FAILED, failed.status());
    assertNull(failed.leaseUntil(), "leaseUntil");
  }

  @Test
  void exhaust_lastMomentOfTheLease_isRefused() {
    InboxRecord claimed = claimed("evt", "a");

    assertFalse(inbox().exhaust(claimed, 1, "used up", LEASE_UNTIL));

    assertEquals(claimed, found(claimed.key()));
  }

  @Test
  void exhaust_attemptsLeft_isRefused() {
    EventKey key = failedOnce("evt", NOW);
    InboxRecord before = found(key);

    assertFalse(inbox().exhaust(before, 2, "used up", NOW));

    assertEquals(before, found(key));
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void exhaust_final_isRefusedAndChangesNothing(Status status) {
    Event event = event("evt");
    bringTo(status, event);
    InboxRecord before = found(event.key());

    assertFalse(inbox().exhaust(before, 1, "used up", LEASE_UNTIL.plus(TICK)));

    assertEquals(before, found(event.key()));
  }

  @Test
  void exhaust_repeated_isTrueAndChangesNothing() {
    EventKey key = failedOnce("evt", NOW);
    InboxRecord found = found(key);
    assertTrue(inbox().exhaust(found, 1, "used up", NOW), "first time");
    InboxRecord failed = found(key);

    assertTrue(inbox().exhaust(found, 1, "used up", NOW), "repeated");

    assertEquals(failed, found(key));
  }

  @Test
  void exhaust_eventWithoutItsOwnTime_expiresByItsEnd() {
    Event event = event("evt", null);
    inbox().record(fresh(event, Status.RECEIVED));
    InboxRecord claimed = claim(event.key(), "a");

    assertTrue(inbox().exhaust(claimed, 1, "used up", LEASE_UNTIL.plusSeconds(1)));

    assertEquals(LEASE_UNTIL.plusSeconds(1).plus(RETENTION), found(event.key()).expiresAt());
  }

  @Test
  void exhaust_longError_isShortened() {
    InboxRecord claimed = claimed("evt", "a");
    Instant later = LEASE_UNTIL.plus(TICK);

    assertTrue(inbox().exhaust(claimed, 1, "\u20AC".repeat(999), later), "first time");
    assertTrue(inbox().exhaust(claimed, 1, "\u20AC".repeat(999), later), "repeated");

    assertEquals("\u20AC".repeat(341), found(claimed.key()).lastError());
  }

  // due

  @Test
  void due_beforeItsTime_listsNothing() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));

    assertEquals(List.of(), dueKeys(event.key(), Lifecycle.dueAfterReceipt(NOW).minus(TICK)));
  }

  @Test
  void due_exactlyAtItsTime_listsIt() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant at = Lifecycle.dueAfterReceipt(NOW);

    assertEquals(due(event.key(), at, 0), onlyDue(event.key(), at));
  }

  @Test
  void due_ofATrace_saysWhich_andWhetherAnAttemptHasFailed() {
    Event event = event("evt");
    inbox().record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), "Root=1-abc"));
    Instant at = Lifecycle.dueAfterReceipt(NOW);
    assertEquals(new Due(event.key(), at, 0, false, "Root=1-abc"), onlyDue(event.key(), at));
    InboxRecord claimed = claim(event.key(), "a");

    inbox().settle(claimed, new Settlement.Retry("it broke", NOW), NOW);

    Instant again = Lifecycle.dueAfterFailure(NOW);
    assertEquals(new Due(event.key(), again, 0, true, "Root=1-abc"), onlyDue(event.key(), again));
    InboxRecord failed = claim(event.key(), "b");
    inbox().settle(failed, new Settlement.Failed("for good"), NOW);
    assertTrue(inbox().replay(found(event.key()), NOW), "replay");
    assertEquals(new Due(event.key(), at, 0, false, "Root=1-abc"), onlyDue(event.key(), at));
  }

  @Test
  void due_severalInAShard_listsTheLongestDueFirst() {
    List<EventKey> keys = keysOfOneShard(5);
    List<Integer> order = List.of(3, 0, 4, 1, 2);
    for (int i : order) {
      inbox()
          .record(
              new NewRecord(
                  event(keys.get(i).eventId()),
                  NOW.plusSeconds(i * 10L),
                  Status.RECEIVED,
                  Map.of(),
                  null));
    }

    assertEquals(
        keys.subList(0, 4),
        dueKeys(keys.getFirst(), Lifecycle.dueAfterReceipt(NOW.plusSeconds(30))));
  }

  @Test
  void due_otherShards_doNotListIt() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant later = NOW.plus(Duration.ofDays(1));

    for (int shard = 0; shard < Lifecycle.SHARDS; shard++) {
      List<EventKey> expected =
          shard == Lifecycle.shard(event.key()) ? List.of(event.key()) : List.of();
      assertEquals(expected, dueOf(shard, later).stream().map(Due::key).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void due_final_isNotListed(Status status) {
    Event event = event("evt");
    bringTo(status, event);

    assertEquals(List.of(), dueKeys(event.key(), NOW.plus(Duration.ofDays(400))));
  }

  @Test
  void due_exhausted_isNotListed() {
    EventKey key = failedOnce("evt", NOW);
    inbox().exhaust(found(key), 1, "used up", NOW);

    assertEquals(List.of(), dueKeys(key, NOW.plus(Duration.ofDays(400))));
  }

  @Test
  void due_manyRecords_listsEachOnce() {
    Set<EventKey> recorded = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Event event = event("evt " + i);
      recorded.add(event.key());
      inbox().record(fresh(event, Status.RECEIVED));
    }

    List<EventKey> listed = new ArrayList<>();
    for (int shard = 0; shard < Lifecycle.SHARDS; shard++) {
      dueOf(shard, Lifecycle.dueAfterReceipt(NOW)).forEach(due -> listed.add(due.key()));
    }

    assertEquals(recorded.size(), listed.size());
    assertEquals(recorded, new HashSet<>(listed));
  }

  // defer

  @Test
  void defer_waiting_movesItOnAndCountsThePush() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant at = Lifecycle.dueAfterReceipt(NOW);
    Instant until = at.plus(Duration.ofMinutes(2));

    assertTrue(inbox().defer(onlyDue(event.key(), at), until, at));

    InboxRecord found = found(event.key());
    assertEquals(until, found.dueAt());
    assertEquals(1, found.pushes());
    assertEquals(Status.RECEIVED, found.status());
    assertNull(found.expiresAt(), "an open record never expires");
    assertEquals(List.of(), dueKeys(event.key(), until.minus(TICK)));
    assertEquals(due(event.key(), until, 1), onlyDue(event.key(), until));
  }

  @Test
  void defer_again_countsOn() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant at = Lifecycle.dueAfterReceipt(NOW);

    for (int pushes = 0; pushes < 4; pushes++) {
      Due due = onlyDue(event.key(), at);
      assertEquals(pushes, due.pushes());
      Instant until = Lifecycle.dueAfterPush(at, due.pushes());
      assertTrue(inbox().defer(due, until, at), "defer");
      at = until;
    }

    assertEquals(4, found(event.key()).pushes());
  }

  @Test
  void defer_whatAnotherHasMovedOn_isRefused() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant at = Lifecycle.dueAfterReceipt(NOW);
    Due due = onlyDue(event.key(), at);
    inbox().defer(due, at.plusSeconds(120), at);
    InboxRecord before = found(event.key());

    assertFalse(inbox().defer(due, at.plusSeconds(121), at.plusSeconds(1)));

    assertEquals(before, found(event.key()));
  }

  @RepeatedTest(ROUNDS)
  void defer_manyAtOnce_movesItOnce() throws Exception {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant at = Lifecycle.dueAfterReceipt(NOW);
    Due due = onlyDue(event.key(), at);

    List<Boolean> moved = atOnce(i -> inbox().defer(due, at.plusSeconds(120 + i), at));

    assertEquals(1, moved.stream().filter(Boolean::booleanValue).count());
    assertEquals(1, found(event.key()).pushes());
  }

  @Test
  void defer_whileALeaseLives_isRefused() {
    InboxRecord claimed = claimed("evt", "a");
    Due due = due(claimed.key(), Lifecycle.dueAfterReceipt(NOW), 0);

    assertFalse(inbox().defer(due, NOW.plus(Duration.ofHours(1)), LEASE_UNTIL));

    assertEquals(claimed, found(claimed.key()));
  }

  @Test
  void defer_leaseRunOut_movesItOn() {
    InboxRecord claimed = claimed("evt", "a");
    EventKey key = claimed.key();
    Due due = due(key, Lifecycle.dueAfterReceipt(NOW), 0);
    Instant until = NOW.plus(Duration.ofHours(1));

    assertTrue(inbox().defer(due, until, LEASE_UNTIL.plus(TICK)));

    InboxRecord found = found(key);
    assertEquals(until, found.dueAt());
    assertEquals(Status.PROCESSING, found.status());
    assertEquals("a", found.lease());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void defer_final_isRefusedAndChangesNothing(Status status) {
    Event event = event("evt");
    bringTo(status, event);
    InboxRecord before = found(event.key());
    // What an index that lags may still show, and what a final record itself may bear.
    List<Instant> seen =
        Stream.of(Lifecycle.dueAfterReceipt(NOW), before.dueAt())
            .flatMap(Stream::ofNullable)
            .toList();

    for (Instant dueAt : seen) {
      assertFalse(inbox().defer(due(event.key(), dueAt, 0), NOW.plusSeconds(999), NOW), "defer");
    }

    assertEquals(before, found(event.key()));
  }

  @Test
  void defer_afterItFailedAndWaitsAnew_isRefused() {
    InboxRecord claimed = claimed("evt", "a");
    EventKey key = claimed.key();
    Due seen = due(key, Lifecycle.dueAfterReceipt(NOW), 0);
    inbox().settle(claimed, new Settlement.Retry("later", NOW.plusSeconds(600)), NOW);
    InboxRecord before = found(key);

    assertFalse(inbox().defer(seen, NOW.plusSeconds(999), NOW.plusSeconds(500)));

    assertEquals(before, found(key));
  }

  // replay

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void replay_final_isOpenAsIfItHadJustCome(Status status) {
    Event event = event("evt");
    bringTo(status, event);
    InboxRecord before = found(event.key());
    Instant later = NOW.plus(RETENTION).minusSeconds(1);

    assertTrue(inbox().replay(before, later));

    InboxRecord after = found(event.key());
    assertAll(
        () -> assertEquals(Status.RECEIVED, after.status()),
        () -> assertEquals(1, after.replays()),
        () -> assertEquals(0, after.attempts()),
        () -> assertEquals(0, after.pushes()),
        () -> assertEquals(event, event(after)),
        () -> assertEquals(before.receivedAt(), after.receivedAt()),
        () -> assertEquals(before.headers(), after.headers()),
        () -> assertNull(after.lease(), "lease"),
        () -> assertNull(after.leaseUntil(), "leaseUntil"),
        () -> assertNull(after.notBefore(), "notBefore"),
        () -> assertNull(after.lastError(), "lastError"),
        () -> assertNull(after.expiresAt(), "the store must not delete it while it is open"),
        () -> assertEquals(Lifecycle.dueAfterReceipt(later), after.dueAt()),
        () ->
            assertEquals(
                List.of(event.key()), dueKeys(event.key(), Lifecycle.dueAfterReceipt(later))));
  }

  @Test
  void replay_failed_keepsWhatItsHandlersHaveDone() {
    InboxRecord claimed = claimed("evt", "a");
    inbox().mark(claimed, "first");
    inbox().settle(claimed, new Settlement.Failed("no use"), NOW);

    assertTrue(inbox().replay(found(claimed.key()), NOW));

    assertEquals(Set.of("first"), found(claimed.key()).doneHandlers());
  }

  @Test
  void replay_done_forgetsWhatItsHandlersHaveDone() {
    InboxRecord claimed = claimed("evt", "a");
    inbox().settle(claimed, new Settlement.Done("only"), NOW);

    assertTrue(inbox().replay(found(claimed.key()), NOW));

    assertEquals(Set.of(), found(claimed.key()).doneHandlers());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"RECEIVED", "PROCESSING"})
  void replay_open_isRefusedAndChangesNothing(Status status) {
    Event event = event("evt");
    bringTo(status, event);
    InboxRecord before = found(event.key());

    assertFalse(inbox().replay(before, NOW));

    assertEquals(before, found(event.key()));
  }

  @Test
  void replay_repeated_isTrueAndCountsOnce() {
    Event event = event("evt");
    bringTo(Status.DONE, event);
    InboxRecord before = found(event.key());

    assertTrue(inbox().replay(before, NOW));
    assertTrue(inbox().replay(before, NOW), "a repetition of our own write");

    assertEquals(1, found(event.key()).replays());
  }

  @Test
  void replay_asItWasFoundBeforeAnEarlierReplay_isRefused() {
    Event event = event("evt");
    bringTo(Status.DONE, event);
    InboxRecord stale = found(event.key());
    inbox().replay(stale, NOW);
    inbox().settle(claim(event.key(), "b"), new Settlement.Done("handler"), NOW);
    InboxRecord before = found(event.key());

    assertFalse(inbox().replay(stale, NOW));
    assertEquals(before, found(event.key()));

    assertTrue(inbox().replay(before, NOW), "a second replay works too");
    assertEquals(2, found(event.key()).replays());
  }

  @Test
  void replay_exhausted_hasAllItsAttemptsAgain() {
    EventKey key = failedOnce("evt", NOW);
    inbox().exhaust(found(key), 1, "used up", NOW);

    assertTrue(inbox().replay(found(key), NOW));

    ClaimTerms terms = new ClaimTerms("b", NOW, LEASE_UNTIL, 1, false);
    assertEquals(1, granted(inbox().claim(key, terms)).attempts());
  }

  @TestFactory
  Stream<DynamicTest> settle_byAHolderFromBeforeAReplay_isFalseAndChangesNothing() {
    return settlements()
        .map(
            settlement ->
                DynamicTest.dynamicTest(
                    settlement.toString(),
                    () -> {
                      InboxRecord claimed = claimed("evt " + settlement, "a");
                      EventKey key = claimed.key();
                      inbox().settle(claimed, new Settlement.Failed("no use"), NOW);
                      inbox().replay(found(key), NOW);
                      InboxRecord replayed = found(key);

                      assertFalse(inbox().settle(claimed, settlement, NOW), "settle");
                      assertFalse(inbox().mark(claimed, "late"), "mark");

                      assertEquals(replayed, found(key));
                    }));
  }

  // history

  @Test
  void history_ofAnEventThatIsHandled_tellsWhenItWasClaimedAndSettled() {
    InboxRecord claimed = claimed("evt", "a");
    Instant end = NOW.plusMillis(17);

    inbox().settle(claimed, new Settlement.Done("only"), end);

    assertEquals(List.of(new History.Attempt(1, NOW, 0, null)), claimed.history().entries());
    assertEquals(
        List.of(ended(1, NOW, new History.End(end, Status.DONE, null))), history(claimed.key()));
  }

  @Test
  void history_ofAnEventThatFails_tellsEachAttemptAndItsError() {
    EventKey key = failedOnce("evt", NOW);
    Instant second = NOW.plusSeconds(10);
    InboxRecord claimed = granted(inbox().claim(key, terms("b", second)));
    inbox().settle(claimed, new Settlement.Failed("no use"), second.plusMillis(1));

    assertEquals(
        List.of(
            ended(1, NOW, new History.End(NOW, Status.RECEIVED, "failed once")),
            ended(2, second, new History.End(second.plusMillis(1), Status.FAILED, "no use"))),
        history(key));
  }

  @Test
  void history_ofAnEventThatFailsTheSameWay_tellsTheErrorOfEach() {
    EventKey key = claimed("evt", "a").key();
    List<String> errors = List.of("boom", "boom", "other", "boom", "boom");
    for (int i = 0; i < errors.size(); i++) {
      inbox().settle(found(key), new Settlement.Retry(errors.get(i), NOW), NOW);
      claim(key, "owner " + i);
    }
    inbox().settle(found(key), new Settlement.Done(null), NOW);

    assertEquals(
        Stream.concat(
                errors.stream().map(error -> new History.End(NOW, Status.RECEIVED, error)),
                Stream.of(new History.End(NOW, Status.DONE, null)))
            .toList(),
        history(key).stream().map(entry -> ((History.Attempt) entry).end()).toList());
  }

  @Test
  void history_ofAnAttemptThatNeverReportedBack_hasNoEnd() {
    EventKey key = claimed("evt", "a").key();
    Instant second = LEASE_UNTIL.plus(TICK);
    Instant third = second.plusSeconds(61);
    inbox().claim(key, takeOver("b", second));

    InboxRecord claimed = granted(inbox().claim(key, takeOver("c", third)));
    List<History.Entry> before = claimed.history().entries();
    inbox().settle(claimed, new Settlement.Done("only"), third);

    List<History.Entry> lapsed =
        List.of(new History.Attempt(1, NOW, 0, null), new History.Attempt(2, second, 0, null));
    assertEquals(with(lapsed, new History.Attempt(3, third, 0, null)), before);
    assertEquals(
        with(lapsed, ended(3, third, new History.End(third, Status.DONE, null))), history(key));
  }

  @Test
  void history_ofAnEventGivenUpAndReplayed_goesOn() {
    EventKey key = failedOnce("evt", NOW);
    Instant givenUp = NOW.plusSeconds(10);
    Instant replayed = NOW.plusSeconds(20);
    inbox().exhaust(found(key), 1, "used up", givenUp);
    inbox().replay(found(key), replayed);
    inbox().settle(claim(key, "b"), new Settlement.Done("only"), replayed);

    assertEquals(
        List.of(
            ended(1, NOW, new History.End(NOW, Status.RECEIVED, "failed once")),
            new History.GivenUp(givenUp, "used up"),
            new History.Replayed(replayed),
            ended(1, NOW, new History.End(replayed, Status.DONE, null))),
        history(key));
  }

  @Test
  void history_ofAnEventThatTheRelayPushed_tellsHowOften() {
    Event event = event("evt");
    inbox().record(fresh(event, Status.RECEIVED));
    Instant due = Lifecycle.dueAfterReceipt(NOW);
    inbox().defer(due(event.key(), due, 0), due.plusSeconds(9), due);
    inbox().settle(claim(event.key(), "a"), new Settlement.Done("only"), due);

    assertEquals(
        List.of(new History.Attempt(1, NOW, 1, new History.End(due, Status.DONE, null))),
        history(event.key()));
  }

  @Test
  void history_ofRepeatedSteps_tellsEachOnce() {
    EventKey key = failedOnce("evt", NOW);
    ClaimTerms terms = terms("b", NOW);
    inbox().claim(key, terms);
    InboxRecord claimed = granted(inbox().claim(key, terms));
    inbox().settle(claimed, new Settlement.Retry("again", NOW), NOW);
    inbox().settle(claimed, new Settlement.Retry("again", NOW), NOW);
    InboxRecord waiting = found(key);
    inbox().exhaust(waiting, 2, "used up", NOW);
    inbox().exhaust(waiting, 2, "used up", NOW);
    InboxRecord failed = found(key);
    inbox().replay(failed, NOW);
    inbox().replay(failed, NOW);

    assertEquals(
        List.of(
            ended(1, NOW, new History.End(NOW, Status.RECEIVED, "failed once")),
            ended(2, NOW, new History.End(NOW, Status.RECEIVED, "again")),
            new History.GivenUp(NOW, "used up"),
            new History.Replayed(NOW)),
        history(key));
  }

  @Test
  void history_ofALongLife_keepsTheLastWithShortErrors() {
    String error = "\u4E2D".repeat(2000);
    EventKey key = failedOnce("evt", NOW);
    int rounds = 2 * History.MOST_ENTRIES;
    for (int i = 0; i < rounds; i++) {
      inbox().settle(claim(key, "owner " + i), new Settlement.Failed(error), NOW.plusSeconds(i));
      inbox().replay(found(key), NOW.plusSeconds(i));
    }

    List<History.Entry> entries = history(key);
    Instant last = NOW.plusSeconds(rounds - 1L);
    assertEquals(History.MOST_ENTRIES, entries.size());
    assertEquals(new History.Replayed(last), entries.getLast());
    History.Attempt attempt = assertInstanceOf(History.Attempt.class, entries.get(8));
    assertEquals(
        new History.End(last, Status.FAILED, "\u4E2D".repeat(History.ERROR_BYTES / 3)),
        attempt.end());
  }

  @Test
  void history_ofManyLapses_isKeptShortByTheNextSettlement() {
    EventKey key = claimed("evt", "a").key();
    Instant now = NOW;
    InboxRecord claimed = found(key);
    for (int i = 2; i <= 40; i++) {
      now = now.plusSeconds(61);
      claimed =
          granted(
              inbox()
                  .claim(key, new ClaimTerms("owner " + i, now, now.plusSeconds(60), 100, true)));
    }
    assertEquals(40, claimed.history().entries().size());

    inbox().settle(claimed, new Settlement.Done("only"), now);

    List<History.Entry> entries = history(key);
    assertEquals(History.MOST_ENTRIES, entries.size());
    assertEquals(31, assertInstanceOf(History.Attempt.class, entries.getFirst()).number());
    assertEquals(ended(40, now, new History.End(now, Status.DONE, null)), entries.getLast());
  }

  private List<History.Entry> history(EventKey key) {
    return found(key).history().entries();
  }

  private static History.Attempt ended(int number, Instant at, History.End end) {
    return new History.Attempt(number, at, 0, end);
  }

  private static List<History.Entry> with(List<History.Entry> entries, History.Entry last) {
    return Stream.concat(entries.stream(), Stream.of(last)).toList();
  }

  // deleted records

  @TestFactory
  Stream<DynamicTest> update_ofADeletedRecord_isRefusedAndCreatesNothing() {
    InboxRecord claimed = claimed("evt", "a");
    EventKey key = claimed.key();
    Instant later = LEASE_UNTIL.plus(TICK);
    delete(key);
    Map<String, BooleanSupplier> refused = new LinkedHashMap<>();
    refused.put("claim", () -> inbox().claim(key, terms("b", later)).equals(new Claim.Unknown()));
    refused.put(
        "claim by the former holder",
        () -> inbox().claim(key, terms("a", NOW)).equals(new Claim.Unknown()));
    refused.put(
        "take over", () -> inbox().claim(key, takeOver("b", later)).equals(new Claim.Unknown()));
    refused.put("mark", () -> !inbox().mark(claimed, "handler"));
    settlements()
        .forEach(
            settlement ->
                refused.put(
                    "settle " + settlement, () -> !inbox().settle(claimed, settlement, NOW)));
    refused.put("exhaust", () -> !inbox().exhaust(claimed, 1, "used up", later));
    refused.put(
        "defer", () -> !inbox().defer(due(key, Lifecycle.dueAfterReceipt(NOW), 0), later, later));
    return refused.entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () -> {
                      assertTrue(entry.getValue().getAsBoolean(), "refused");
                      assertTrue(inbox().find(key).isEmpty(), "nothing was created");
                      assertEquals(List.of(), dueKeys(key, NOW.plus(Duration.ofDays(400))));
                    }));
  }

  @Test
  void replay_ofADeletedRecord_isRefusedAndCreatesNothing() {
    Event event = event("evt");
    bringTo(Status.DONE, event);
    InboxRecord done = found(event.key());
    delete(event.key());

    assertFalse(inbox().replay(done, NOW), "refused");

    assertTrue(inbox().find(event.key()).isEmpty(), "nothing was created");
    assertEquals(List.of(), dueKeys(event.key(), NOW.plus(Duration.ofDays(400))));
  }

  @Test
  void record_afterADeletion_isCreatedAnew() {
    InboxRecord claimed = claimed("evt", "a");
    inbox().mark(claimed, "handler");
    delete(claimed.key());

    assertEquals(new Recording.Created(), inbox().record(fresh(event(claimed), Status.RECEIVED)));

    InboxRecord anew = found(claimed.key());
    assertEquals(0, anew.attempts());
    assertEquals(Set.of(), anew.doneHandlers());
    assertFalse(
        inbox().settle(claimed, new Settlement.Done("late"), NOW),
        "the former record's holder does not hold this one");
    assertEquals(anew, found(claimed.key()));
  }

  // steps

  private EventKey key(String id) {
    return new EventKey(provider, id);
  }

  private Event event(String id) {
    return event(id, OCCURRED);
  }

  private Event event(String id, @Nullable Instant occurredAt) {
    Body body = Body.ofUtf8("{\"id\":\"" + id.hashCode() + "\"}");
    return new Event(key(id), "type", occurredAt, null, body);
  }

  private static NewRecord fresh(Event event, Status status) {
    return new NewRecord(event, NOW, status, Map.of(), null);
  }

  private static ClaimTerms terms(String owner, Instant now) {
    return new ClaimTerms(owner, now, now.plusSeconds(60), MOST, false);
  }

  private static ClaimTerms takeOver(String owner, Instant now) {
    return new ClaimTerms(owner, now, now.plusSeconds(60), MOST, true);
  }

  private static InboxRecord granted(Claim claim) {
    return assertInstanceOf(Claim.Granted.class, claim).claimed();
  }

  private InboxRecord claim(EventKey key, String owner) {
    return granted(inbox().claim(key, terms(owner, NOW)));
  }

  /** Records an event and claims it, until {@link #LEASE_UNTIL}. */
  private InboxRecord claimed(String id, String owner) {
    Event event = event(id);
    assertEquals(new Recording.Created(), inbox().record(fresh(event, Status.RECEIVED)));
    return claim(event.key(), owner);
  }

  /** Records an event and lets its first attempt fail. */
  private EventKey failedOnce(String id, Instant notBefore) {
    InboxRecord claimed = claimed(id, "a");
    assertTrue(inbox().settle(claimed, new Settlement.Retry("failed once", notBefore), NOW));
    return claimed.key();
  }

  private void bringTo(Status status, Event event) {
    switch (status) {
      case RECEIVED, SKIPPED, QUARANTINED -> inbox().record(fresh(event, status));
      case PROCESSING, DONE, FAILED -> {
        inbox().record(fresh(event, Status.RECEIVED));
        InboxRecord claimed = claim(event.key(), "a");
        if (status == Status.DONE) {
          assertTrue(inbox().settle(claimed, new Settlement.Done("handler"), NOW));
        } else if (status == Status.FAILED) {
          assertTrue(inbox().settle(claimed, new Settlement.Failed("no use"), NOW));
        }
      }
    }
    assertEquals(status, found(event.key()).status());
  }

  private static Stream<Settlement> settlements() {
    return Stream.of(
        new Settlement.Done("last"),
        new Settlement.Retry("later", NOW.plusSeconds(600)),
        new Settlement.Failed("no use"));
  }

  /** The event of a record, with its body from wherever that is kept. */
  private Event event(InboxRecord record) {
    try {
      return record.event(inbox().body(record));
    } catch (BodyLost e) {
      throw new AssertionError(e);
    }
  }

  private InboxRecord found(EventKey key) {
    return inbox()
        .find(key)
        .orElseThrow(() -> new AssertionError("no record of " + printable(key.eventId())));
  }

  /** The records of this test in one shard; others may be there. */
  private List<Due> dueOf(int shard, Instant now) {
    List<Due> due = new ArrayList<>();
    Iterator<Due> all =
        inbox()
            .due(
                shard,
                now,
                problem -> {
                  throw problem;
                });
    while (all.hasNext()) {
      Due next = all.next();
      if (next.key().provider().equals(provider)) {
        due.add(next);
      }
    }
    return due;
  }

  private List<EventKey> dueKeys(EventKey shardOf, Instant now) {
    return dueOf(Lifecycle.shard(shardOf), now).stream().map(Due::key).toList();
  }

  private static Due due(EventKey key, Instant dueAt, int pushes) {
    return new Due(key, dueAt, pushes, false, null);
  }

  private Due onlyDue(EventKey key, Instant now) {
    List<Due> due =
        dueOf(Lifecycle.shard(key), now).stream().filter(d -> d.key().equals(key)).toList();
    assertEquals(1, due.size(), () -> "entries of the index: " + due);
    return due.getFirst();
  }

  private List<EventKey> keysOfOneShard(int count) {
    int shard = Lifecycle.shard(key("evt 0"));
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> key("evt " + i))
        .filter(key -> Lifecycle.shard(key) == shard)
        .limit(count)
        .toList();
  }

  private static Stream<String> strangeIds() {
    return Stream.of(
        "#",
        "a#b##c",
        "\u0000\u0001\u001F\u007F",
        "line\r\nbreak\t",
        "\"quotes\" and \\ and '",
        "\uD83D\uDE00\uD83D\uDE00",
        "\u0627\u0644 \u4E2D\u6587 \u00E9",
        "../%2F/%00",
        "\u2028\uFEFF\uFFFF",
        "x".repeat(256),
        "\u4E2D".repeat(256),
        "sha256:" + "0".repeat(64) + "~0123456789abcdef");
  }

  private static String printable(String id) {
    String shown = id.length() > 20 ? id.substring(0, 20) + "…" : id;
    return shown.isBlank() || shown.chars().anyMatch(c -> c < 32 || c > 126)
        ? shown.codePoints().mapToObj(c -> String.format("%04X", c)).toList().toString()
        : shown;
  }

  private static <T> List<T> atOnce(IntFunction<T> step) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        Callable<T> task =
            () -> {
              start.await();
              return step.apply(number);
            };
        running.add(executor.submit(task));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : running) {
        results.add(future.get());
      }
      return results;
    }
  }
}
