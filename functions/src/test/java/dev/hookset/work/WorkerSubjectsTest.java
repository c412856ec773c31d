package dev.hookset.work;

import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.PROVIDER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Routes that want the latest of each subject alone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerSubjectsTest {
  private static final SubjectKey SUBJECT = new SubjectKey(PROVIDER, "subject");
  private static final Instant THEN = NOW.minusSeconds(30);

  private final Workbench bench = new Workbench();
  private final EventKey older = bench.received("older", THEN.minusSeconds(1));
  private final EventKey key = bench.received("evt", THEN);
  private final EventKey newer = bench.received("newer", THEN);
  private final List<String> handled = Collections.synchronizedList(new ArrayList<>());
  private final Handler noting = (event, _) -> handled.add(event.id());

  private static Routes latest(Handler handler) {
    return Routes.builder().on(PROVIDER, "*", "only", handler).latest(_ -> SUBJECT.name()).build();
  }

  private Worker worker(Handler handler) {
    return bench.worker(latest(handler));
  }

  /** Has events worked on, each in an invocation of its own. */
  private void inTurn(Worker worker, EventKey... keys) {
    for (EventKey each : keys) {
      bench.work(worker, each);
    }
  }

  private static WatchedInbox.Watch down(Step step) {
    return WatchedInbox.Watch.at(
        step,
        () -> {
          throw new InboxUnavailable("UpdateItem failed", new IOException("down"));
        });
  }

  /** Returns a route whose subject cannot be told. */
  private Routes untold(Exception failure) {
    return Routes.builder()
        .on(PROVIDER, "*", "only", noting)
        .latest(
            _ -> {
              throw failure;
            })
        .build();
  }

  /** Has a handler fail on one event, and note the others. */
  private Handler failingOn(EventKey failing) {
    return (event, context) -> {
      if (event.key().equals(failing)) {
        throw new IOException("not yet");
      }
      noting.handle(event, context);
    };
  }

  /** Has another event of the subject in its handlers until {@code until}. */
  private void held(EventKey holder, Instant until) {
    bench.store.takeTurn(
        SUBJECT, new TurnTerms(holder, THEN, "another worker", bench.now(), until));
  }

  @Test
  void work_olderAfterNewer_isSupersededAndNotHandled() {
    Worker worker = worker(noting);
    bench.work(worker, newer);

    assertEquals(List.of(), bench.work(worker, older));

    assertEquals(Report.Outcome.SUPERSEDED, bench.outcome("m0"));
    assertEquals(List.of("newer"), handled);
    InboxRecord record = bench.found(older);
    assertEquals(Status.SUPERSEDED, record.status());
    assertNull(record.dueAt(), "nobody looks after it");
    assertTrue(record.expiresAt() != null, "it expires");
    assertEquals(List.of(), bench.postponed());
  }

  @Test
  void work_newerAfterOlderAndEqualTimes_areHandled() {
    EventKey one = bench.received("one", THEN);
    EventKey other = bench.received("other", THEN);
    Worker worker = worker(noting);

    inTurn(worker, older, one, other);

    assertEquals(List.of("older", "one", "other"), handled);
    assertEquals(Status.DONE, bench.status(other));
  }

  @Test
  void work_oneHandler_takesATurnBeforeAndEndsItAfterTheSettlement() {
    bench.work(worker(noting), key);

    assertEquals(
        List.of(Step.CLAIM, Step.TAKE_TURN, Step.SETTLE, Step.END_TURN), bench.inbox.steps());
  }

  @Test
  void work_furtherHandlersOfTheSubject_takeNoFurtherTurn() {
    Routes routes =
        Routes.builder()
            .on(PROVIDER, "*", "first", noting)
            .latest(_ -> "subject")
            .on(PROVIDER, "incident.*", "second", noting)
            .latest(_ -> "subject")
            .build();

    bench.work(bench.worker(routes), key);

    assertEquals(
        List.of(Step.CLAIM, Step.TAKE_TURN, Step.MARK, Step.SETTLE, Step.END_TURN),
        bench.inbox.steps());
    assertEquals(List.of("evt", "evt"), handled);
  }

  @Test
  void work_routeWithoutLatestOrASubject_asksNobodyMore() {
    Routes routes =
        Routes.builder()
            .on(PROVIDER, "*", "plain", noting)
            .on(PROVIDER, "*", "about nothing", noting)
            .latest(_ -> null)
            .on(PROVIDER, "*", "about nothing either", noting)
            .latest(_ -> "")
            .on("lucid", "*", "another's", noting)
            .latest(_ -> "subject")
            .build();

    inTurn(bench.worker(routes), key, older);

    assertFalse(bench.inbox.steps().contains(Step.TAKE_TURN));
    assertEquals(6, handled.size());
    assertEquals(Status.DONE, bench.status(older));
  }

  @Test
  void work_anotherSubject_isNoneOfItsBusiness() {
    Routes routes =
        Routes.builder()
            .on(PROVIDER, "*", "only", noting)
            .latest(event -> "about " + event.id())
            .build();

    inTurn(bench.worker(routes), newer, older);

    assertEquals(List.of("newer", "older"), handled);
  }

  @Test
  void work_whileAnotherEventIsInItsHandlers_comesBackSoonWithoutAnAttempt() {
    held(Workbench.key("another"), NOW.plusSeconds(60));
    InboxRecord before = bench.found(key);

    assertEquals(List.of(), bench.work(worker(noting), key));

    assertEquals(Report.Outcome.BUSY, bench.outcome("m0"));
    assertEquals(List.of(), handled);
    InboxRecord after = bench.found(key);
    assertEquals(Status.RECEIVED, after.status());
    assertEquals(0, after.attempts());
    assertEquals(before.dueAt(), after.dueAt(), "its place in the index");
    assertEquals(before.history(), after.history());
    assertEquals(
        List.of(new Workbench.Postponed(key, Lifecycle.TURN_WAIT)), bench.postponed(), "brought");
    assertTrue(bench.report("m0").postponed());
  }

  @Test
  void work_waitingForATurn_neverUsesUpItsAttempts() {
    held(Workbench.key("another"), NOW.plus(Duration.ofHours(1)));
    Worker worker = worker(noting);
    for (int i = 0; i < 30; i++) {
      bench.work(worker, key);
      bench.moveTo(bench.now().plus(Lifecycle.TURN_WAIT));
    }
    bench.store.endTurn(SUBJECT, "another worker", null, bench.now());

    bench.work(worker, key);

    assertEquals(Status.DONE, bench.status(key));
    assertEquals(1, bench.found(key).attempts());
  }

  @Test
  void work_whatMayHaveKilledItsWorker_waitsForItsTurnAsSuchStill() {
    // A suspect runs alone. Returned as an ordinary event, it would take its neighbours along.
    EventKey suspect = bench.lapsed("suspect", 2);
    held(Workbench.key("another"), NOW.plusSeconds(60));

    bench.work(worker(noting), suspect);

    InboxRecord record = bench.found(suspect);
    assertEquals(2, record.attempts());
    assertEquals(Status.PROCESSING, record.status());
    assertEquals(Lifecycle.lapsed(NOW), record.leaseUntil());
    assertEquals(Report.Outcome.BUSY, bench.outcome("m0"));
  }

  @Test
  void work_olderWhileANewerHandledOneIsHandledAgain_isSupersededAndNeedNotWait() {
    Worker worker = worker(noting);
    bench.work(worker, newer);
    held(newer, NOW.plusSeconds(60));

    bench.work(worker, older);

    assertEquals(Status.SUPERSEDED, bench.status(older));
  }

  @Test
  void work_failingEvent_holdsUpNobodyAndIsSupersededByWhatCameMeanwhile() {
    EventKey failing = bench.received("failing", THEN);
    EventKey next = bench.received("next", THEN.plusSeconds(1));
    Worker worker = worker(failingOn(failing));

    bench.work(worker, failing);
    assertEquals(Report.Outcome.RETRY, bench.outcome("m0"));
    bench.work(worker, next);
    assertEquals(Report.Outcome.DONE, bench.outcome("m0"));
    bench.moveTo(NOW.plusSeconds(10));
    bench.work(worker, failing);

    assertEquals(Status.SUPERSEDED, bench.status(failing));
    assertEquals(2, bench.found(failing).attempts());
  }

  @Test
  void work_olderAfterANewerThatFailed_isHandled() {
    EventKey failing = bench.received("failing", THEN);
    Worker worker = worker(failingOn(failing));

    inTurn(worker, failing, older);

    assertEquals(List.of("older"), handled);
    assertEquals(Status.DONE, bench.status(older));
  }

  @Test
  void work_olderAfterANewerThatOneOfItsHandlersHandled_isSuperseded() {
    // Handled by the first, it would undo there what the newer one did, which is not done again.
    Routes routes =
        Routes.builder()
            .on(PROVIDER, "*", "first", noting)
            .latest(_ -> "subject")
            .on(PROVIDER, "*", "second", failingOn(newer))
            .latest(_ -> "subject")
            .build();

    inTurn(bench.worker(routes), newer, older);

    assertEquals(Status.SUPERSEDED, bench.status(older));
    assertEquals(Status.RECEIVED, bench.status(newer));
    assertEquals(List.of("newer"), handled);
  }

  @Test
  void work_supersededEvent_isHandledByRoutesThatWantEveryOne() {
    AtomicInteger latest = new AtomicInteger();
    Routes routes =
        Routes.builder()
            .on(PROVIDER, "*", "latest", (_, _) -> latest.incrementAndGet())
            .latest(_ -> "subject")
            .on(PROVIDER, "*", "every", noting)
            .build();

    inTurn(bench.worker(routes), newer, older);

    assertEquals(1, latest.get());
    assertEquals(List.of("newer", "older"), handled);
    assertEquals(Status.SUPERSEDED, bench.status(older));
    assertEquals(Set.of("every"), bench.found(older).doneHandlers());
  }

  @Test
  void work_routesWithDifferentSubjects_areEachSupersededByTheirOwn() {
    List<String> ofOne = new ArrayList<>();
    List<String> ofAll = new ArrayList<>();
    Routes routes =
        Routes.builder()
            .on(PROVIDER, "*", "one", (event, _) -> ofOne.add(event.id()))
            .latest(event -> "incident of " + event.id())
            .on(PROVIDER, "*", "all", (event, _) -> ofAll.add(event.id()))
            .latest(_ -> "project")
            .build();

    inTurn(bench.worker(routes), newer, older);

    assertEquals(List.of("newer", "older"), ofOne);
    assertEquals(List.of("newer"), ofAll);
    assertEquals(Status.SUPERSEDED, bench.status(older));
  }

  @Test
  void work_oneOfTwoSubjectsBusy_leavesTheOtherFreeAndRunsNothing() {
    EventKey next = bench.received("next", THEN);
    held(Workbench.key("another"), NOW.plusSeconds(60));
    Routes both =
        Routes.builder()
            .on(PROVIDER, "*", "first", noting)
            .latest(_ -> "a subject")
            .on(PROVIDER, "*", "second", noting)
            .latest(_ -> SUBJECT.name())
            .build();
    Routes other =
        Routes.builder().on(PROVIDER, "*", "first", noting).latest(_ -> "a subject").build();

    bench.work(bench.worker(both), key);
    assertEquals(Report.Outcome.BUSY, bench.outcome("m0"));
    bench.work(bench.worker(other), next);

    assertEquals(List.of("next"), handled);
  }

  @Test
  void work_eventWithoutATimeOrWithOneToCome_isNeverSuperseded() {
    EventKey timeless = bench.received("timeless", (@Nullable Instant) null);
    EventKey future = bench.received("future", NOW.plus(Duration.ofDays(9_999)));
    EventKey next = bench.received("next", THEN.plusSeconds(1));
    Worker worker = worker(noting);

    inTurn(worker, newer, timeless, future, next);

    assertEquals(List.of("newer", "timeless", "future", "next"), handled);
  }

  @Test
  void work_subjectThatCannotBeTold_isAFailureOfItsHandler() {
    bench.work(bench.worker(untold(new IOException("no incident in it"))), key);

    Report report = bench.report("m0");
    assertEquals(Report.Outcome.RETRY, report.outcome());
    assertEquals("only", report.failedHandler());
    assertEquals("only: java.io.IOException: no incident in it", bench.found(key).lastError());
    assertEquals(List.of(), handled);
  }

  @Test
  void work_subjectThatWillNeverBeTold_failsTheEventAtOnce() {
    bench.work(bench.worker(untold(new PermanentFailure("no incident in it"))), key);

    assertEquals(Status.FAILED, bench.status(key));
  }

  @Test
  void work_afterAWorkerDiedInItsHandlers_waitsForItsLeaseAndNoLonger() {
    EventKey dead = bench.received("dead", THEN);
    bench.claim(dead, "another worker", NOW, NOW.plusSeconds(60), false);
    held(dead, NOW.plusSeconds(60));
    Worker worker = worker(noting);

    bench.moveTo(NOW.plusSeconds(60));
    bench.work(worker, older);
    assertEquals(Report.Outcome.BUSY, bench.outcome("m0"));
    bench.moveTo(NOW.plusSeconds(61));
    bench.work(worker, older);

    assertEquals(List.of("older"), handled, "the dead one had handled nothing");
  }

  @Test
  void work_afterAWorkerDiedThatHadHandledANewerOne_isSuperseded() {
    EventKey dead = bench.received("dead", THEN);
    InboxRecord claimed = bench.claim(dead, "another worker", NOW, NOW.plusSeconds(60), false);
    bench.store.mark(claimed, "only");
    held(dead, NOW.plusSeconds(60));
    bench.moveTo(NOW.plusSeconds(61));

    bench.work(worker(noting), older);

    assertEquals(Status.SUPERSEDED, bench.status(older));
    assertEquals(
        List.of(Step.CLAIM, Step.TAKE_TURN, Step.FIND, Step.END_TURN, Step.TAKE_TURN, Step.SETTLE),
        bench.inbox.steps());
  }

  @Test
  void work_endOfATurnThatCannotBeWritten_isTriedWhileThereIsTimeAndLosesNothing() {
    bench.inbox.before(down(Step.END_TURN));

    bench.work(worker(noting), newer);

    assertEquals(Report.Outcome.DONE, bench.outcome("m0"), "its handler's success is noted");
    assertTrue(bench.pauses().size() > 10, "tried again and again");
    bench.inbox.before(_ -> {});
    bench.moveTo(Workbench.DEADLINE.plusSeconds(6));
    bench.work(worker(noting), older);
    assertEquals(Status.SUPERSEDED, bench.status(older), "the record says what was handled");
  }

  @Test
  void work_turnThatCannotBeAskedFor_comesBackAndRunsNothing() {
    bench.inbox.before(down(Step.TAKE_TURN));

    assertEquals(List.of("m0"), bench.work(worker(noting), key));

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, bench.outcome("m0"));
    assertEquals(List.of(), handled);
    assertTrue(bench.pauses().size() > 10, "tried again and again");
  }

  @Test
  void work_turnWhoseAnswerGotLost_isTakenAllTheSame() {
    AtomicInteger calls = new AtomicInteger();
    bench.inbox.after(
        WatchedInbox.Watch.at(
            Step.TAKE_TURN,
            () -> {
              if (calls.getAndIncrement() == 0) {
                throw new InboxUnavailable("UpdateItem failed", new IOException("answer lost"));
              }
            }));

    bench.work(worker(noting), key);

    assertEquals(Report.Outcome.DONE, bench.outcome("m0"));
    assertEquals(2, calls.get());
  }

  @Test
  void work_twoOfOneSubjectInABatch_areNeverInTheirHandlersAtOnce() throws Exception {
    EventKey one = bench.received("one", THEN);
    EventKey other = bench.received("other", THEN);
    CountDownLatch otherIsBack = new CountDownLatch(1);
    bench.inbox.after(WatchedInbox.Watch.at(Step.SETTLE, otherIsBack::countDown));
    Handler slow =
        (event, context) -> {
          otherIsBack.await();
          noting.handle(event, context);
        };

    bench.work(worker(slow), one, other);

    assertEquals(1, handled.size());
    assertEquals(
        Set.of(Report.Outcome.DONE, Report.Outcome.BUSY),
        Set.of(bench.outcome("m0"), bench.outcome("m1")));
  }

  @Test
  void work_replayedSupersededEvent_isJudgedAnew() {
    Worker worker = worker(noting);
    inTurn(worker, newer, older);

    assertTrue(bench.store.replay(bench.found(older), NOW));
    assertTrue(bench.store.replay(bench.found(newer), NOW));
    inTurn(worker, older, newer);

    assertEquals(List.of("newer", "newer"), handled, "the newest is handled again, older ones not");
    assertEquals(Status.SUPERSEDED, bench.status(older));
    assertEquals(Status.DONE, bench.status(newer));
  }
}
