package dev.hookset.work;

import static dev.hookset.work.Workbench.DEADLINE;
import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.START_MARGIN;
import static dev.hookset.work.Workbench.all;
import static dev.hookset.work.Workbench.both;
import static dev.hookset.work.Workbench.key;
import static dev.hookset.work.Workbench.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a worker does with records whose last worker never reported back, for they may have killed
 * it.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerSuspectsTest {
  private final Workbench bench = new Workbench();
  private final AtomicInteger handled = new AtomicInteger();
  private final Handler counting = (_, _) -> handled.incrementAndGet();

  @Test
  void work_suspects_runAloneWhenAllElseIsSettledTheFewestAttemptsFirst() {
    CountDownLatch suspected = new CountDownLatch(3);
    bench.inbox.after(
        call -> {
          if (call.step() == Step.CLAIM && call.key().eventId().startsWith("suspect")) {
            suspected.countDown();
          }
        });
    List<EventKey> suspects =
        List.of(
            bench.lapsed("suspect 3", 3),
            bench.lapsed("suspect 1", 1),
            bench.lapsed("suspect 2", 2));
    List<EventKey> neighbours =
        List.of(bench.received("a"), bench.received("b"), bench.failed("c", 1));
    CyclicBarrier together = new CyclicBarrier(neighbours.size());
    List<String> ran = new ArrayList<>();
    List<String> notAlone = new ArrayList<>();
    AtomicInteger running = new AtomicInteger();
    Worker worker =
        bench.worker(
            all(
                (event, _) -> {
                  if (neighbours.contains(event.key())) {
                    suspected.await();
                    together.await();
                    if (event.id().equals("c")) {
                      throw new IllegalStateException("settled as a retry");
                    }
                    return;
                  }
                  synchronized (ran) {
                    ran.add(event.id());
                    if (running.incrementAndGet() != 1
                        || bench.status(key("a")) != Status.DONE
                        || bench.status(key("b")) != Status.DONE
                        || bench.status(key("c")) != Status.RECEIVED
                        || bench.found(key("c")).attempts() != 2) {
                      notAlone.add(event.id());
                    }
                  }
                  // Whoever is before us in the order must be settled, too.
                  for (String earlier : ran.subList(0, ran.size() - 1)) {
                    if (bench.status(key(earlier)) != Status.DONE) {
                      notAlone.add(event.id() + " beside " + earlier);
                    }
                  }
                  running.decrementAndGet();
                }));

    assertEquals(
        List.of(),
        bench.work(
            worker,
            suspects.get(0),
            neighbours.get(0),
            suspects.get(1),
            neighbours.get(1),
            suspects.get(2),
            neighbours.get(2)));

    assertEquals(List.of("suspect 1", "suspect 2", "suspect 3"), ran);
    assertEquals(List.of(), notAlone);
    suspects.forEach(key -> assertEquals(Status.DONE, bench.status(key)));
    assertEquals(4, bench.found(key("suspect 3")).attempts());
  }

  @Test
  void work_suspectSettledByAnotherWorkerMeanwhile_isDropped() {
    EventKey suspect = bench.lapsed("suspect", 1);
    EventKey neighbour = bench.received("neighbour");
    Worker worker =
        besides(
            neighbour,
            () -> {
              InboxRecord theirs = bench.claim(suspect, "another worker", NOW, DEADLINE, true);
              assertTrue(bench.store.settle(theirs, new Settlement.Done(null), NOW));
            });

    assertEquals(List.of(), bench.work(worker, suspect, neighbour));

    assertEquals(Report.Outcome.FINISHED, bench.outcome("m0"));
    assertEquals(1, handled.get());
  }

  @Test
  void work_suspectTakenByAnotherWorkerMeanwhile_comesBack() {
    EventKey suspect = bench.lapsed("suspect", 1);
    EventKey neighbour = bench.received("neighbour");
    Worker worker =
        besides(neighbour, () -> bench.claim(suspect, "another worker", NOW, DEADLINE, true));

    assertEquals(List.of("m0"), bench.work(worker, suspect, neighbour));

    assertEquals(Report.Outcome.HELD, bench.outcome("m0"));
    assertEquals(1, handled.get());
  }

  @Test
  void work_twoPointersToOneSuspect_runItOnce() {
    EventKey suspect = bench.lapsed("suspect", 1);

    assertEquals(List.of(), bench.work(bench.worker(all(counting)), suspect, suspect));

    assertEquals(1, handled.get());
    assertEquals(
        Set.of(Report.Outcome.DONE, Report.Outcome.FINISHED),
        Set.of(bench.outcome("m0"), bench.outcome("m1")));
  }

  @Test
  void work_suspectWithDoneHandlers_leavesThemOut() {
    EventKey key = killedAfterIts("first");
    List<String> ran = new ArrayList<>();
    Routes routes = both((_, _) -> ran.add("first"), (_, _) -> ran.add("second"));

    assertEquals(List.of(), bench.work(bench.worker(routes), key));

    assertEquals(List.of("second"), ran);
    assertEquals(Set.of("first", "second"), bench.found(key).doneHandlers());
  }

  @Test
  void work_everyHandlerDoneButNeverSettled_settlesWithoutRunningAny() {
    EventKey key = killedAfterIts("only");

    assertEquals(List.of(), bench.work(bench.worker(all(counting)), key));

    assertEquals(0, handled.get());
    assertEquals(Status.DONE, bench.status(key));
    assertEquals(Set.of("only"), bench.found(key).doneHandlers());
  }

  /**
   * Returns a worker that counts, and does {@code meanwhile} while it handles {@code neighbour}.
   */
  private Worker besides(EventKey neighbour, Runnable meanwhile) {
    Handler interfering = only(neighbour, (_, _) -> meanwhile.run());
    return bench.worker(
        all(
            (event, context) -> {
              handled.incrementAndGet();
              interfering.handle(event, context);
            }));
  }

  /** Records an event whose worker was killed when {@code handler} was marked as done. */
  private EventKey killedAfterIts(String handler) {
    EventKey key = bench.received("evt");
    Instant past = NOW.minus(START_MARGIN);
    InboxRecord killed = bench.claim(key, "killed", past, past, false);
    assertTrue(bench.store.mark(killed, handler));
    return key;
  }
}
