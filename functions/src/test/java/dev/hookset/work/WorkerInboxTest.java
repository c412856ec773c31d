package dev.hookset.work;

import static dev.hookset.work.Workbench.DEADLINE;
import static dev.hookset.work.Workbench.FAILING;
import static dev.hookset.work.Workbench.all;
import static dev.hookset.work.Workbench.both;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker does when the inbox refuses a step, fails it, or loses the answer. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerInboxTest {
  private final Workbench bench = new Workbench();
  private final AtomicInteger handled = new AtomicInteger();
  private final Handler counting = (_, _) -> handled.incrementAndGet();

  @Test
  void work_leaseLostBeforeTheMark_comesBackAndRunsNoFurtherHandler() {
    EventKey key = bench.received("evt");
    bench.inbox.before(takenOverAt(Step.MARK, key));
    Routes routes = both(counting, counting);

    assertEquals(List.of("m0"), bench.work(bench.worker(routes), key));

    assertEquals(Report.Outcome.LEASE_LOST, bench.outcome("m0"));
    assertEquals(1, handled.get());
    assertEquals("another worker", bench.found(key).lease());
    assertEquals(List.of(Step.CLAIM, Step.MARK), bench.inbox.steps());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void work_leaseLostBeforeTheSettlement_comesBackAndPostponesNothing(boolean succeeds) {
    EventKey key = bench.received("evt");
    bench.inbox.before(takenOverAt(Step.SETTLE, key));

    assertEquals(List.of("m0"), bench.work(bench.worker(all(succeeds ? counting : FAILING)), key));

    assertEquals(Report.Outcome.LEASE_LOST, bench.outcome("m0"));
    assertEquals("another worker", bench.found(key).lease());
    assertEquals(Status.PROCESSING, bench.status(key));
    assertEquals(List.of(), bench.postponed());
  }

  private WatchedInbox.Watch takenOverAt(Step step, EventKey key) {
    Instant later = DEADLINE.plusSeconds(6);
    return WatchedInbox.Watch.at(
        step, () -> bench.claim(key, "another worker", later, later.plusSeconds(60), true));
  }

  @Test
  void work_recordDeletedMeanwhile_comesBackAndStaysDeleted() {
    EventKey key = bench.received("evt");

    assertEquals(
        List.of("m0"), bench.work(bench.worker(all((_, _) -> bench.store.delete(key))), key));

    assertEquals(Report.Outcome.LEASE_LOST, bench.outcome("m0"));
    assertEquals(List.of(), bench.store.all());
  }

  @EveryStepOfAWorker
  void work_inboxUnavailable_comesBackAndHarmsNobody(Step step) {
    EventKey key = comesTo(step);
    EventKey neighbour = bench.received("neighbour");
    InboxRecord before = bench.found(key);
    bench.inbox.before(outage(step, key));

    assertEquals(List.of("m0"), bench.work(threeAttempts(), key, neighbour));

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, bench.outcome("m0"));
    assertEquals(
        "dev.hookset.inbox.InboxUnavailable: DynamoDB is down, caused by java.io.IOException:"
            + " reset",
        bench.report("m0").error());
    assertEquals(Status.DONE, bench.status(neighbour));
    if (step == Step.CLAIM || step == Step.EXHAUST) {
      assertEquals(before, bench.found(key));
    } else {
      assertEquals(Status.PROCESSING, bench.status(key));
    }
  }

  @EveryStepOfAWorker
  void work_inboxAnswerLost_comesBackAndTheNextInvocationsPutItRight(Step step) {
    EventKey key = comesTo(step);
    bench.inbox.after(outage(step, key));

    assertEquals(List.of("m0"), bench.work(threeAttempts(), key));

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, bench.outcome("m0"));
    bench.inbox.after(_ -> {});
    // Until the lease has lapsed, the message comes back.
    List<String> expected =
        step == Step.CLAIM || step == Step.MARK ? List.of("m0") : List.<String>of();
    assertEquals(expected, bench.work(threeAttempts(), key));
    bench.moveTo(DEADLINE.plusSeconds(6));
    assertEquals(List.of(), bench.work(threeAttempts(), key));
    assertEquals(step == Step.EXHAUST ? Status.FAILED : Status.DONE, bench.status(key));
    // Two handlers, each once, although the answer to the first one's mark was lost.
    assertEquals(step == Step.EXHAUST ? 0 : 2, handled.get());
  }

  /** Records an event on which a worker takes {@code step}. */
  private EventKey comesTo(Step step) {
    return step == Step.EXHAUST ? bench.failed("evt", 3) : bench.received("evt");
  }

  private Worker threeAttempts() {
    return bench.worker(both(counting, counting), 3);
  }

  private static WatchedInbox.Watch outage(Step step, EventKey key) {
    return WatchedInbox.Watch.at(
        step,
        key,
        () -> {
          throw new InboxUnavailable("DynamoDB is down", new IOException("reset"));
        });
  }

  @EveryStepOfAWorker
  void work_recordThatCannotBeRead_comesBackAndHarmsNobody(Step step) {
    EventKey key = comesTo(step);
    EventKey neighbour = bench.received("neighbour");
    bench.inbox.before(
        WatchedInbox.Watch.at(
            step,
            key,
            () -> {
              throw new IllegalStateException("a record without its attribute type");
            }));

    assertEquals(List.of("m0"), bench.work(threeAttempts(), key, neighbour));

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, bench.outcome("m0"));
    assertTrue(String.valueOf(bench.report("m0").error()).contains("without its attribute type"));
    assertEquals(Status.DONE, bench.status(neighbour));
  }

  /** A test of each step that a worker takes on a record. */
  @Target(ElementType.METHOD)
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"CLAIM", "MARK", "SETTLE", "EXHAUST"})
  @interface EveryStepOfAWorker {}
}
