package dev.hookset.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class LifecycleTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lamba", "evt_01J0EXAMPLE");
  private static final Duration TICK = Duration.ofNanos(1);

  @ParameterizedTest
  @CsvSource({
    "-1, PT10S",
    "0, PT10S",
    "1, PT10S",
    "2, PT1M",
    "3, PT5M",
    "4, PT30M",
    "5, PT2H",
    "6, PT6H",
    "7, PT12H",
    "8, PT24H",
    "9, PT24H",
    "2147483647, PT24H"
  })
  void backoff_afterEachAttempt_isTheScheduleLessAtMostATenth(int attempt, Duration wait) {
    Set<Duration> waits = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      EventKey key = new EventKey("lamba", "evt " + i);
      Duration backoff = Lifecycle.backoff(key, attempt);

      assertTrue(backoff.compareTo(wait) <= 0, () -> backoff + " is too long");
      assertTrue(
          backoff.compareTo(wait.multipliedBy(9).dividedBy(10)) > 0,
          () -> backoff + " is too short");
      assertEquals(backoff, Lifecycle.backoff(key, attempt));
      waits.add(backoff);
    }
    assertTrue(waits.size() > 300, () -> "1000 events come back at " + waits.size() + " times");
  }

  @Test
  void backoff_attemptsOfOneEvent_areDrawnAnew() {
    Set<Duration> waits = new HashSet<>();
    IntStream.range(8, 28).forEach(attempt -> waits.add(Lifecycle.backoff(KEY, attempt)));

    assertTrue(waits.size() > 10, waits::toString);
  }

  @Test
  void defaultMaxAttempts_any_usesEachWaitOfTheSchedule() {
    assertEquals(9, Lifecycle.DEFAULT_MAX_ATTEMPTS);
  }

  @Test
  void dueAfterReceipt_any_isTwoMinutesLater() {
    assertEquals(NOW.plusSeconds(120), Lifecycle.dueAfterReceipt(NOW));
  }

  @Test
  void dueAfterFailure_any_isAMinuteAfterTheWait() {
    assertEquals(NOW.plusSeconds(60), Lifecycle.dueAfterFailure(NOW));
  }

  @ParameterizedTest
  @CsvSource({"0, 2", "1, 4", "2, 8", "3, 16", "4, 32", "5, 60", "6, 60", "63, 60", "64, 60"})
  void dueAfterPush_eachPush_doublesTheStepUpToAnHour(int pushes, int minutes) {
    assertEquals(NOW.plus(Duration.ofMinutes(minutes)), Lifecycle.dueAfterPush(NOW, pushes));
    assertEquals(
        NOW.plus(Duration.ofHours(1)), Lifecycle.dueAfterPush(NOW, Integer.MAX_VALUE - pushes));
  }

  @Test
  void expiry_ownTimePast_isRetentionFromNow() {
    Duration retention = Duration.ofDays(30);

    assertEquals(NOW.plus(retention), Lifecycle.expiry(NOW, NOW.minus(TICK), retention));
    assertEquals(NOW.plus(retention), Lifecycle.expiry(NOW, NOW, retention));
  }

  @Test
  void expiry_ownTimeAhead_isRetentionFromThen() {
    Duration retention = Duration.ofDays(30);

    assertEquals(NOW.plus(TICK).plus(retention), Lifecycle.expiry(NOW, NOW.plus(TICK), retention));
  }

  @Test
  void expiry_ownTimeUnknown_isTheRetentionFromNow() {
    assertEquals(NOW.plus(Duration.ofDays(30)), Lifecycle.expiry(NOW, null, Duration.ofDays(30)));
  }

  /** Computed apart from this code: a record must be found where an earlier version put it. */
  @ParameterizedTest
  @CsvSource({
    "lamba, evt_01J0EXAMPLE, 11",
    "lemma, a/b/c/d, 2",
    "lucid, 1, 3",
    "lymnus, 550e8400-e29b-41d4-a716-446655440000, 4",
    "lamina, \uD83D\uDE00, 2",
    "lamina, a#b, 1"
  })
  void shard_ofAKey_neverChanges(String provider, String eventId, int shard) {
    assertEquals(shard, Lifecycle.shard(new EventKey(provider, eventId)));
  }

  @Test
  void shard_manyKeys_useAllShardsAndNoOther() {
    Set<Integer> used = new HashSet<>();
    IntStream.range(0, 1000)
        .forEach(i -> used.add(Lifecycle.shard(new EventKey("lamba", "evt " + i))));

    assertEquals(16, Lifecycle.SHARDS);
    assertEquals(Set.copyOf(IntStream.range(0, 16).boxed().toList()), used);
  }

  @Test
  void shortened_fits_staysAsItIs() {
    assertEquals("", Lifecycle.shortened(""));
    assertEquals("x".repeat(1024), Lifecycle.shortened("x".repeat(1024)));
    assertEquals("\u00E9".repeat(512), Lifecycle.shortened("\u00E9".repeat(512)));
  }

  @TestFactory
  Stream<DynamicTest> shortened_tooLong_isTheMostThatFits() {
    return Stream.of("x", "\u00E9", "\u20AC", "\uD83D\uDE00")
        .flatMap(
            character ->
                Stream.of("", "a", "ab", "abc")
                    .map(
                        before ->
                            DynamicTest.dynamicTest(
                                before + character,
                                () -> {
                                  int size = character.getBytes(UTF_8).length;
                                  int fit = (1024 - before.length()) / size;

                                  assertEquals(
                                      before + character.repeat(fit),
                                      Lifecycle.shortened(before + character.repeat(1025)));
                                })));
  }

  // judge

  @Test
  void judge_noRecord_isUnknown() {
    assertEquals(new Claim.Unknown(), Lifecycle.judge(null, terms(false)));
    assertEquals(new Claim.Unknown(), Lifecycle.judge(null, terms(true)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void judge_final_isFinishedWhateverElse(Status status) {
    for (boolean takeOver : new boolean[] {false, true}) {
      assertEquals(
          new Claim.Finished(status),
          Lifecycle.judge(
              found(status, 99, NOW.minusSeconds(9), NOW.plusSeconds(99)), terms(takeOver)));
    }
  }

  @Test
  void judge_waiting_isGrantedUnlessATakeOverWasMeant() {
    InboxRecord found = found(Status.RECEIVED, 2, null, null);

    assertEquals(new Claim.Granted(found), Lifecycle.judge(found, terms(false)));
    assertEquals(new Claim.Held(), Lifecycle.judge(found, terms(true)));
  }

  @Test
  void judge_waitEndsWithinTheClockDifference_isGranted() {
    InboxRecord found = found(Status.RECEIVED, 2, null, NOW.plusSeconds(5));

    assertEquals(new Claim.Granted(found), Lifecycle.judge(found, terms(false)));
  }

  @Test
  void judge_waitEndsLater_isTooEarly() {
    Instant notBefore = NOW.plusSeconds(5).plus(TICK);

    for (int attempts : new int[] {2, 3}) {
      InboxRecord found = found(Status.RECEIVED, attempts, null, notBefore);
      assertEquals(new Claim.TooEarly(notBefore), Lifecycle.judge(found, terms(false)));
      assertEquals(new Claim.TooEarly(notBefore), Lifecycle.judge(found, terms(true)));
    }
  }

  @Test
  void judge_waitingWithNoAttemptLeft_isExhausted() {
    for (int attempts : new int[] {3, 4}) {
      InboxRecord found = found(Status.RECEIVED, attempts, null, NOW);
      assertEquals(new Claim.Exhausted(found), Lifecycle.judge(found, terms(false)));
      assertEquals(new Claim.Exhausted(found), Lifecycle.judge(found, terms(true)));
    }
  }

  @Test
  void judge_leaseLives_isHeld() {
    for (int attempts : new int[] {2, 3}) {
      InboxRecord found = found(Status.PROCESSING, attempts, NOW, null);
      assertEquals(new Claim.Held(), Lifecycle.judge(found, terms(false)));
      assertEquals(new Claim.Held(), Lifecycle.judge(found, terms(true)));
    }
  }

  @Test
  void judge_leaseRunOut_isLapsedUnlessATakeOverWasMeant() {
    InboxRecord found = found(Status.PROCESSING, 2, NOW.minus(TICK), null);

    assertEquals(new Claim.Lapsed(2), Lifecycle.judge(found, terms(false)));
    assertEquals(new Claim.Granted(found), Lifecycle.judge(found, terms(true)));
  }

  @Test
  void judge_leaseRunOutWithNoAttemptLeft_isExhausted() {
    InboxRecord found = found(Status.PROCESSING, 3, NOW.minus(TICK), null);

    assertEquals(new Claim.Exhausted(found), Lifecycle.judge(found, terms(false)));
    assertEquals(new Claim.Exhausted(found), Lifecycle.judge(found, terms(true)));
  }

  // what goes in

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"PROCESSING", "DONE", "FAILED"})
  void newRecord_statusThatNothingBeginsAs_isRefused(Status status) {
    assertThrows(
        IllegalArgumentException.class, () -> new NewRecord(event(), NOW, status, Map.of(), null));
  }

  @Test
  void claimTerms_noAttemptAtAll_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ClaimTerms("a", NOW, NOW, 0, false));
  }

  @Test
  void isFinal_eachStatus_isWhetherOnlyAReplayMovesItOn() {
    assertEquals(
        List.of(Status.DONE, Status.SUPERSEDED, Status.FAILED, Status.SKIPPED, Status.QUARANTINED),
        Stream.of(Status.values()).filter(Status::isFinal).toList());
  }

  @Test
  void order_isTheEventsOwnTimeUnlessItHadNotComeWhenItWasReceived() {
    assertEquals(NOW.minusSeconds(30), orderOf(NOW.minusSeconds(30)));
    Instant latest = NOW.plus(Duration.ofMinutes(5));
    assertEquals(latest, orderOf(latest), "clocks differ");
    assertNull(orderOf(latest.plusNanos(1)), "it would supersede all that come until then");
    assertNull(orderOf(null));
  }

  private static @Nullable Instant orderOf(@Nullable Instant occurredAt) {
    InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
    Event event = new Event(KEY, "type", occurredAt, null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null));
    return Lifecycle.order(inbox.find(KEY).orElseThrow());
  }

  @Test
  void overflowName_isOfTheKeyTheBodyAndTheDayInUtc() {
    Event event = new Event(KEY, "type", NOW, null, Body.ofUtf8("{}"));
    String start =
        KEY.provider()
            + "/"
            + Body.ofUtf8(KEY.toString()).sha256()
            + "/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a/";

    assertEquals(
        start + "2026-06-01", Lifecycle.overflowName(event, Instant.parse("2026-06-01T00:00:00Z")));
    assertEquals(
        start + "2026-06-01",
        Lifecycle.overflowName(event, Instant.parse("2026-06-01T23:59:59.999Z")));
    assertEquals(
        start + "2026-06-02", Lifecycle.overflowName(event, Instant.parse("2026-06-02T00:00:00Z")));
  }

  private static ClaimTerms terms(boolean takeOver) {
    return new ClaimTerms("b", NOW, NOW.plusSeconds(60), 3, takeOver);
  }

  private static Event event() {
    return new Event(KEY, "type", NOW, null, Body.ofUtf8("{}"));
  }

  private static InboxRecord found(
      Status status, int attempts, @Nullable Instant leaseUntil, @Nullable Instant notBefore) {
    return new InboxRecord(
        KEY,
        "type",
        NOW,
        null,
        Origin.UNKNOWN,
        event().body(),
        null,
        NOW,
        status,
        attempts,
        "a",
        leaseUntil,
        notBefore,
        Set.of(),
        null,
        event().body().sha256(),
        0,
        Map.of(),
        null,
        NOW,
        0,
        null,
        History.NONE,
        null,
        null);
  }
}
