package dev.hookset.work;

import static dev.hookset.work.Workbench.DEADLINE;
import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.PROVIDER;
import static dev.hookset.work.Workbench.START_MARGIN;
import static dev.hookset.work.Workbench.STOP_MARGIN;
import static dev.hookset.work.Workbench.TYPE;
import static dev.hookset.work.Workbench.all;
import static dev.hookset.work.Workbench.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a worker does when its time runs out.
 *
 * <p>The worker looks at the clock when it begins to wait for a message, one after the other. So
 * the first message of these batches plays the clock: it moves the time on when the others have
 * come as far as the test wants, and ends; the worker, turning to the next, finds that its time is
 * up.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerTimeTest {
  private static final Instant STOP = DEADLINE.minus(STOP_MARGIN);

  private final Workbench bench = new Workbench();
  private final AtomicInteger handled = new AtomicInteger();

  /** Opens when the others are where the test wants them. */
  private final CountDownLatch timeIsUp = new CountDownLatch(1);

  private final EventKey clock = bench.received("the clock");

  /** Handles the clock's event by waiting for the moment, and others by {@code handler}. */
  private Handler beside(Handler handler) {
    return (event, context) -> {
      if (event.key().equals(clock)) {
        timeIsUp.await();
        bench.moveTo(STOP);
      } else {
        handler.handle(event, context);
      }
    };
  }

  @Test
  void work_tooLittleTimeLeft_comesBackUnclaimed() {
    EventKey key = bench.received("evt");
    Worker worker = bench.worker(all((_, _) -> handled.incrementAndGet()));
    Instant deadline = NOW.plus(START_MARGIN).minusNanos(1);

    assertEquals(List.of("m0"), bench.work(worker, messages(key), deadline));

    assertEquals(Report.Outcome.NO_TIME, bench.outcome("m0"));
    assertEquals(List.of(), bench.inbox.steps());
    assertEquals(0, bench.found(key).attempts());
    assertEquals(0, handled.get());
  }

  @Test
  void work_justEnoughTimeLeft_starts() {
    EventKey key = bench.received("evt");
    Worker worker = bench.worker(all((_, _) -> handled.incrementAndGet()));

    assertEquals(List.of(), bench.work(worker, messages(key), NOW.plus(START_MARGIN)));

    assertEquals(Status.DONE, bench.status(key));
  }

  @Test
  void work_noTimeLeftForTheSuspects_comeBackUnclaimed() {
    EventKey suspect = bench.lapsed("suspect", 2);
    InboxRecord before = bench.found(suspect);
    timeIsUp.countDown();

    assertEquals(
        List.of("m1"),
        bench.work(bench.worker(all(beside((_, _) -> handled.incrementAndGet()))), clock, suspect));

    assertEquals(Report.Outcome.NO_TIME, bench.outcome("m1"));
    assertEquals(before, bench.found(suspect));
    assertEquals(0, handled.get());
  }

  @Test
  void work_timeUsedUpByASuspect_leavesTheNextUnclaimed() {
    EventKey first = bench.lapsed("first", 1);
    EventKey second = bench.lapsed("second", 2);
    InboxRecord before = bench.found(second);
    Worker worker =
        bench.worker(all((_, _) -> bench.moveTo(DEADLINE.minus(START_MARGIN).plusNanos(1))));

    assertEquals(List.of("m0"), bench.work(worker, second, first));

    assertEquals(Report.Outcome.DONE, bench.outcome("m1"));
    assertEquals(Report.Outcome.NO_TIME, bench.outcome("m0"));
    assertEquals(before, bench.found(second));
  }

  @Test
  void work_handlerStillRunningWhenTimeIsUp_isInterruptedAndTriedAgain() {
    EventKey key = bench.received("evt");
    CountDownLatch never = new CountDownLatch(1);
    Handler patient =
        (_, _) -> {
          timeIsUp.countDown();
          never.await();
        };

    assertEquals(List.of(), bench.work(bench.worker(all(beside(patient))), clock, key));

    InboxRecord found = bench.found(key);
    assertEquals(Report.Outcome.DONE, bench.outcome("m0"));
    assertEquals(Report.Outcome.RETRY, bench.outcome("m1"));
    assertEquals(Status.RECEIVED, found.status());
    requireInterrupted("only", found.lastError());
    assertEquals(STOP.plus(Lifecycle.backoff(key, 1)), found.notBefore());
    assertEquals(1, bench.postponed().size());
  }

  @Test
  void work_handlerWhoseTurnComesWhenTimeIsUp_isNotStarted() {
    EventKey key = bench.received("evt");
    CountDownLatch interrupted = new CountDownLatch(1);
    Routes routes =
        Routes.builder()
            .on(PROVIDER, TYPE, "first", beside((_, _) -> finishDespiteInterruption(interrupted)))
            .on(PROVIDER, TYPE, "second", beside((_, _) -> handled.incrementAndGet()))
            .build();

    assertEquals(List.of(), bench.work(bench.worker(routes), clock, key));

    InboxRecord found = bench.found(key);
    assertEquals(Report.Outcome.RETRY, bench.outcome("m1"));
    assertEquals(Set.of("first"), found.doneHandlers());
    assertEquals(List.of("first"), bench.report("m1").handlers());
    assertTrue(String.valueOf(found.lastError()).startsWith("second: "), found.lastError());
    assertTrue(
        String.valueOf(found.lastError()).contains("ran out of time before this handler"),
        found.lastError());
    assertEquals(0, handled.get());
  }

  private void finishDespiteInterruption(CountDownLatch interrupted) {
    timeIsUp.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
  }

  @Test
  void work_handlerThatSucceedsAlthoughInterrupted_isDone() {
    EventKey key = bench.received("evt");
    CountDownLatch interrupted = new CountDownLatch(1);
    Worker worker = bench.worker(all(beside((_, _) -> finishDespiteInterruption(interrupted))));

    assertEquals(List.of(), bench.work(worker, clock, key));

    assertEquals(0, interrupted.getCount());
    assertEquals(Status.DONE, bench.status(key));
  }

  @Test
  void work_lastAttemptInterrupted_isFailed() {
    EventKey key = bench.failed("evt", 2);
    Handler patient =
        (_, _) -> {
          timeIsUp.countDown();
          new CountDownLatch(1).await();
        };

    assertEquals(List.of(), bench.work(bench.worker(all(beside(patient)), 3), clock, key));

    assertEquals(Status.FAILED, bench.status(key));
  }

  @Test
  void work_handlerThatIgnoresInterruption_keepsItFromReturning() throws Exception {
    EventKey key = bench.received("evt");
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch released = new CountDownLatch(1);
    Handler stubborn =
        (_, _) -> {
          timeIsUp.countDown();
          while (released.getCount() > 0) {
            try {
              released.await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
          }
        };
    FutureTask<List<String>> work =
        new FutureTask<>(() -> bench.work(bench.worker(all(beside(stubborn))), clock, key));
    Thread thread = Thread.ofPlatform().start(work);

    interrupted.await();
    // It waits without a limit: nothing but the handler's end will wake it.
    awaitState(thread, Thread.State.WAITING);
    assertFalse(work.isDone());
    assertEquals(Status.PROCESSING, bench.status(key));

    released.countDown();
    assertEquals(List.of(), work.get());
    assertEquals(Status.DONE, bench.status(key));
  }

  @Test
  void work_timeIsUpWhileOneSettles_interruptsOnlyTheOneThatHandles() {
    EventKey settling = bench.received("settling");
    EventKey marking = bench.received("marking");
    EventKey handling = bench.received("handling");
    CountDownLatch busy = new CountDownLatch(3);
    CountDownLatch interrupted = new CountDownLatch(1);
    List<EventKey> hit = new ArrayList<>();
    bench.inbox.before(
        call -> {
          boolean isWatched =
              (call.key().equals(settling) && call.step() == Step.SETTLE)
                  || (call.key().equals(marking) && call.step() == Step.MARK);
          if (isWatched) {
            busy.countDown();
            // An interruption would end this wait.
            if (!awaited(interrupted)) {
              synchronized (hit) {
                hit.add(call.key());
              }
            }
          }
        });
    Handler handler =
        (event, _) -> {
          if (event.key().equals(clock)) {
            busy.await();
            bench.moveTo(STOP);
          } else if (event.key().equals(handling)) {
            busy.countDown();
            try {
              new CountDownLatch(1).await();
            } finally {
              interrupted.countDown();
            }
          }
        };
    Routes routes =
        Routes.builder()
            .on(PROVIDER, TYPE, "first", handler)
            .on(PROVIDER, TYPE, "second", (event, _) -> secondHandler(event.key(), marking))
            .build();

    // The one that is about to settle has only the second handler behind it.
    assertEquals(List.of(), bench.work(bench.worker(routes), clock, settling, marking, handling));

    assertEquals(List.of(), hit);
    assertEquals(Report.Outcome.DONE, bench.outcome("m1"));
    assertEquals(Report.Outcome.RETRY, bench.outcome("m2"));
    assertEquals(Set.of("first"), bench.found(marking).doneHandlers());
    assertEquals(Report.Outcome.RETRY, bench.outcome("m3"));
    requireInterrupted("first", bench.found(handling).lastError());
  }

  private static void secondHandler(EventKey key, EventKey marking) {
    assertFalse(key.equals(marking), "the time is up before this handler's turn");
  }

  @Test
  void work_handlerLeavesAnInterruptionPending_isClearedBeforeTheNextStep() {
    EventKey key = bench.received("evt");
    List<Boolean> pending = new ArrayList<>();
    bench.inbox.before(_ -> pending.add(Thread.currentThread().isInterrupted()));
    Routes routes =
        Routes.builder()
            .on(PROVIDER, TYPE, "first", (_, _) -> Thread.currentThread().interrupt())
            .on(
                PROVIDER,
                TYPE,
                "second",
                (_, _) -> pending.add(Thread.currentThread().isInterrupted()))
            .on(
                PROVIDER,
                TYPE,
                "third",
                (_, _) -> {
                  Thread.currentThread().interrupt();
                  throw new IllegalStateException("interrupted");
                })
            .build();

    assertEquals(List.of(), bench.work(bench.worker(routes), key));

    // Claim, mark, the second handler, mark, settle.
    assertEquals(List.of(false, false, false, false, false), pending);
    assertEquals(Report.Outcome.RETRY, bench.outcome("m0"));
  }

  @Test
  void work_callerInterruptedWhileASuspectRuns_interruptsItAndStaysInterrupted() {
    EventKey suspect = bench.lapsed("suspect", 1);
    EventKey next = bench.lapsed("next", 2);
    Thread caller = Thread.currentThread();
    Worker worker =
        bench.worker(
            all(
                (_, _) -> {
                  handled.incrementAndGet();
                  caller.interrupt();
                  new CountDownLatch(1).await();
                }));

    List<String> comeBack = bench.work(worker, suspect, next);

    assertTrue(Thread.interrupted(), "the interruption is the caller's to see");
    assertEquals(List.of(), comeBack);
    requireInterrupted("only", bench.found(suspect).lastError());
    assertTrue(
        String.valueOf(bench.found(next).lastError())
            .contains("ran out of time before this handler"));
    assertEquals(1, handled.get());
  }

  /** Waits until {@code thread} is in {@code state}; fails if it ends instead. */
  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) {
      assertTrue(thread.isAlive(), "it has returned");
      Thread.onSpinWait();
    }
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static void requireInterrupted(String handler, @Nullable String error) {
    String expected =
        handler + ": java.lang.InterruptedException at " + WorkerTimeTest.class.getName();
    assertTrue(error != null && error.startsWith(expected), error);
  }
}
