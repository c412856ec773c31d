package dev.hookset.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.relay.Relay;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Handler;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of records that kill their worker each time, and of those beside them in a batch.
 */
@Timeout(60)
final class PoisonTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final int MAX_ATTEMPTS = 5;
  private static final int BATCH = 10;
  private static final int HOURS_OF_MINUTES = 300;

  private final InMemoryInbox store = new InMemoryInbox(Simulation.RETENTION);
  private final SimulatedQueue queue = new SimulatedQueue(this::now);
  private final Map<EventKey, Integer> started = new ConcurrentHashMap<>();
  private final Map<EventKey, Integer> effects = new ConcurrentHashMap<>();
  private volatile Instant now = START;
  private int invocations;
  private int deaths;

  private Instant now() {
    return now;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 9})
  void poison_anywhereInABatch_failsAfterItsAttemptsAndNeighboursPayOneAtMost(int place) {
    List<EventKey> keys = received("evt", BATCH);

    runOn(Set.of(keys.get(place)), keys.size(), HOURS_OF_MINUTES);

    assertPoison(keys.get(place));
    assertEquals(MAX_ATTEMPTS, deaths);
    keys.stream().filter(key -> !key.equals(keys.get(place))).forEach(key -> assertHealthy(key, 2));
  }

  @Test
  void poison_twoInABatch_failAndNeighboursPayOneAtMost() {
    List<EventKey> keys = received("evt", BATCH);
    Set<EventKey> poison = Set.of(keys.get(3), keys.get(7));

    runOn(poison, keys.size(), HOURS_OF_MINUTES);

    poison.forEach(this::assertPoison);
    keys.stream().filter(key -> !poison.contains(key)).forEach(key -> assertHealthy(key, 2));
  }

  @Test
  void event_thatJoinsAPoisonLater_paysNothing() {
    EventKey poison = received("poison", 1).getFirst();
    runOn(Set.of(poison), 1, 1);
    assertEquals(1, deaths);
    now = now.plus(SimulatedQueue.VISIBILITY);
    List<EventKey> later = received("later", BATCH - 1);

    runOn(Set.of(poison), 0, HOURS_OF_MINUTES);

    assertPoison(poison);
    later.forEach(key -> assertHealthy(key, 1));
  }

  private void assertPoison(EventKey key) {
    InboxRecord found = store.find(key).orElseThrow();
    assertEquals(Status.FAILED, found.status());
    assertEquals(MAX_ATTEMPTS, found.attempts());
    assertEquals(MAX_ATTEMPTS, started.get(key));
    assertTrue(
        String.valueOf(found.lastError()).contains("never reported back"), found.lastError());
    assertEquals(null, effects.get(key));
  }

  private void assertHealthy(EventKey key, int mostAttempts) {
    InboxRecord found = store.find(key).orElseThrow();
    assertEquals(Status.DONE, found.status(), () -> "" + found);
    assertTrue(found.attempts() <= mostAttempts, () -> "" + found);
    assertEquals(1, effects.get(key));
  }

  /** Records events and pushes them. */
  private List<EventKey> received(String name, int count) {
    List<EventKey> keys =
        IntStream.range(0, count).mapToObj(i -> new EventKey("lemma", name + " " + i)).toList();
    for (EventKey key : keys) {
      Event event = new Event(key, "incident.created", now, null, Body.ofUtf8("{}"));
      assertEquals(
          new Recording.Created(),
          store.record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null)));
      queue.push(Pointer.to(key), Duration.ZERO);
    }
    return keys;
  }

  /**
   * Lets a worker and the relay run, a new process for each batch.
   *
   * @param together how many handlers run when the first worker dies
   */
  private void runOn(Set<EventKey> poison, int together, int minutes) {
    CountDownLatch allRun = new CountDownLatch(together);
    CountDownLatch firstDeath = new CountDownLatch(together == 0 ? 0 : 1);
    for (int i = 0; i < minutes; i++) {
      for (List<SimulatedQueue.Receipt> batch = batch(); !batch.isEmpty(); batch = batch()) {
        work(batch, poison, allRun, firstDeath);
      }
      now = now.plus(Duration.ofMinutes(1));
      new Relay(store, queue, Simulation.RELAY_STOP_MARGIN, this::now).sweep(now.plusSeconds(55));
    }
  }

  private List<SimulatedQueue.Receipt> batch() {
    List<SimulatedQueue.Receipt> batch = new ArrayList<>();
    for (Optional<SimulatedQueue.Receipt> next = queue.receive();
        next.isPresent();
        next = batch.size() == BATCH ? Optional.empty() : queue.receive()) {
      batch.add(next.get());
    }
    return batch;
  }

  private void work(
      List<SimulatedQueue.Receipt> batch,
      Set<EventKey> poison,
      CountDownLatch allRun,
      CountDownLatch firstDeath) {
    CountDownLatch alive = new CountDownLatch(1);
    FaultyPorts ports =
        new FaultyPorts(
            _ -> {
              if (alive.getCount() == 0) {
                throw new Killed();
              }
            },
            0);
    Handler handler =
        (event, _) -> {
          started.merge(event.key(), 1, Integer::sum);
          allRun.countDown();
          if (poison.contains(event.key())) {
            // At its worst: it dies while the others run.
            allRun.await();
            alive.countDown();
            firstDeath.countDown();
            throw new Killed();
          }
          firstDeath.await();
          if (alive.getCount() == 0) {
            throw new Killed();
          }
          effects.merge(event.key(), 1, Integer::sum);
        };
    Worker worker =
        new Worker(
            ports.inbox(store),
            (pointer, wait) -> ports.postpone(queue, pointer, wait),
            Routes.builder().on("lemma", "*", handler).build(),
            MAX_ATTEMPTS,
            Simulation.WORKER_MARGINS,
            this::now,
            pause -> now = now.plus(pause),
            _ -> {},
            new CapturedLog());
    invocations++;
    try {
      List<String> comeBack =
          worker.work(
              batch.stream().map(SimulatedQueue.Receipt::message).toList(),
              "invocation " + invocations,
              now.plus(Simulation.WORKER_TIMEOUT));
      batch.stream()
          .filter(receipt -> !comeBack.contains(receipt.message().id()))
          .forEach(SimulatedQueue.Receipt::delete);
    } catch (IllegalStateException e) {
      if (alive.getCount() > 0) {
        throw e;
      }
      deaths++;
    }
  }
}
