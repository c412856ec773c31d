package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.DUE;
import static dev.hookset.inbox.InboxUnderTest.LAPSED;
import static dev.hookset.inbox.InboxUnderTest.LEASE_UNTIL;
import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.ROUNDS;
import static dev.hookset.inbox.InboxUnderTest.THREADS;
import static dev.hookset.inbox.InboxUnderTest.TICK;
import static dev.hookset.inbox.InboxUnderTest.atOnce;
import static dev.hookset.inbox.InboxUnderTest.granted;
import static dev.hookset.inbox.InboxUnderTest.takeOver;
import static dev.hookset.inbox.InboxUnderTest.terms;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.EventKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What an {@link Inbox} promises a worker that claims a record. */
abstract class ClaimContract {
  private final InboxUnderTest inbox;

  ClaimContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  @Test
  void claim_waiting_isGrantedWithTheWholeRecord() {
    Event event = inbox.event("evt");
    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, Map.of("h", "v"), "trace"));

    Claim claim = inbox.claim(event.key(), terms("a", NOW));

    InboxRecord claimed = granted(claim);
    assertAll(
        () -> inbox.assertUnchanged(claimed),
        () -> assertEquals(event, inbox.event(claimed)),
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
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertEquals(DUE, claimed.dueAt());
    assertEquals(List.of(claimed.key()), inbox.dueKeys(claimed.key(), DUE));
  }

  @Test
  void claim_neverRecorded_isUnknownAndCreatesNothing() {
    assertEquals(new Claim.Unknown(), inbox.claim(inbox.key("evt"), terms("a", NOW)));
    assertEquals(new Claim.Unknown(), inbox.claim(inbox.key("evt"), takeOver("a", NOW)));
    assertTrue(inbox.find(inbox.key("evt")).isEmpty());
  }

  @Test
  void claim_lastMomentOfTheLease_isHeld() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    EventKey key = claimed.key();

    assertEquals(new Claim.Held(), inbox.claim(key, terms("b", NOW)));
    assertEquals(new Claim.Held(), inbox.claim(key, terms("b", LEASE_UNTIL)));
    assertEquals(new Claim.Held(), inbox.claim(key, takeOver("b", LEASE_UNTIL)));
    inbox.assertUnchanged(claimed);
  }

  @Test
  void claim_leaseRunOut_isLapsedAndChangesNothing() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertEquals(new Claim.Lapsed(1), inbox.claim(claimed.key(), terms("b", LAPSED)));
    inbox.assertUnchanged(claimed);
  }

  @Test
  void claim_takeOverOfARunOutLease_isGrantedAndCounted() {
    InboxRecord first = inbox.claimed("evt", "a");

    InboxRecord second = inbox.takenOver(first.key(), "b");

    assertAll(
        () -> assertEquals(Status.PROCESSING, second.status()),
        () -> assertEquals(2, second.attempts()),
        () -> assertEquals("b", second.lease()),
        () -> assertEquals(LAPSED.plusSeconds(60), second.leaseUntil()),
        () -> inbox.assertUnchanged(second));
  }

  @Test
  void claim_takeOverOfAWaitingRecord_isHeld() {
    Event event = inbox.received("evt");

    assertEquals(new Claim.Held(), inbox.claim(event.key(), takeOver("a", NOW)));
    assertEquals(Status.RECEIVED, inbox.found(event.key()).status());
  }

  @Test
  void claim_waitEndsBeyondTheClockDifference_isTooEarly() {
    Instant notBefore = NOW.plus(Lifecycle.CLOCK_DIFFERENCE).plus(TICK);
    EventKey key = inbox.failedOnce("evt", notBefore);

    assertEquals(new Claim.TooEarly(notBefore), inbox.claim(key, terms("b", NOW)));
    assertEquals(1, inbox.found(key).attempts());
  }

  @Test
  void claim_waitEndsWithinTheClockDifference_isGranted() {
    EventKey key = inbox.failedOnce("evt", NOW.plus(Lifecycle.CLOCK_DIFFERENCE));

    assertEquals(2, granted(inbox.claim(key, terms("b", NOW))).attempts());
  }

  @EveryFinalStatus
  void claim_final_isFinishedAndChangesNothing(Status status) {
    InboxRecord before = inbox.broughtTo(status, "evt");

    assertEquals(new Claim.Finished(status), inbox.claim(before.key(), terms("b", NOW)));
    assertEquals(new Claim.Finished(status), inbox.claim(before.key(), takeOver("b", NOW)));
    inbox.assertUnchanged(before);
  }

  @Test
  void claim_waitingWithNoAttemptLeft_isExhausted() {
    EventKey key = inbox.failedOnce("evt", NOW);

    Claim claim = inbox.claim(key, terms("b", NOW, 1));

    InboxRecord found = assertInstanceOf(Claim.Exhausted.class, claim).found();
    inbox.assertUnchanged(found);
    assertEquals(Status.RECEIVED, found.status());
    assertEquals(1, found.attempts());
  }

  @Test
  void claim_leaseRunOutWithNoAttemptLeft_isExhausted() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    for (boolean takeOver : new boolean[] {false, true}) {
      Claim claim =
          inbox.claim(
              claimed.key(), new ClaimTerms("b", LAPSED, LAPSED.plusSeconds(60), 1, takeOver));

      assertEquals(claimed, assertInstanceOf(Claim.Exhausted.class, claim).found());
    }
    inbox.assertUnchanged(claimed);
  }

  @Test
  void claim_lastAttempt_isGranted() {
    EventKey key = inbox.failedOnce("evt", NOW);

    Claim claim = inbox.claim(key, terms("b", NOW, 2));

    assertEquals(2, granted(claim).attempts());
  }

  @Test
  void claim_repeatedByTheSameOwner_isGrantedAndCountedOnce() {
    Event event = inbox.received("evt");
    ClaimTerms terms = terms("a", NOW, 1);

    InboxRecord first = granted(inbox.claim(event.key(), terms));
    InboxRecord second = granted(inbox.claim(event.key(), terms));

    assertEquals(first, second);
    assertEquals(1, inbox.found(event.key()).attempts());
  }

  @Test
  void claim_takeOverRepeatedByTheSameOwner_isGrantedAndCountedOnce() {
    EventKey key = inbox.claimed("evt", "a").key();
    ClaimTerms terms = takeOver("b", LAPSED);

    InboxRecord first = granted(inbox.claim(key, terms));
    InboxRecord second = granted(inbox.claim(key, terms));

    assertEquals(first, second);
    assertEquals(2, inbox.found(key).attempts());
  }

  @RepeatedTest(ROUNDS)
  void claim_manyAtOnce_grantsExactlyOne() throws Exception {
    Event event = inbox.received("evt");

    List<Claim> claims = atOnce(i -> inbox.claim(event.key(), terms("owner " + i, NOW)));

    assertOneGrantedOthersHeld(claims, 1);
  }

  @RepeatedTest(ROUNDS)
  void claim_manyTakeOversAtOnce_grantsExactlyOne() throws Exception {
    EventKey key = inbox.claimed("evt", "a").key();

    List<Claim> claims = atOnce(i -> inbox.claim(key, takeOver("owner " + i, LAPSED)));

    assertOneGrantedOthersHeld(claims, 2);
  }

  private void assertOneGrantedOthersHeld(List<Claim> claims, int attempts) {
    List<InboxRecord> granted =
        claims.stream()
            .filter(Claim.Granted.class::isInstance)
            .map(InboxUnderTest::granted)
            .toList();
    assertEquals(1, granted.size(), () -> "granted among " + claims);
    assertEquals(
        THREADS - 1, claims.stream().filter(new Claim.Held()::equals).count(), claims::toString);
    assertEquals(attempts, granted.getFirst().attempts());
    inbox.assertUnchanged(granted.getFirst());
  }
}
