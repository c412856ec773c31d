package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.RETENTION;
import static dev.hookset.inbox.InboxUnderTest.granted;
import static dev.hookset.inbox.InboxUnderTest.terms;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an {@link Inbox} promises of a record that is replayed. */
abstract class ReplayContract {
  private final InboxUnderTest inbox;

  ReplayContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  @EveryFinalStatus
  void replay_final_isOpenAsIfItHadJustCome(Status status) {
    InboxRecord before = inbox.broughtTo(status, "evt");
    Instant later = NOW.plus(RETENTION).minusSeconds(1);

    assertTrue(inbox.replay(before, later));

    InboxRecord after = inbox.found(before.key());
    assertAll(
        () -> assertEquals(Status.RECEIVED, after.status()),
        () -> assertEquals(1, after.replays()),
        () -> assertEquals(0, after.attempts()),
        () -> assertEquals(0, after.pushes()),
        () -> assertEquals(inbox.event("evt"), inbox.event(after)),
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
                List.of(after.key()),
                inbox.dueKeys(after.key(), Lifecycle.dueAfterReceipt(later))));
  }

  @Test
  void replay_failed_keepsWhatItsHandlersHaveDone() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    inbox.mark(claimed, "first");

    assertTrue(inbox.replay(inbox.settled(claimed, new Settlement.Failed("no use"), NOW), NOW));

    assertEquals(Set.of("first"), inbox.found(claimed.key()).doneHandlers());
  }

  @Test
  void replay_done_forgetsWhatItsHandlersHaveDone() {
    InboxRecord claimed = inbox.claimed("evt", "a");

    assertTrue(inbox.replay(inbox.settled(claimed, new Settlement.Done("only"), NOW), NOW));

    assertEquals(Set.of(), inbox.found(claimed.key()).doneHandlers());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"RECEIVED", "PROCESSING"})
  void replay_open_isRefusedAndChangesNothing(Status status) {
    InboxRecord before = inbox.broughtTo(status, "evt");

    assertFalse(inbox.replay(before, NOW));

    inbox.assertUnchanged(before);
  }

  @Test
  void replay_repeated_isTrueAndCountsOnce() {
    InboxRecord before = inbox.broughtTo(Status.DONE, "evt");

    assertTrue(inbox.replay(before, NOW));
    assertTrue(inbox.replay(before, NOW), "a repetition of our own write");

    assertEquals(1, inbox.found(before.key()).replays());
  }

  @Test
  void replay_asItWasFoundBeforeAnEarlierReplay_isRefused() {
    InboxRecord stale = inbox.broughtTo(Status.DONE, "evt");
    inbox.replay(stale, NOW);
    InboxRecord before =
        inbox.settled(inbox.claim(stale.key(), "b"), new Settlement.Done("handler"), NOW);

    assertFalse(inbox.replay(stale, NOW));
    inbox.assertUnchanged(before);

    assertTrue(inbox.replay(before, NOW), "a second replay works too");
    assertEquals(2, inbox.found(before.key()).replays());
  }

  @Test
  void replay_exhausted_hasAllItsAttemptsAgain() {
    EventKey key = inbox.failedOnce("evt", NOW);
    inbox.exhaust(inbox.found(key), 1, "used up", NOW);

    assertTrue(inbox.replay(inbox.found(key), NOW));

    assertEquals(1, granted(inbox.claim(key, terms("b", NOW, 1))).attempts());
  }

  @EverySettlement
  void settle_byAHolderFromBeforeAReplay_isFalseAndChangesNothing(Settlement settlement) {
    InboxRecord claimed = inbox.claimed("evt", "a");
    inbox.replay(inbox.settled(claimed, new Settlement.Failed("no use"), NOW), NOW);
    InboxRecord replayed = inbox.found(claimed.key());

    assertFalse(inbox.settle(claimed, settlement, NOW), "settle");
    assertFalse(inbox.mark(claimed, "late"), "mark");

    inbox.assertUnchanged(replayed);
  }
}
