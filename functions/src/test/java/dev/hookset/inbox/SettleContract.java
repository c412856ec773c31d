package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.DUE;
import static dev.hookset.inbox.InboxUnderTest.IN_A_YEAR;
import static dev.hookset.inbox.InboxUnderTest.LAPSED;
import static dev.hookset.inbox.InboxUnderTest.LEASE_UNTIL;
import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.OCCURRED;
import static dev.hookset.inbox.InboxUnderTest.RETENTION;
import static dev.hookset.inbox.InboxUnderTest.TICK;
import static dev.hookset.inbox.InboxUnderTest.due;
import static dev.hookset.inbox.InboxUnderTest.fresh;
import static dev.hookset.inbox.InboxUnderTest.granted;
import static dev.hookset.inbox.InboxUnderTest.settlements;
import static dev.hookset.inbox.InboxUnderTest.terms;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What an {@link Inbox} promises a worker that marks and settles what it has claimed or found
 * exhausted.
 */
abstract class SettleContract {
  private final InboxUnderTest inbox;

  SettleContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  @Test
  void mark_byTheHolder_addsTheHandler() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertTrue(inbox.mark(claimed, "first"), "first");
    assertTrue(inbox.mark(claimed, "second \uD83D\uDE00"), "second");

    assertEquals(Set.of("first", "second \uD83D\uDE00"), inbox.found(claimed.key()).doneHandlers());
  }

  @Test
  void mark_repeated_isTrueAndNotedOnce() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertTrue(inbox.mark(claimed, "handler"), "first time");
    assertTrue(inbox.mark(claimed, "handler"), "repeated");

    assertEquals(Set.of("handler"), inbox.found(claimed.key()).doneHandlers());
  }

  @Test
  void mark_afterALapseThatNobodyTookOver_isTrue() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    inbox.claim(claimed.key(), terms("b", LEASE_UNTIL.plusSeconds(999)));

    assertTrue(inbox.mark(claimed, "handler"));
  }

  @Test
  void mark_afterATakeOver_isFalse() {
    InboxRecord first = inbox.claimed("evt", "a");
    InboxRecord second = inbox.takenOver(first.key(), "b");

    assertFalse(inbox.mark(first, "handler"), "by the former holder");

    inbox.assertUnchanged(second);
  }

  @EverySettlement
  void mark_afterItsOwnSettlement_isFalse(Settlement settlement) {
    InboxRecord claimed = inbox.claimed("evt", "a");
    InboxRecord settled = inbox.settled(claimed, settlement, NOW);

    assertFalse(inbox.mark(claimed, "late"));

    inbox.assertUnchanged(settled);
  }

  @Test
  void mark_overSeveralAttempts_accumulates() {
    InboxRecord first = inbox.claimed("evt", "a");
    EventKey key = first.key();
    inbox.mark(first, "one");
    inbox.settle(first, new Settlement.Retry("later", NOW), NOW);

    InboxRecord second = granted(inbox.claim(key, terms("b", NOW)));
    assertEquals(Set.of("one"), second.doneHandlers());
    inbox.mark(second, "two");
    InboxRecord third = inbox.takenOver(key, "c");
    assertEquals(Set.of("one", "two"), third.doneHandlers());

    assertTrue(inbox.settle(third, new Settlement.Done("three"), NOW));
    assertEquals(Set.of("one", "two", "three"), inbox.found(key).doneHandlers());
  }

  @Test
  void settle_doneWithALastHandler_isFinalAndNotesIt() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    Instant end = NOW.plusSeconds(7);

    InboxRecord done = inbox.settled(claimed, new Settlement.Done("last"), end);

    assertAll(
        () -> assertEquals(Status.DONE, done.status()),
        () -> assertEquals(Set.of("last"), done.doneHandlers()),
        () -> assertEquals(1, done.attempts()),
        () -> assertEquals("a", done.lease(), "the token stays"),
        () -> assertNull(done.leaseUntil(), "leaseUntil"),
        () -> assertNull(done.dueAt(), "nobody looks after it any more"),
        () -> assertEquals(end.plus(RETENTION), done.expiresAt()),
        () -> assertEquals(inbox.event(claimed), inbox.event(done)));
  }

  @Test
  void settle_doneWithoutALastHandler_notesNone() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    inbox.mark(claimed, "only");

    InboxRecord done = inbox.settled(claimed, new Settlement.Done(null), NOW);

    assertEquals(Status.DONE, done.status());
    assertEquals(Set.of("only"), done.doneHandlers());
  }

  @Test
  void settle_retry_waitsAgainAndTheRelayLooksAMinuteAfterTheWait() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    Instant notBefore = NOW.plus(Duration.ofMinutes(5));

    InboxRecord waiting = inbox.settled(claimed, new Settlement.Retry("it broke", notBefore), NOW);

    assertAll(
        () -> assertEquals(Status.RECEIVED, waiting.status()),
        () -> assertEquals(notBefore, waiting.notBefore()),
        () -> assertEquals("it broke", waiting.lastError()),
        () -> assertEquals(notBefore.plusSeconds(60), waiting.dueAt()),
        () -> assertEquals(1, waiting.attempts()),
        () -> assertEquals("a", waiting.lease(), "the token stays"),
        () -> assertNull(waiting.leaseUntil(), "leaseUntil"),
        () -> assertNull(waiting.expiresAt(), "an open record never expires"));
    assertEquals(List.of(), inbox.dueKeys(claimed.key(), notBefore.plusSeconds(60).minus(TICK)));
    assertEquals(List.of(claimed.key()), inbox.dueKeys(claimed.key(), notBefore.plusSeconds(60)));
  }

  @Test
  void settle_retry_startsThePushesAnew() {
    Event event = inbox.received("evt");
    assertTrue(inbox.defer(due(event.key(), DUE, 0), DUE.plusSeconds(9), DUE), "defer");
    InboxRecord claimed = inbox.claim(event.key(), "a");
    assertEquals(1, claimed.pushes());

    inbox.settle(claimed, new Settlement.Retry("it broke", NOW), NOW);

    assertEquals(0, inbox.found(event.key()).pushes());
    assertEquals(0, inbox.onlyDue(event.key(), NOW.plusSeconds(60)).pushes());
  }

  @Test
  void settle_failed_isFinalAndWaitsForAPerson() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    inbox.mark(claimed, "done before");
    Instant end = NOW.plusSeconds(7);

    InboxRecord failed = inbox.settled(claimed, new Settlement.Failed("no use"), end);

    assertAll(
        () -> assertEquals(Status.FAILED, failed.status()),
        () -> assertEquals("no use", failed.lastError()),
        () -> assertEquals(Set.of("done before"), failed.doneHandlers()),
        () -> assertEquals(end, failed.dueAt()),
        () -> assertNull(failed.leaseUntil(), "leaseUntil"),
        () -> assertEquals(end.plus(RETENTION), failed.expiresAt()));
  }

  @ParameterizedTest
  @MethodSource("finalSettlements")
  void settle_final_expiresAfterTheLaterOfNowAndItsOwnTime(Settlement settlement) {
    assertEquals(IN_A_YEAR.plus(RETENTION), expiry("ahead", IN_A_YEAR, settlement));
    assertEquals(NOW.plus(RETENTION), expiry("past", OCCURRED, settlement));
    assertEquals(NOW.plus(RETENTION), expiry("unknown", null, settlement));
  }

  private static Stream<Settlement> finalSettlements() {
    return Stream.of(new Settlement.Done(null), new Settlement.Failed("no use"));
  }

  private @Nullable Instant expiry(String id, @Nullable Instant occurredAt, Settlement settlement) {
    Event event = inbox.event(id, occurredAt);
    inbox.record(fresh(event, Status.RECEIVED));
    return inbox.settled(inbox.claim(event.key(), "a"), settlement, NOW).expiresAt();
  }

  @EverySettlement
  void settle_afterATakeOver_isFalseAndChangesNothing(Settlement settlement) {
    InboxRecord first = inbox.claimed("evt", "a");
    InboxRecord second = inbox.takenOver(first.key(), "b");

    assertFalse(inbox.settle(first, settlement, LAPSED));

    inbox.assertUnchanged(second);
  }

  @EverySettlement
  void settle_afterALapseThatNobodyTookOver_isTrue(Settlement settlement) {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertTrue(inbox.settle(claimed, settlement, LEASE_UNTIL.plusSeconds(999)));

    assertEquals(settlement.status(), inbox.found(claimed.key()).status());
  }

  @EverySettlement
  void settle_repeatedByTheSameOwner_isTrueAndChangesNothing(Settlement settlement) {
    InboxRecord claimed = inbox.claimed("evt", "a");
    InboxRecord settled = inbox.settled(claimed, settlement, NOW);

    assertTrue(inbox.settle(claimed, settlement, NOW.plusSeconds(5)), "repeated");

    inbox.assertUnchanged(settled);
  }

  @ParameterizedTest
  @MethodSource("pairsOfSettlements")
  void settle_otherwiseThanBefore_isFalseAndChangesNothing(Settlement first, Settlement second) {
    InboxRecord claimed = inbox.claimed("evt", "a");
    InboxRecord settled = inbox.settled(claimed, first, NOW);

    assertFalse(inbox.settle(claimed, second, NOW), "second");

    inbox.assertUnchanged(settled);
  }

  private static Stream<Arguments> pairsOfSettlements() {
    return settlements()
        .flatMap(
            first ->
                settlements()
                    .filter(second -> second.status() != first.status())
                    .map(second -> Arguments.of(first, second)));
  }

  @Test
  void settle_retryRepeatedAfterTheNextClaim_isFalseAndChangesNothing() {
    InboxRecord first = inbox.claimed("evt", "a");
    EventKey key = first.key();
    Settlement retry = new Settlement.Retry("later", NOW);
    inbox.settle(first, retry, NOW);
    InboxRecord second = granted(inbox.claim(key, terms("b", NOW)));

    assertFalse(inbox.settle(first, retry, NOW));

    inbox.assertUnchanged(second);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("longErrors")
  void settle_longError_isShortenedBetweenTwoCharacters(String error) {
    InboxRecord claimed = inbox.claimed("evt", "a");

    inbox.settle(claimed, new Settlement.Failed(error), NOW);

    String kept = String.valueOf(inbox.found(claimed.key()).lastError());
    int bytes = kept.getBytes(UTF_8).length;
    assertTrue(error.startsWith(kept), "the beginning of the error is kept");
    assertFalse(kept.contains("\uFFFD"), "no character is cut in two");
    assertTrue(bytes <= 1024 && bytes > 1020, () -> bytes + " bytes");
  }

  private static Stream<Named<String>> longErrors() {
    return Stream.of(
        Named.of("exactly as long as may be", "x".repeat(1024)),
        Named.of("one byte longer", "x".repeat(1025)),
        Named.of("two bytes a character", "x" + "\u00E9".repeat(1000)),
        Named.of("three bytes a character", "\u20AC".repeat(1000)),
        Named.of("four bytes a character", "xx" + "\uD83D\uDE00".repeat(1000)));
  }

  @EverySettlement
  void settle_asTheNextOwnerDidBefore_isFalseAndChangesNothing(Settlement settlement) {
    InboxRecord first = inbox.claimed("evt", "a");
    InboxRecord second = inbox.takenOver(first.key(), "b");
    InboxRecord settled = inbox.settled(second, settlement, LAPSED);

    assertFalse(inbox.settle(first, settlement, LAPSED), "by the first");

    inbox.assertUnchanged(settled);
  }

  @Test
  void settle_oneRecord_leavesOthersAlone() {
    InboxRecord one = inbox.claimed("one", "a");
    InboxRecord other = inbox.claimed("other", "a");

    inbox.settle(one, new Settlement.Done("h"), NOW);

    inbox.assertUnchanged(other);
  }

  @Test
  void exhaust_waitingWithNoAttemptLeft_isFailed() {
    EventKey key = inbox.failedOnce("evt", NOW);
    InboxRecord found = inbox.found(key);
    Instant end = NOW.plusSeconds(7);

    assertTrue(inbox.exhaust(found, 1, "used up", end));

    InboxRecord failed = inbox.found(key);
    assertAll(
        () -> assertEquals(Status.FAILED, failed.status()),
        () -> assertEquals("used up", failed.lastError()),
        () -> assertEquals(1, failed.attempts()),
        () -> assertEquals(end, failed.dueAt()),
        () -> assertEquals(end.plus(RETENTION), failed.expiresAt()));
  }

  @Test
  void exhaust_leaseRunOutWithNoAttemptLeft_isFailed() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertTrue(inbox.exhaust(claimed, 1, "used up", LAPSED));

    InboxRecord failed = inbox.found(claimed.key());
    assertEquals(Status.FAILED, failed.status());
    assertNull(failed.leaseUntil(), "leaseUntil");
  }

  @Test
  void exhaust_lastMomentOfTheLease_isRefused() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertFalse(inbox.exhaust(claimed, 1, "used up", LEASE_UNTIL));

    inbox.assertUnchanged(claimed);
  }

  @Test
  void exhaust_attemptsLeft_isRefused() {
    EventKey key = inbox.failedOnce("evt", NOW);
    InboxRecord before = inbox.found(key);

    assertFalse(inbox.exhaust(before, 2, "used up", NOW));

    inbox.assertUnchanged(before);
  }

  @EveryFinalStatus
  void exhaust_final_isRefusedAndChangesNothing(Status status) {
    InboxRecord before = inbox.broughtTo(status, "evt");

    assertFalse(inbox.exhaust(before, 1, "used up", LAPSED));

    inbox.assertUnchanged(before);
  }

  @Test
  void exhaust_repeated_isTrueAndChangesNothing() {
    EventKey key = inbox.failedOnce("evt", NOW);
    InboxRecord found = inbox.found(key);
    assertTrue(inbox.exhaust(found, 1, "used up", NOW), "first time");
    InboxRecord failed = inbox.found(key);

    assertTrue(inbox.exhaust(found, 1, "used up", NOW), "repeated");

    inbox.assertUnchanged(failed);
  }

  @Test
  void exhaust_eventWithoutItsOwnTime_expiresByItsEnd() {
    Event event = inbox.event("evt", null);
    inbox.record(fresh(event, Status.RECEIVED));
    InboxRecord claimed = inbox.claim(event.key(), "a");

    assertTrue(inbox.exhaust(claimed, 1, "used up", LEASE_UNTIL.plusSeconds(1)));

    assertEquals(LEASE_UNTIL.plusSeconds(1).plus(RETENTION), inbox.found(event.key()).expiresAt());
  }

  @Test
  void exhaust_longError_isShortened() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertTrue(inbox.exhaust(claimed, 1, "\u20AC".repeat(999), LAPSED), "first time");
    assertTrue(inbox.exhaust(claimed, 1, "\u20AC".repeat(999), LAPSED), "repeated");

    assertEquals("\u20AC".repeat(341), inbox.found(claimed.key()).lastError());
  }
}
