package dev.hookset.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import dev.hookset.relay.Relay.Sweep;
import dev.hookset.work.WatchedInbox;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RelayTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration STOP_MARGIN = Duration.ofSeconds(12);
  private static final Sweep NOTHING = new Sweep(0, 0, 0, List.of());

  private final InMemoryInbox store = new InMemoryInbox(Duration.ofDays(30));
  private final WatchedInbox inbox = new WatchedInbox(store);
  private final Queue queue = new Queue();
  private volatile Instant now = START;
  private final Relay relay = new Relay(inbox, queue, STOP_MARGIN, () -> now);

  @Test
  void sweep_nothingThere_doesNothing() {
    assertEquals(NOTHING, sweep());
    assertEquals(List.of(), inbox.steps());
    assertEquals(List.of(), queue.batches());
  }

  @Test
  void sweep_notYetDue_doesNothing() {
    received("evt");
    now = Lifecycle.dueAfterReceipt(START).minusMillis(1);

    assertEquals(NOTHING, sweep());
    assertEquals(List.of(), queue.batches());
  }

  @Test
  void sweep_due_isPushedOnceAndMovedOn() {
    EventKey key = received("evt");
    now = Lifecycle.dueAfterReceipt(START);

    assertEquals(new Sweep(1, 0, 0, List.of()), sweep());
    assertEquals(NOTHING, sweep());

    assertEquals(List.of(List.of(key)), queue.batches());
    assertEquals(now.plus(Duration.ofMinutes(2)), found(key).dueAt());
    assertEquals(1, found(key).pushes());
    assertEquals(Status.RECEIVED, found(key).status());
    assertEquals(0, found(key).attempts());
  }

  @Test
  void sweep_recordNobodyTakes_isPushedEverMoreRarelyUpToOnceAnHour() {
    EventKey key = received("evt");
    now = Lifecycle.dueAfterReceipt(START);

    for (int minutes : List.of(2, 4, 8, 16, 32, 60, 60, 60)) {
      int pushes = queue.batches().size();
      assertEquals(new Sweep(1, 0, 0, List.of()), sweep());
      assertEquals(pushes + 1, queue.batches().size());
      Instant next = now.plus(Duration.ofMinutes(minutes));
      assertEquals(next, found(key).dueAt());
      now = next.minusMillis(1);
      assertEquals(NOTHING, sweep(), "a moment before it is due again");
      now = next;
    }
  }

  @Test
  void sweep_failedRecord_isPushedAMinuteAfterItsWaitAndStepsBeginAnew() {
    EventKey key = received("evt");
    now = Lifecycle.dueAfterReceipt(START);
    sweep();
    InboxRecord claimed = claim(key, now.plusSeconds(60));
    Instant notBefore = now.plus(Duration.ofHours(2));
    assertTrue(store.settle(claimed, new Settlement.Retry("failed", notBefore), now));
    queue.forget();

    now = notBefore.plusSeconds(59);
    assertEquals(NOTHING, sweep());
    now = notBefore.plusSeconds(60);
    assertEquals(new Sweep(0, 1, 0, List.of()), sweep(), "as planned: nothing had to be rescued");

    assertEquals(now.plus(Duration.ofMinutes(2)), found(key).dueAt());
  }

  @Test
  void sweep_pointer_bearsTheTraceOfTheDelivery() {
    Event event = new Event(new EventKey("lemma", "evt"), "t", START, null, Body.ofUtf8("{}"));
    store.record(new NewRecord(event, now, Status.RECEIVED, Map.of(), "Root=1-abc"));
    EventKey without = received("without");
    now = Lifecycle.dueAfterReceipt(START);

    sweep();

    assertEquals(
        Set.of(new Pointer(event.key(), "Root=1-abc"), Pointer.to(without)),
        new HashSet<>(queue.pointers()));
  }

  @Test
  void sweep_push_comesAfterTheMoveOn() {
    List<EventKey> keys = received(25);
    now = Lifecycle.dueAfterReceipt(START);
    List<EventKey> tooSoon = new ArrayList<>();
    queue.answer(
        pointers -> {
          for (EventKey pointer : pointers) {
            Instant dueAt = found(pointer).dueAt();
            if (dueAt == null || !dueAt.isAfter(now)) {
              synchronized (tooSoon) {
                tooSoon.add(pointer);
              }
            }
          }
          return List.of();
        });

    assertEquals(new Sweep(keys.size(), 0, 0, List.of()), sweep());

    assertEquals(List.of(), tooSoon);
  }

  // What is left alone

  @Test
  void sweep_processingWithALiveLease_isLeftAlone() {
    EventKey key = received("evt");
    now = Lifecycle.dueAfterReceipt(START);
    InboxRecord claimed = claim(key, now.plusSeconds(60));

    assertEquals(NOTHING, sweep());
    now = now.plusSeconds(60);
    assertEquals(NOTHING, sweep());

    assertEquals(claimed, found(key));
    assertEquals(List.of(), queue.batches());
  }

  @Test
  void sweep_processingWithALapsedLease_isPushed() {
    EventKey key = received("evt");
    now = Lifecycle.dueAfterReceipt(START);
    claim(key, now.plusSeconds(60));
    now = now.plusSeconds(60).plusMillis(1);

    assertEquals(new Sweep(1, 0, 0, List.of()), sweep());

    assertEquals(List.of(List.of(key)), queue.batches());
    assertEquals(Status.PROCESSING, found(key).status());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void sweep_final_isLeftAlone(Status status) {
    EventKey key =
        status == Status.SKIPPED || status == Status.QUARANTINED
            ? recorded("evt", status)
            : received("evt");
    if (status == Status.DONE || status == Status.FAILED) {
      settle(key, status);
    }
    InboxRecord before = found(key);
    assertEquals(status, before.status());
    now = START.plus(Duration.ofDays(29));

    assertEquals(NOTHING, sweep());

    assertEquals(before, found(key));
  }

  @Test
  void sweep_indexLagsBehind_pushesNothingThatNeedsNoPush() {
    EventKey done = inShard(7, "done", 1).getFirst();
    EventKey held = inShard(7, "held", 1).getFirst();
    EventKey deleted = inShard(7, "deleted", 1).getFirst();
    EventKey waiting = inShard(7, "waiting", 1).getFirst();
    now = Lifecycle.dueAfterReceipt(START);
    // The list is made before these steps are taken; the first entry is handed out after them.
    inbox.before(
        call -> {
          if (call.step() == Step.NEXT_DUE && store.find(deleted).isPresent()) {
            settle(done, Status.DONE);
            claim(held, now.plusSeconds(60));
            store.delete(deleted);
          }
        });

    assertEquals(new Sweep(1, 0, 0, List.of()), sweep());

    assertEquals(List.of(List.of(waiting)), queue.batches());
    assertTrue(store.find(deleted).isEmpty());
  }

  // The queue

  @Test
  void sweep_queueDown_isCountedAndTriedAgainWhenDueAgain() {
    EventKey key = received("evt");
    now = Lifecycle.dueAfterReceipt(START);
    queue.answer(
        _ -> {
          throw new QueueUnavailable("SQS SendMessageBatch failed", new IOException("reset"));
        });

    assertEquals(
        new Sweep(0, 0, 1, List.of("SQS SendMessageBatch failed: java.io.IOException: reset")),
        sweep());

    Instant next = now.plus(Duration.ofMinutes(2));
    assertEquals(next, found(key).dueAt());
    assertEquals(1, found(key).pushes());
    queue.answer(_ -> List.of());
    queue.forget();
    now = next;
    assertEquals(new Sweep(1, 0, 0, List.of()), sweep());
    assertEquals(List.of(List.of(key)), queue.batches());
  }

  @Test
  void sweep_queueRefusesSome_countsThemApart() {
    inShard(4, "evt", 10);
    now = Lifecycle.dueAfterReceipt(START);
    queue.answer(pointers -> pointers.subList(0, 3));

    assertEquals(new Sweep(7, 0, 3, List.of()), sweep());
  }

  @Test
  void sweep_queueStopsAnswering_endsThereAndLeavesTheRestDue() {
    // A relay that went on would put off every record that is due, for up to an hour each, while
    // the queue takes none.
    List<EventKey> keys = inShard(4, "evt", 25);
    now = Lifecycle.dueAfterReceipt(START);
    EventKey unlucky = keys.get(12);
    queue.answer(
        pointers -> {
          if (pointers.contains(unlucky)) {
            throw new QueueUnavailable("down", new IOException());
          }
          return List.of();
        });

    Sweep sweep = sweep();

    assertEquals(10, sweep.pushed());
    assertEquals(10, sweep.notPushed());
    assertEquals(1, sweep.outages().size());

    queue.answer(_ -> List.of());
    assertEquals(new Sweep(5, 0, 0, List.of()), sweep(), "the rest is due at once");
  }

  @Test
  void sweep_manyDue_pushesInBatchesOfTenShardByShard() {
    Set<EventKey> keys = new HashSet<>();
    keys.addAll(inShard(3, "a", 25));
    keys.addAll(inShard(5, "b", 7));
    keys.addAll(inShard(0, "c", 10));
    keys.addAll(inShard(15, "d", 1));
    now = Lifecycle.dueAfterReceipt(START);

    assertEquals(new Sweep(43, 0, 0, List.of()), sweep());

    List<List<EventKey>> batches = queue.batches();
    assertEquals(List.of(1, 5, 7, 10, 10, 10), batches.stream().map(List::size).sorted().toList());
    assertEquals(
        keys, batches.stream().flatMap(List::stream).collect(java.util.stream.Collectors.toSet()));
  }

  @Test
  void sweep_dueAtDifferentTimes_pushesTheLongestDueFirst() {
    List<EventKey> keys = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      now = START.plusSeconds(5 - i);
      keys.addAll(inShard(9, "evt " + i, 1));
    }
    now = START.plus(Duration.ofHours(1));

    sweep();

    assertEquals(List.of(keys.reversed()), queue.batches());
  }

  // Several at once

  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void sweep_severalRelaysAtOnce_pushEachRecordOnce(int relays) throws Exception {
    List<EventKey> keys = received(500);
    now = Lifecycle.dueAfterReceipt(START);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Sweep>> sweeps = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < relays; i++) {
        Relay each = new Relay(inbox, queue, STOP_MARGIN, () -> now);
        sweeps.add(
            threads.submit(
                () -> {
                  start.await();
                  return each.sweep(now.plusSeconds(60));
                }));
      }
      start.countDown();
    }

    int pushed = 0;
    for (Future<Sweep> sweep : sweeps) {
      pushed += sweep.get().pushed();
      assertEquals(List.of(), sweep.get().outages());
    }
    assertEquals(keys.size(), pushed);
    assertEachPushedOnce(keys);
  }

  @Test
  void sweep_twoRelaysOnTheSameList_pushEachRecordOnce() {
    List<EventKey> keys = inShard(11, "evt", 30);
    now = Lifecycle.dueAfterReceipt(START);
    // While the first holds its list, the second does all the work.
    List<Sweep> second = new ArrayList<>();
    inbox.before(
        call -> {
          if (call.step() == Step.NEXT_DUE && second.isEmpty()) {
            second.add(new Relay(store, queue, STOP_MARGIN, () -> now).sweep(now.plusSeconds(60)));
          }
        });

    assertEquals(NOTHING, sweep());

    assertEquals(List.of(new Sweep(30, 0, 0, List.of())), second);
    assertEachPushedOnce(keys);
  }

  @Test
  void sweep_fiveThousandDue_areDrainedAtOnce() {
    List<EventKey> keys = received(5000);
    now = Lifecycle.dueAfterReceipt(START);

    assertEquals(new Sweep(5000, 0, 0, List.of()), sweep());

    assertEachPushedOnce(keys);
    List<List<EventKey>> batches = queue.batches();
    assertTrue(batches.stream().allMatch(batch -> batch.size() <= WorkQueue.LARGEST_BATCH));
    assertTrue(batches.size() <= 500 + Lifecycle.SHARDS, batches.size() + " batches");
    assertEquals(NOTHING, sweep());
  }

  // The deadline

  @Test
  void sweep_deadlineComesNear_stopsAfterTheBatchAndContinuesNextTime() {
    List<EventKey> keys = inShard(2, "evt", 100);
    now = Lifecycle.dueAfterReceipt(START);
    Instant deadline = now.plus(STOP_MARGIN).plusSeconds(3);
    queue.answer(
        _ -> {
          now = now.plusSeconds(1);
          return List.of();
        });

    assertEquals(new Sweep(30, 0, 0, List.of()), relay.sweep(deadline));

    assertEquals(
        70, keys.stream().filter(key -> found(key).pushes() == 0).count(), "left as they were");
    assertEquals(new Sweep(70, 0, 0, List.of()), relay.sweep(now.plus(Duration.ofMinutes(1))));
    assertEachPushedOnce(keys);
  }

  @Test
  void sweep_deadlineComesNearInsideABatch_pushesWhatWasMovedOn() {
    List<EventKey> keys = inShard(2, "evt", 50);
    now = Lifecycle.dueAfterReceipt(START);
    Instant deadline = now.plus(STOP_MARGIN).plusSeconds(13);
    inbox.after(
        call -> {
          if (call.step() == Step.DEFER) {
            now = now.plusSeconds(1);
          }
        });

    assertEquals(new Sweep(13, 0, 0, List.of()), relay.sweep(deadline));

    assertEquals(List.of(10, 3), queue.batches().stream().map(List::size).toList());
    assertEquals(13, keys.stream().filter(key -> found(key).pushes() == 1).count());
  }

  @Test
  void sweep_deadlineIsNearAlready_touchesNothing() {
    EventKey key = received("evt");
    now = Lifecycle.dueAfterReceipt(START);
    InboxRecord before = found(key);

    assertEquals(NOTHING, relay.sweep(now.plus(STOP_MARGIN)));

    assertEquals(before, found(key));
    assertEquals(List.of(), inbox.steps());
  }

  // The inbox

  @Test
  void sweep_oneShardCannotBeListed_isReportedAndTheOthersGoOn() {
    List<EventKey> keys = received(200);
    now = Lifecycle.dueAfterReceipt(START);
    inbox.beforeDue(
        shard -> {
          if (shard == 6) {
            throw new InboxUnavailable("DynamoDB Query failed", new IOException("reset"));
          }
        });
    List<EventKey> others = keys.stream().filter(key -> Lifecycle.shard(key) != 6).toList();

    assertEquals(
        new Sweep(
            others.size(), 0, 0, List.of("DynamoDB Query failed: java.io.IOException: reset")),
        sweep());

    assertEachPushedOnce(others);
    inbox.beforeDue(_ -> {});
    assertEquals(new Sweep(200 - others.size(), 0, 0, List.of()), sweep());
    assertEachPushedOnce(keys);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"NEXT_DUE", "DEFER"})
  void sweep_inboxFailsInTheMiddleOfAShard_pushesWhatWasMovedOn(Step step) {
    List<EventKey> keys = inShard(6, "evt", 40);
    List<EventKey> others = inShard(8, "other", 12);
    now = Lifecycle.dueAfterReceipt(START);
    EventKey unlucky = keys.get(24);
    inbox.before(
        call -> {
          if (call.step() == step && call.key().equals(unlucky)) {
            throw new InboxUnavailable("DynamoDB is down", new IOException("reset"));
          }
        });

    Sweep sweep = sweep();

    assertEquals(
        new Sweep(36, 0, 0, List.of("DynamoDB is down: java.io.IOException: reset")), sweep);
    List<EventKey> pushed = new ArrayList<>(keys.subList(0, 24));
    pushed.addAll(others);
    assertEachPushedOnce(pushed);
    inbox.before(_ -> {});
    assertEquals(new Sweep(16, 0, 0, List.of()), sweep());
  }

  @Test
  void sweep_answerToAMoveOnIsLost_bringsTheRecordBackOneStepLater() {
    List<EventKey> keys = inShard(6, "evt", 3);
    now = Lifecycle.dueAfterReceipt(START);
    inbox.after(
        call -> {
          if (call.step() == Step.DEFER && call.key().equals(keys.get(1))) {
            throw new InboxUnavailable("DynamoDB is down", new IOException("reset"));
          }
        });

    assertEquals(1, sweep().pushed());
    inbox.after(_ -> {});
    assertEquals(new Sweep(1, 0, 0, List.of()), sweep(), "the third, not reached before");
    now = now.plus(Duration.ofMinutes(2));
    queue.forget();
    assertEquals(new Sweep(3, 0, 0, List.of()), sweep());
    assertEachPushedOnce(keys);
  }

  private Sweep sweep() {
    return relay.sweep(now.plus(Duration.ofMinutes(1)));
  }

  private EventKey received(String id) {
    return recorded(id, Status.RECEIVED);
  }

  private List<EventKey> received(int count) {
    return IntStream.range(0, count).mapToObj(i -> received("evt " + i)).toList();
  }

  /** Records events that wait, all in one shard. */
  private List<EventKey> inShard(int shard, String id, int count) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> new EventKey("lemma", id + " " + i))
        .filter(key -> Lifecycle.shard(key) == shard)
        .limit(count)
        .map(key -> received(key.eventId()))
        .toList();
  }

  private EventKey recorded(String id, Status status) {
    EventKey key = new EventKey("lemma", id);
    Event event = new Event(key, "incident.created", START, null, Body.ofUtf8("{}"));
    assertEquals(
        new Recording.Created(), store.record(new NewRecord(event, now, status, Map.of(), null)));
    return key;
  }

  private InboxRecord claim(EventKey key, Instant until) {
    Claim claim = store.claim(key, new ClaimTerms("worker", now, until, 9, false));
    return assertInstanceOf(Claim.Granted.class, claim).claimed();
  }

  private void settle(EventKey key, Status status) {
    Settlement settlement =
        status == Status.DONE ? new Settlement.Done(null) : new Settlement.Failed("for good");
    assertTrue(store.settle(claim(key, now.plusSeconds(60)), settlement, now));
  }

  private InboxRecord found(EventKey key) {
    return store.find(key).orElseThrow();
  }

  private void assertEachPushedOnce(List<EventKey> keys) {
    Map<EventKey, Integer> expected = new HashMap<>();
    keys.forEach(key -> expected.put(key, 1));
    Map<EventKey, Integer> pushed = new HashMap<>();
    queue.batches().forEach(batch -> batch.forEach(key -> pushed.merge(key, 1, Integer::sum)));
    assertEquals(expected, pushed);
  }

  /** A queue that notes what it is given and answers as it is told. */
  private static final class Queue implements WorkQueue {
    private final List<List<EventKey>> batches = new ArrayList<>();
    private final List<Pointer> pointers = new ArrayList<>();
    private volatile Function<List<EventKey>, List<EventKey>> answer = _ -> List.of();

    void answer(Function<List<EventKey>, List<EventKey>> pushAll) {
      answer = pushAll;
    }

    List<List<EventKey>> batches() {
      synchronized (batches) {
        return List.copyOf(batches);
      }
    }

    List<Pointer> pointers() {
      synchronized (batches) {
        return List.copyOf(pointers);
      }
    }

    void forget() {
      synchronized (batches) {
        batches.clear();
      }
    }

    @Override
    public void push(Pointer pointer, Duration delay) {
      throw new UnsupportedOperationException("a relay pushes in batches");
    }

    @Override
    public List<Pointer> pushAll(List<Pointer> batch) {
      synchronized (batches) {
        pointers.addAll(batch);
        batches.add(batch.stream().map(Pointer::key).toList());
      }
      return answer.apply(batch.stream().map(Pointer::key).toList()).stream()
          .map(Pointer::to)
          .toList();
    }
  }
}
