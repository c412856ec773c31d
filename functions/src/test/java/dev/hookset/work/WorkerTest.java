package dev.hookset.work;

import static dev.hookset.work.Workbench.DEADLINE;
import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.PROVIDER;
import static dev.hookset.work.Workbench.TYPE;
import static dev.hookset.work.Workbench.all;
import static dev.hookset.work.Workbench.both;
import static dev.hookset.work.Workbench.key;
import static dev.hookset.work.Workbench.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker makes of a batch when nothing fails, and of what it cannot claim. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerTest {
  private final Workbench bench = new Workbench();
  private final AtomicInteger handled = new AtomicInteger();
  private final Handler counting = (_, _) -> handled.incrementAndGet();

  @Test
  void work_emptyBatch_isNothingToDo() {
    assertEquals(List.of(), bench.work(bench.worker(all(counting)), List.of()));
    assertEquals(List.of(), bench.inbox.steps());
  }

  @Test
  void work_oneHandler_claimsAndSettlesAndDoesNoMore() {
    EventKey key = bench.received("evt");

    assertEquals(List.of(), bench.work(bench.worker(all(counting)), key));

    assertEquals(List.of(Step.CLAIM, Step.SETTLE), bench.inbox.steps());
    assertEquals(1, handled.get());
    InboxRecord found = bench.found(key);
    assertEquals(Status.DONE, found.status());
    assertEquals(Set.of("only"), found.doneHandlers());
    assertEquals(1, found.attempts());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void work_severalHandlers_runInOrderAndCostOneWriteMoreForEachFurtherOne(int handlers) {
    EventKey key = bench.received("evt");
    List<Integer> ran = new ArrayList<>();
    Routes.Builder routes = Routes.builder();
    List<Step> expected = new ArrayList<>(List.of(Step.CLAIM));
    for (int i = 0; i < handlers; i++) {
      int number = i;
      routes.on(PROVIDER, TYPE, (_, _) -> ran.add(number));
      expected.add(i == handlers - 1 ? Step.SETTLE : Step.MARK);
    }

    bench.work(bench.worker(routes.build()), key);

    assertEquals(expected, bench.inbox.steps());
    assertEquals(Stream.iterate(0, i -> i + 1).limit(handlers).toList(), ran);
    assertEquals(handlers, bench.found(key).doneHandlers().size());
    assertEquals(Status.DONE, bench.status(key));
  }

  @Test
  void work_noHandler_isDone() {
    EventKey key = bench.received("evt");

    assertEquals(List.of(), bench.work(bench.worker(Routes.builder().build()), key));

    assertEquals(List.of(Step.CLAIM, Step.SETTLE), bench.inbox.steps());
    assertEquals(Status.DONE, bench.status(key));
    assertEquals(Set.of(), bench.found(key).doneHandlers());
  }

  @Test
  void work_handler_getsTheEventAsItWasRecorded() {
    EventKey key = bench.received("evt");
    List<Event> events = new ArrayList<>();

    bench.work(bench.worker(all((event, _) -> events.add(event))), key);

    assertEquals(List.of(bench.found(key).event(Workbench.BODY)), events);
  }

  @Test
  void work_bodyKeptApartAndOutOfReach_waitsLikeAnyFailureAndRunsNoHandler() {
    EventKey key = bench.received("evt");
    bench.inbox.bodies(
        _ -> {
          throw new InboxUnavailable("S3 GetObject failed", new IOException("down"));
        });
    List<Event> events = new ArrayList<>();

    assertEquals(List.of(), bench.work(bench.worker(all((event, _) -> events.add(event))), key));

    InboxRecord waiting = bench.found(key);
    assertEquals(List.of(), events);
    assertEquals(Status.RECEIVED, waiting.status());
    assertEquals(1, waiting.attempts());
    assertNotNull(waiting.notBefore());
    assertEquals(
        "body: dev.hookset.inbox.InboxUnavailable: S3 GetObject failed, caused by"
            + " java.io.IOException: down",
        waiting.lastError());
    assertEquals(List.of(key), bench.postponed().stream().map(Workbench.Postponed::key).toList());
  }

  @Test
  void work_bodyKeptApartAndGone_isFailedAtOnceAndRunsNoHandler() {
    EventKey key = bench.received("evt");
    bench.inbox.bodies(
        _ -> {
          throw new BodyLost("the body is no longer in the overflow bucket: x");
        });
    List<Event> events = new ArrayList<>();

    assertEquals(List.of(), bench.work(bench.worker(all((event, _) -> events.add(event))), key));

    assertEquals(List.of(), events);
    assertEquals(Status.FAILED, bench.status(key));
    assertEquals(
        "dev.hookset.inbox.BodyLost: the body is no longer in the overflow bucket: x",
        bench.found(key).lastError());
  }

  @Test
  void work_claim_isOfThisInvocationAndMessageUntilShortlyAfterItsEnd() {
    EventKey key = bench.received("evt");
    List<InboxRecord> seen = new ArrayList<>();

    bench.work(bench.worker(all((_, _) -> seen.add(bench.found(key)))), key);

    assertEquals("inv1/m0", seen.getFirst().lease());
    assertEquals(DEADLINE.plusSeconds(5), seen.getFirst().leaseUntil());
    assertEquals(Status.PROCESSING, seen.getFirst().status());
  }

  @Test
  void work_done_isReportedInFull() {
    EventKey key = bench.received("evt");
    Routes routes = both(counting, counting);

    bench.work(bench.worker(routes), key);

    assertEquals(
        new Report(
            "m0",
            Report.Outcome.DONE,
            key,
            TYPE,
            NOW.minusSeconds(30),
            "prod",
            Origin.UNKNOWN,
            0,
            1,
            List.of("first", "second"),
            null,
            List.of(
                new Report.Run("first", NOW, NOW, null), new Report.Run("second", NOW, NOW, null)),
            null,
            null,
            false,
            "trace of evt",
            null),
        bench.report("m0"));
  }

  // No claim

  @Test
  void work_leaseHeld_comesBack() {
    EventKey key = bench.held("evt", NOW);

    assertEquals(List.of("m0"), bench.work(bench.worker(all(counting)), key));

    assertEquals(Report.Outcome.HELD, bench.outcome("m0"));
    assertEquals("another worker", bench.found(key).lease());
    assertEquals(0, handled.get());
  }

  @Test
  void work_tooEarly_isDropped() {
    EventKey key = bench.received("evt");
    InboxRecord claimed = bench.claim(key, "another worker", NOW, NOW, false);
    bench.store.settle(claimed, new Settlement.Retry("failed", NOW.plusSeconds(6)), NOW);
    InboxRecord before = bench.found(key);

    assertEquals(List.of(), bench.work(bench.worker(all(counting)), key));

    assertEquals(Report.Outcome.TOO_EARLY, bench.outcome("m0"));
    assertEquals(before, bench.found(key));
    assertEquals(0, handled.get());
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"DONE", "SUPERSEDED", "FAILED", "SKIPPED", "QUARANTINED"})
  void work_finished_isDropped(Status status) {
    EventKey key =
        switch (status) {
          case RECEIVED, PROCESSING -> fail("not final");
          case DONE, SUPERSEDED, FAILED -> settled(status);
          case SKIPPED, QUARANTINED -> bench.recorded("evt", status);
        };
    InboxRecord before = bench.found(key);

    assertEquals(List.of(), bench.work(bench.worker(all(counting)), key));

    assertEquals(Report.Outcome.FINISHED, bench.outcome("m0"));
    assertEquals(before, bench.found(key));
    assertEquals(0, handled.get());
  }

  private EventKey settled(Status status) {
    EventKey key = bench.received("evt");
    InboxRecord claimed = bench.claim(key, "another worker", NOW, NOW, false);
    Settlement settlement =
        switch (status) {
          case DONE -> new Settlement.Done(null);
          case SUPERSEDED -> new Settlement.Superseded(null);
          default -> new Settlement.Failed("for good");
        };
    assertTrue(bench.store.settle(claimed, settlement, NOW));
    return key;
  }

  @Test
  void work_unknownRecord_comesBackAndCreatesNothing() {
    assertEquals(List.of("m0"), bench.work(bench.worker(all(counting)), key("evt")));

    assertEquals(Report.Outcome.UNKNOWN, bench.outcome("m0"));
    assertEquals(List.of(), bench.store.all());
    assertEquals(0, handled.get());
  }

  @Test
  void work_unreadableMessage_comesBackAndAsksNobody() {
    assertEquals(
        List.of("m"), bench.work(bench.worker(all(counting)), List.of(new Message("m", null))));

    assertEquals(Report.Outcome.UNREADABLE, bench.outcome("m"));
    assertNull(bench.report("m").key());
    assertEquals(List.of(), bench.inbox.steps());
  }

  @Test
  void work_attemptsUsedUpByFailures_isFailedWithoutRunningAnything() {
    EventKey key = bench.failed("evt", 3);

    assertEquals(List.of(), bench.work(bench.worker(all(counting), 3), key));

    assertEquals(0, handled.get());
    assertEquals(Report.Outcome.FAILED, bench.outcome("m0"));
    assertEquals(List.of(Step.CLAIM, Step.EXHAUST), bench.inbox.steps());
    InboxRecord found = bench.found(key);
    assertEquals(Status.FAILED, found.status());
    assertEquals(3, found.attempts());
    assertEquals("no attempts left: 3 were made", found.lastError());
  }

  @Test
  void work_attemptsUsedUpByKilledWorkers_isFailedWithoutRunningAnything() {
    EventKey key = bench.lapsed("evt", 3);

    assertEquals(List.of(), bench.work(bench.worker(all(counting), 3), key));

    assertEquals(0, handled.get());
    assertEquals(Report.Outcome.FAILED, bench.outcome("m0"));
    InboxRecord found = bench.found(key);
    assertEquals(Status.FAILED, found.status());
    assertTrue(String.valueOf(found.lastError()).contains("never reported back"));
    assertEquals(found.lastError(), bench.report("m0").error());
  }

  @Test
  void work_somebodyElseAtTheExhaustedRecord_comesBack() {
    EventKey key = bench.failed("evt", 3);
    bench.inbox.before(
        WatchedInbox.Watch.at(
            Step.EXHAUST,
            () ->
                bench.claim(key, "a worker with more attempts", NOW, NOW.plusSeconds(60), false)));

    assertEquals(List.of("m0"), bench.work(bench.worker(all(counting), 3), key));

    assertEquals(Report.Outcome.HELD, bench.outcome("m0"));
    assertEquals(Status.PROCESSING, bench.status(key));
  }

  // Several at once

  @Test
  void work_fullBatch_runsAtTheSameTime() {
    List<EventKey> keys = bench.received(10);
    CyclicBarrier together = new CyclicBarrier(keys.size());

    assertEquals(
        List.of(), bench.work(bench.worker(all((_, _) -> together.await())), messages(keys)));

    keys.forEach(key -> assertEquals(Status.DONE, bench.status(key)));
  }

  @Test
  void work_handlers_runOnVirtualThreads() {
    EventKey key = bench.received("evt");
    List<Boolean> virtual = new ArrayList<>();

    bench.work(bench.worker(all((_, _) -> virtual.add(Thread.currentThread().isVirtual()))), key);

    assertEquals(List.of(true), virtual);
  }

  @Test
  void work_theSamePointerSeveralTimes_runsTheHandlerOnce() {
    EventKey key = bench.received("evt");
    CountDownLatch others = new CountDownLatch(9);
    bench.inbox.after(WatchedInbox.Watch.at(Step.CLAIM, others::countDown));
    Worker worker =
        bench.worker(
            all(
                (_, _) -> {
                  others.await();
                  handled.incrementAndGet();
                }));
    List<EventKey> pointers = Stream.generate(() -> key).limit(10).toList();

    List<String> comeBack = bench.work(worker, messages(pointers));

    assertEquals(1, handled.get());
    assertEquals(Status.DONE, bench.status(key));
    assertEquals(1, bench.found(key).attempts());
    // Up to one of the others may have asked when the record was settled already.
    assertTrue(comeBack.size() >= 8, comeBack.toString());
    bench.work(worker, messages(pointers));
    assertEquals(1, handled.get());
    for (Message message : messages(pointers)) {
      assertEquals(Report.Outcome.FINISHED, bench.outcome(message.id()));
    }
  }
}
