package dev.hookset.work;

import static dev.hookset.work.Workbench.DEADLINE;
import static dev.hookset.work.Workbench.LAST_CALL_MARGIN;
import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.PROVIDER;
import static dev.hookset.work.Workbench.TYPE;
import static dev.hookset.work.Workbench.all;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker does when the inbox or the queue fails after its handlers have run. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerOutageTest {
  private static final int MOST = Lifecycle.DEFAULT_MAX_ATTEMPTS;

  private final Workbench bench = new Workbench();
  private final AtomicInteger handled = new AtomicInteger();

  private final Routes twoHandlers =
      Routes.builder()
          .on(PROVIDER, TYPE, "first", (_, _) -> handled.incrementAndGet())
          .on(PROVIDER, TYPE, "second", (_, _) -> handled.incrementAndGet())
          .build();

  /** Has {@code step} fail until {@code end}. */
  private WatchedInbox.Watch outage(Step step, Instant end) {
    return call -> {
      if (call.step() == step && bench.now().isBefore(end)) {
        throw new InboxUnavailable("UpdateItem failed", new IOException("throttled"));
      }
    };
  }

  @EveryStepAfterAHandler
  void work_inboxThrottlesForSeconds_notesTheSuccessAllTheSame(Step step) {
    // One failed mark or settlement gave a success up with 50 s of the invocation unused; the
    // handlers ran again when the lease had lapsed, up to nine times.
    EventKey key = bench.received("evt");
    bench.inbox.before(outage(step, NOW.plusSeconds(20)));

    assertEquals(List.of(), bench.work(bench.worker(twoHandlers), key));

    assertDoneAtTheFirstAttempt(key);
  }

  @EveryStepAfterAHandler
  void work_answersLostForSeconds_notesTheSuccessOnce(Step step) {
    // The write was applied and its answer got lost: the repetition must know its own write.
    EventKey key = bench.received("evt");
    bench.inbox.after(outage(step, NOW.plusSeconds(20)));

    assertEquals(List.of(), bench.work(bench.worker(twoHandlers), key));

    assertDoneAtTheFirstAttempt(key);
  }

  private void assertDoneAtTheFirstAttempt(EventKey key) {
    assertEquals(Report.Outcome.DONE, bench.outcome("m0"));
    assertEquals(Status.DONE, bench.status(key));
    assertEquals(2, handled.get());
    assertEquals(1, bench.found(key).attempts());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void work_inboxThrottlesWhenAHandlerHasFailed_settlesAllTheSame(boolean permanent) {
    // A sibling: a failure that is not written down costs an attempt, and its wait is forgotten.
    EventKey key = bench.received("evt");
    bench.inbox.before(outage(Step.SETTLE, NOW.plusSeconds(20)));
    Handler failing =
        (_, _) -> {
          throw permanent ? new PermanentFailure("no") : new IllegalStateException("not now");
        };

    assertEquals(List.of(), bench.work(bench.worker(all(failing)), key));

    assertEquals(permanent ? Status.FAILED : Status.RECEIVED, bench.status(key));
    assertEquals(permanent ? 0 : 1, bench.postponed().size());
  }

  @Test
  void work_outage_isAskedAgainAfterLongerAndLongerPauses() {
    EventKey key = bench.received("evt");
    bench.inbox.before(outage(Step.SETTLE, NOW.plusSeconds(9)));

    assertEquals(List.of(), bench.work(bench.worker(twoHandlers), key));

    assertEquals(
        List.of(100, 200, 400, 800, 1600, 3000, 3000),
        bench.pauses().stream().map(pause -> (int) pause.toMillis()).toList());
  }

  @EveryStepAfterAHandler
  void work_outageUntilTheEnd_asksUpToTheMarginAndNotLater(Step step) {
    // A call that begins later than this may be cut off in the middle by the platform.
    EventKey key = bench.received("evt");
    List<Instant> asked = new ArrayList<>();
    bench.inbox.before(
        call -> {
          if (call.step() == step) {
            asked.add(bench.now());
          }
          outage(step, Instant.MAX).on(call);
        });

    assertEquals(List.of("m0"), bench.work(bench.worker(twoHandlers), key));

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, bench.outcome("m0"));
    Instant last = DEADLINE.minus(LAST_CALL_MARGIN);
    assertFalse(asked.getLast().isAfter(last), () -> asked.getLast() + " is after " + last);
    assertTrue(asked.getLast().isAfter(last.minusSeconds(4)), () -> "gave up at " + asked);
  }

  @EveryStepAfterAHandler
  void work_leaseLost_isNoOutageAndAskedOnce(Step step) {
    // A condition that does not hold is an answer: repeated as an outage, it would keep a batch for
    // its whole time.
    EventKey key = bench.received("evt");
    bench.inbox.before(WatchedInbox.Watch.at(step, () -> bench.store.delete(key)));

    assertEquals(List.of("m0"), bench.work(bench.worker(twoHandlers), key));

    assertEquals(Report.Outcome.LEASE_LOST, bench.outcome("m0"));
    assertEquals(1, bench.inbox.steps().stream().filter(step::equals).count());
    assertEquals(List.of(), bench.pauses());
  }

  @Test
  void work_queueThrottlesTheDelayedPointer_sendsItForTheRestOfTheWait() {
    // A sibling: a pointer that one throttled call dropped waits for the relay, a minute too late.
    EventKey key = bench.received("evt");
    List<Duration> sent = new ArrayList<>();
    Worker worker =
        bench.worker(
            all((event, _) -> fail(event)),
            MOST,
            (_, delay) -> {
              if (bench.now().isBefore(NOW.plusSeconds(1))) {
                throw new IllegalStateException("SQS throttles");
              }
              sent.add(delay);
            });

    assertEquals(List.of(), bench.work(worker, key));

    Duration waited = bench.pauses().stream().reduce(Duration.ZERO, Duration::plus);
    assertEquals(Duration.ofMillis(1500), waited);
    assertTrue(bench.report("m0").postponed());
    assertEquals(List.of(Lifecycle.backoff(key, 1).minus(waited)), sent);
  }

  @Test
  void work_queueDown_leavesTheDelayedPointerToTheRelayAfterSeconds() {
    EventKey key = bench.received("evt");
    Worker worker =
        bench.worker(
            all((event, _) -> fail(event)),
            MOST,
            (_, _) -> {
              throw new IllegalStateException("SQS is down");
            });

    assertEquals(List.of(), bench.work(worker, key));

    assertFalse(bench.report("m0").postponed());
    Duration waited = bench.pauses().stream().reduce(Duration.ZERO, Duration::plus);
    assertTrue(waited.compareTo(Duration.ofSeconds(10)) <= 0, () -> "held up for " + waited);
  }

  @Test
  void work_settledInTheLastSeconds_leavesTheDelayedPointerToTheRelay() {
    // A send that begins now would be cut off by the end of the invocation.
    EventKey key = bench.received("evt");
    Handler late =
        (event, _) -> {
          bench.moveTo(DEADLINE.minus(LAST_CALL_MARGIN).plusNanos(1));
          fail(event);
        };

    assertEquals(List.of(), bench.work(bench.worker(all(late)), key));

    assertEquals(Report.Outcome.RETRY, bench.outcome("m0"));
    assertFalse(bench.report("m0").postponed());
    assertEquals(List.of(), bench.postponed());
  }

  private static void fail(Event event) {
    throw new IllegalStateException("cannot handle " + event.key());
  }

  /** A test of each step that notes what a handler has done. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"MARK", "SETTLE"})
  @interface EveryStepAfterAHandler {}
}
