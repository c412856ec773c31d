package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.DUE;
import static dev.hookset.inbox.InboxUnderTest.IN_A_YEAR;
import static dev.hookset.inbox.InboxUnderTest.LAPSED;
import static dev.hookset.inbox.InboxUnderTest.LEASE_UNTIL;
import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.ROUNDS;
import static dev.hookset.inbox.InboxUnderTest.TICK;
import static dev.hookset.inbox.InboxUnderTest.atOnce;
import static dev.hookset.inbox.InboxUnderTest.due;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What an {@link Inbox} promises the relay: which records are due, and who may push them. */
abstract class DueContract {
  private final InboxUnderTest inbox;

  DueContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  @Test
  void due_beforeItsTime_listsNothing() {
    Event event = inbox.received("evt");

    assertEquals(List.of(), inbox.dueKeys(event.key(), DUE.minus(TICK)));
  }

  @Test
  void due_exactlyAtItsTime_listsIt() {
    Event event = inbox.received("evt");

    assertEquals(due(event.key(), DUE, 0), inbox.onlyDue(event.key(), DUE));
  }

  @Test
  void due_ofATrace_saysWhich_andWhetherAnAttemptHasFailed() {
    Event event = inbox.event("evt");
    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), "Root=1-abc"));
    Due asNew = new Due(event.key(), DUE, 0, false, "Root=1-abc");
    assertEquals(asNew, inbox.onlyDue(event.key(), DUE));
    InboxRecord claimed = inbox.claim(event.key(), "a");

    inbox.settle(claimed, new Settlement.Retry("it broke", NOW), NOW);

    Instant again = Lifecycle.dueAfterFailure(NOW);
    assertEquals(
        new Due(event.key(), again, 0, true, "Root=1-abc"), inbox.onlyDue(event.key(), again));
    InboxRecord failed = inbox.claim(event.key(), "b");
    inbox.settle(failed, new Settlement.Failed("for good"), NOW);
    assertTrue(inbox.replay(inbox.found(event.key()), NOW), "replay");
    assertEquals(asNew, inbox.onlyDue(event.key(), DUE));
  }

  @Test
  void due_severalInAShard_listsTheLongestDueFirst() {
    List<EventKey> keys = inbox.keysOfOneShard(5);
    List<Integer> order = List.of(3, 0, 4, 1, 2);
    for (int i : order) {
      Event event = inbox.event(keys.get(i).eventId());
      Instant receivedAt = NOW.plusSeconds(i * 10L);
      inbox.record(new NewRecord(event, receivedAt, Status.RECEIVED, Map.of(), null));
    }

    assertEquals(
        keys.subList(0, 4),
        inbox.dueKeys(keys.getFirst(), Lifecycle.dueAfterReceipt(NOW.plusSeconds(30))));
  }

  @Test
  void due_otherShards_doNotListIt() {
    Event event = inbox.received("evt");
    Instant later = NOW.plus(Duration.ofDays(1));

    for (int shard = 0; shard < Lifecycle.SHARDS; shard++) {
      List<EventKey> expected =
          shard == Lifecycle.shard(event.key()) ? List.of(event.key()) : List.of();
      assertEquals(expected, inbox.dueOf(shard, later).stream().map(Due::key).toList());
    }
  }

  @EveryFinalStatus
  void due_final_isNotListed(Status status) {
    InboxRecord found = inbox.broughtTo(status, "evt");

    assertEquals(List.of(), inbox.dueKeys(found.key(), IN_A_YEAR));
  }

  @Test
  void due_exhausted_isNotListed() {
    EventKey key = inbox.failedOnce("evt", NOW);
    inbox.exhaust(inbox.found(key), 1, "used up", NOW);

    assertEquals(List.of(), inbox.dueKeys(key, IN_A_YEAR));
  }

  @Test
  void due_manyRecords_listsEachOnce() {
    Set<EventKey> recorded = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      recorded.add(inbox.received("evt " + i).key());
    }

    List<EventKey> listed = new ArrayList<>();
    for (int shard = 0; shard < Lifecycle.SHARDS; shard++) {
      inbox.dueOf(shard, DUE).forEach(due -> listed.add(due.key()));
    }

    assertEquals(recorded.size(), listed.size());
    assertEquals(recorded, new HashSet<>(listed));
  }

  @Test
  void defer_waiting_movesItOnAndCountsThePush() {
    Event event = inbox.received("evt");
    Instant until = DUE.plus(Duration.ofMinutes(2));

    assertTrue(inbox.defer(inbox.onlyDue(event.key(), DUE), until, DUE));

    InboxRecord found = inbox.found(event.key());
    assertEquals(until, found.dueAt());
    assertEquals(1, found.pushes());
    assertEquals(Status.RECEIVED, found.status());
    assertNull(found.expiresAt(), "an open record never expires");
    assertEquals(List.of(), inbox.dueKeys(event.key(), until.minus(TICK)));
    assertEquals(due(event.key(), until, 1), inbox.onlyDue(event.key(), until));
  }

  @Test
  void defer_again_countsOn() {
    Event event = inbox.received("evt");
    Instant at = DUE;

    for (int pushes = 0; pushes < 4; pushes++) {
      Due due = inbox.onlyDue(event.key(), at);
      assertEquals(pushes, due.pushes());
      Instant until = Lifecycle.dueAfterPush(at, due.pushes());
      assertTrue(inbox.defer(due, until, at), "defer");
      at = until;
    }

    assertEquals(4, inbox.found(event.key()).pushes());
  }

  @Test
  void defer_whatAnotherHasMovedOn_isRefused() {
    Event event = inbox.received("evt");
    Due due = inbox.onlyDue(event.key(), DUE);
    inbox.defer(due, DUE.plusSeconds(120), DUE);
    InboxRecord before = inbox.found(event.key());

    assertFalse(inbox.defer(due, DUE.plusSeconds(121), DUE.plusSeconds(1)));

    inbox.assertUnchanged(before);
  }

  @RepeatedTest(ROUNDS)
  void defer_manyAtOnce_movesItOnce() throws Exception {
    Event event = inbox.received("evt");
    Due due = inbox.onlyDue(event.key(), DUE);

    List<Boolean> moved = atOnce(i -> inbox.defer(due, DUE.plusSeconds(120 + i), DUE));

    assertEquals(1, moved.stream().filter(Boolean::booleanValue).count());
    assertEquals(1, inbox.found(event.key()).pushes());
  }

  @Test
  void defer_whileALeaseLives_isRefused() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    Due due = due(claimed.key(), DUE, 0);

    assertFalse(inbox.defer(due, NOW.plus(Duration.ofHours(1)), LEASE_UNTIL));

    inbox.assertUnchanged(claimed);
  }

  @Test
  void defer_leaseRunOut_movesItOn() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    EventKey key = claimed.key();
    Instant until = NOW.plus(Duration.ofHours(1));

    assertTrue(inbox.defer(due(key, DUE, 0), until, LAPSED));

    InboxRecord found = inbox.found(key);
    assertEquals(until, found.dueAt());
    assertEquals(Status.PROCESSING, found.status());
    assertEquals("a", found.lease());
  }

  @EveryFinalStatus
  void defer_final_isRefusedAndChangesNothing(Status status) {
    InboxRecord before = inbox.broughtTo(status, "evt");
    // What an index that lags may still show, and what a final record itself may bear.
    List<Instant> seen = Stream.of(DUE, before.dueAt()).flatMap(Stream::ofNullable).toList();

    for (Instant dueAt : seen) {
      assertFalse(inbox.defer(due(before.key(), dueAt, 0), NOW.plusSeconds(999), NOW), "defer");
    }

    inbox.assertUnchanged(before);
  }

  @Test
  void defer_afterItFailedAndWaitsAnew_isRefused() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    Due seen = due(claimed.key(), DUE, 0);
    InboxRecord before =
        inbox.settled(claimed, new Settlement.Retry("later", NOW.plusSeconds(600)), NOW);

    assertFalse(inbox.defer(seen, NOW.plusSeconds(999), NOW.plusSeconds(500)));

    inbox.assertUnchanged(before);
  }
}
