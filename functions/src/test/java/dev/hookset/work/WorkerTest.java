package dev.hookset.work;

import static dev.hookset.work.Workbench.DEADLINE;
import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.PROVIDER;
import static dev.hookset.work.Workbench.START_MARGIN;
import static dev.hookset.work.Workbench.TYPE;
import static dev.hookset.work.Workbench.all;
import static dev.hookset.work.Workbench.key;
import static dev.hookset.work.Workbench.messages;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.Pointer;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker makes of a batch, as far as time plays no part; see also WorkerTimeTest. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerTest {
  private static final int MOST = Lifecycle.DEFAULT_MAX_ATTEMPTS;

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
          throw new InboxUnavailable("S3 did not return the body", new IOException("down"));
        });
    List<Event> events = new ArrayList<>();

    assertEquals(List.of(), bench.work(bench.worker(all((event, _) -> events.add(event))), key));

    InboxRecord waiting = bench.found(key);
    assertEquals(List.of(), events);
    assertEquals(Status.RECEIVED, waiting.status());
    assertEquals(1, waiting.attempts());
    assertNotNull(waiting.notBefore());
    assertEquals(
        "body: dev.hookset.inbox.InboxUnavailable: S3 did not return the body, caused by"
            + " java.io.IOException: down",
        waiting.lastError());
    assertEquals(List.of(key), bench.postponed().stream().map(Workbench.Postponed::key).toList());
  }

  @Test
  void work_bodyKeptApartAndGone_isFailedAtOnceAndRunsNoHandler() {
    EventKey key = bench.received("evt");
    bench.inbox.bodies(
        _ -> {
          throw new BodyLost("the body is not in the overflow bucket any more: x");
        });
    List<Event> events = new ArrayList<>();

    assertEquals(List.of(), bench.work(bench.worker(all((event, _) -> events.add(event))), key));

    assertEquals(List.of(), events);
    assertEquals(Status.FAILED, bench.status(key));
    assertEquals(
        "dev.hookset.inbox.BodyLost: the body is not in the overflow bucket any more: x",
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
    Routes routes =
        Routes.builder()
            .on(PROVIDER, TYPE, "first", counting)
            .on(PROVIDER, TYPE, "second", counting)
            .build();

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
                new Report.Run("first", NOW, NOW, false),
                new Report.Run("second", NOW, NOW, false)),
            null,
            null,
            false,
            "trace of evt"),
        bench.report("m0"));
  }

  // Failures

  @Test
  void work_secondHandlerFails_firstIsNotRunAgain() {
    EventKey key = bench.received("evt");
    List<String> ran = new ArrayList<>();
    Routes routes =
        Routes.builder()
            .on(PROVIDER, TYPE, "first", (_, _) -> ran.add("first"))
            .on(
                PROVIDER,
                TYPE,
                "second",
                (_, _) -> {
                  ran.add("second");
                  if (ran.size() == 2) {
                    throw new IllegalStateException("not yet");
                  }
                })
            .on(PROVIDER, TYPE, "third", (_, _) -> ran.add("third"))
            .build();
    Worker worker = bench.worker(routes);

    assertEquals(List.of(), bench.work(worker, key));

    Duration wait = Lifecycle.backoff(key, 1);
    InboxRecord failed = bench.found(key);
    Report report = bench.report("m0");
    assertAll(
        () -> assertEquals(List.of("first", "second"), ran),
        () -> assertEquals(Status.RECEIVED, failed.status()),
        () -> assertEquals(Set.of("first"), failed.doneHandlers()),
        () -> assertEquals(NOW.plus(wait), failed.notBefore()),
        () -> assertEquals("second: java.lang.IllegalStateException: not yet", failed.lastError()),
        () -> assertEquals(Lifecycle.dueAfterFailure(NOW.plus(wait)), failed.dueAt()),
        () -> assertEquals(List.of(new Workbench.Postponed(key, wait)), bench.postponed()),
        () -> assertEquals(Report.Outcome.RETRY, report.outcome()),
        () -> assertEquals(List.of("first"), report.handlers()),
        () -> assertEquals(failed.lastError(), report.error()),
        () -> assertEquals(NOW.plus(wait), report.notBefore()),
        () -> assertTrue(report.postponed()));

    bench.moveTo(NOW.plus(wait));
    assertEquals(List.of(), bench.work(worker, key));

    assertEquals(List.of("first", "second", "second", "third"), ran);
    assertEquals(Status.DONE, bench.status(key));
    assertEquals(Set.of("first", "second", "third"), bench.found(key).doneHandlers());
    assertEquals(List.of("second", "third"), bench.report("m0").handlers());
    assertEquals(2, bench.report("m0").attempt());
  }

  @Test
  void work_alwaysFailing_waitsLongerEachTimeAndIsGivenUpInTheEnd() {
    EventKey key = bench.received("evt");
    Worker worker =
        bench.worker(
            all(
                (_, _) -> {
                  handled.incrementAndGet();
                  throw new java.io.IOException("no answer");
                }));
    List<Workbench.Postponed> expected = new ArrayList<>();

    for (int attempt = 1; attempt < MOST; attempt++) {
      Instant failedAt = bench.now();
      assertEquals(List.of(), bench.work(worker, key));

      Duration wait = Lifecycle.backoff(key, attempt);
      InboxRecord record = bench.found(key);
      Report report = bench.report("m0");
      boolean isShort = wait.compareTo(Duration.ofMinutes(15)) <= 0;
      if (isShort) {
        expected.add(new Workbench.Postponed(key, wait));
      }
      assertEquals(Report.Outcome.RETRY, report.outcome());
      assertEquals(isShort, report.postponed(), "postponed by " + wait);
      assertEquals(attempt, report.attempt());
      assertEquals(attempt, record.attempts());
      assertEquals(failedAt.plus(wait), record.notBefore());
      assertEquals(Lifecycle.dueAfterFailure(failedAt.plus(wait)), record.dueAt());
      assertNull(record.expiresAt());
      assertEquals(expected, bench.postponed());
      bench.moveTo(failedAt.plus(wait));
    }
    assertEquals(3, expected.size(), "the waits of 10 s, 1 min and 5 min");

    assertEquals(List.of(), bench.work(worker, key));

    InboxRecord last = bench.found(key);
    assertEquals(Report.Outcome.FAILED, bench.outcome("m0"));
    assertEquals(Status.FAILED, last.status());
    assertEquals(MOST, last.attempts());
    assertEquals(MOST, handled.get());
    assertEquals("only: java.io.IOException: no answer", last.lastError());
    assertEquals(expected, bench.postponed());
  }

  @Test
  void work_waitOfExactlyTheLongest_isPostponedAndOneBeyondIsTheRelays() {
    // The wait is judged by the time left when the settlement is through.
    EventKey key = keyWhoseFourthWaitIsLongerThan(Duration.ofMinutes(15));
    Worker worker = bench.worker(all(WorkerTest::failing));
    Duration wait = Lifecycle.backoff(key, 4);
    for (Duration left : List.of(Duration.ofMinutes(15), Duration.ofMinutes(15).plusNanos(1))) {
      bench.moveTo(NOW);
      bench.store.delete(key);
      bench.failed(key.eventId(), 3);
      bench.inbox.after(
          call -> {
            if (call.step() == Step.SETTLE) {
              bench.moveTo(NOW.plus(wait).minus(left));
            }
          });

      bench.work(worker, key);

      assertEquals(left.toNanosPart() == 0, bench.report("m0").postponed());
    }
    assertEquals(List.of(new Workbench.Postponed(key, Duration.ofMinutes(15))), bench.postponed());
  }

  @Test
  void work_settlementTookLongerThanTheWait_isPostponedByNothing() {
    EventKey key = bench.received("evt");
    bench.inbox.after(
        call -> {
          if (call.step() == Step.SETTLE) {
            bench.moveTo(NOW.plusSeconds(11));
          }
        });

    bench.work(bench.worker(all(WorkerTest::failing)), key);

    assertEquals(List.of(new Workbench.Postponed(key, Duration.ZERO)), bench.postponed());
  }

  @Test
  void work_retry_isPostponedUnderTheTraceOfTheDelivery() {
    EventKey key = bench.received("evt");
    List<Pointer> postponed = new ArrayList<>();
    Routes routes = all((event, _) -> failOnly(event, key));

    bench.work(bench.worker(routes, MOST, (pointer, _) -> postponed.add(pointer)), key);

    assertEquals(List.of(new Pointer(key, "trace of evt")), postponed);
    assertNotNull(bench.report("m0").failedHandler(), "failedHandler");
  }

  @Test
  void work_delayedPointerNotSent_isTheRelaysAndHarmsNobody() {
    EventKey key = bench.received("evt");
    EventKey neighbour = bench.received("neighbour");
    Routes routes = all((event, _) -> failOnly(event, key));
    Worker worker =
        bench.worker(
            routes,
            MOST,
            (_, _) -> {
              throw new IllegalStateException("the queue is down");
            });

    assertEquals(List.of(), bench.work(worker, key, neighbour));

    Instant notBefore = NOW.plus(Lifecycle.backoff(key, 1));
    assertEquals(Report.Outcome.RETRY, bench.outcome("m0"));
    assertFalse(bench.report("m0").postponed());
    assertEquals(Status.RECEIVED, bench.status(key));
    assertEquals(notBefore, bench.found(key).notBefore());
    assertEquals(notBefore.plusSeconds(60), bench.found(key).dueAt());
    assertEquals(Status.DONE, bench.status(neighbour));
  }

  @Test
  void work_permanentFailure_isFailedAtOnce() {
    EventKey key = bench.received("evt");
    Routes routes =
        Routes.builder()
            .on(
                PROVIDER,
                TYPE,
                "first",
                (_, _) -> {
                  throw new PermanentFailure("no such customer", new ArithmeticException("1/0"));
                })
            .on(PROVIDER, TYPE, "second", counting)
            .build();

    assertEquals(List.of(), bench.work(bench.worker(routes), key));

    InboxRecord found = bench.found(key);
    assertEquals(Status.FAILED, found.status());
    assertEquals(1, found.attempts());
    assertEquals(
        "first: dev.hookset.work.PermanentFailure: no such customer, caused by"
            + " java.lang.ArithmeticException: 1/0",
        found.lastError());
    assertEquals(Report.Outcome.FAILED, bench.outcome("m0"));
    assertEquals(List.of(), bench.postponed());
    assertEquals(0, handled.get());
  }

  @Test
  void work_lastAttemptFails_isFailed() {
    EventKey key = bench.failed("evt", 2);

    assertEquals(List.of(), bench.work(bench.worker(all(WorkerTest::failing), 3), key));

    assertEquals(Status.FAILED, bench.status(key));
    assertEquals(3, bench.report("m0").attempt());
    assertEquals(List.of(), bench.postponed());
  }

  @Test
  void work_lastAttemptSucceeds_isDone() {
    EventKey key = bench.failed("evt", 2);

    assertEquals(List.of(), bench.work(bench.worker(all(counting), 3), key));

    assertEquals(Status.DONE, bench.status(key));
  }

  @TestFactory
  Stream<DynamicTest> work_anythingThrown_isOneFailedAttemptAndHarmsNobody() {
    Map<String, Handler> throwing = new HashMap<>();
    throwing.put("StackOverflowError", (_, _) -> depth(-1));
    throwing.put(
        "AssertionError",
        (_, _) -> {
          throw new AssertionError("assumed too much");
        });
    throwing.put(
        "OutOfMemoryError",
        (_, _) -> {
          throw new OutOfMemoryError("of the handler's own making");
        });
    throwing.put(
        "NoClassDefFoundError",
        (_, _) -> {
          throw new NoClassDefFoundError("forgotten/Jar");
        });
    throwing.put(
        "InterruptedException",
        (_, _) -> {
          throw new InterruptedException("by itself");
        });
    throwing.put(
        "UnspeakableFailure",
        (_, _) -> {
          throw new UnspeakableFailure();
        });
    throwing.put(
        "BadCause",
        (_, _) -> {
          throw new BadCause();
        });
    return throwing.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(), () -> isOneFailedAttempt(each.getKey(), each.getValue())));
  }

  private static void isOneFailedAttempt(String name, Handler handler) {
    Workbench bench = new Workbench();
    EventKey key = bench.received("evt");
    EventKey before = bench.received("before");
    EventKey after = bench.received("after");
    Worker worker =
        bench.worker(
            all(
                (event, context) -> {
                  if (event.key().equals(key)) {
                    handler.handle(event, context);
                  }
                }));

    assertEquals(List.of(), bench.work(worker, before, key, after));

    InboxRecord found = bench.found(key);
    assertEquals(Status.RECEIVED, found.status());
    assertEquals(1, found.attempts());
    assertTrue(String.valueOf(found.lastError()).contains(name), found.lastError());
    assertEquals(Status.DONE, bench.status(before));
    assertEquals(Status.DONE, bench.status(after));
  }

  /** An exception that throws another when it is asked what it is. */
  private static final class UnspeakableFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("not even this works");
    }
  }

  /** An exception that does not know its cause. */
  private static final class BadCause extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      throw new IllegalStateException("not even this works");
    }
  }

  @Test
  void work_longError_isShortenedInRecordAndReport() {
    EventKey key = bench.received("evt");
    String text = "\u20AC".repeat(5000);
    Worker worker =
        bench.worker(
            all(
                (_, _) -> {
                  throw new IllegalStateException(text);
                }));

    bench.work(worker, key);

    String error = String.valueOf(bench.found(key).lastError());
    assertEquals(Lifecycle.shortened(error), error);
    assertTrue(error.startsWith("only: java.lang.IllegalStateException: \u20AC"), error);
    assertEquals(error, bench.report("m0").error());
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
      names = {"DONE", "FAILED", "SKIPPED", "QUARANTINED"})
  void work_finished_isDropped(Status status) {
    EventKey key =
        switch (status) {
          case RECEIVED, PROCESSING -> fail("not final");
          case DONE, FAILED -> settled(status);
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
        status == Status.DONE ? new Settlement.Done(null) : new Settlement.Failed("for good");
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
    assertEquals("no attempt is left: 3 were made", found.lastError());
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
        call -> {
          if (call.step() == Step.EXHAUST) {
            bench.claim(key, "a worker with more attempts", NOW, NOW.plusSeconds(60), false);
          }
        });

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
    bench.inbox.after(
        call -> {
          if (call.step() == Step.CLAIM) {
            others.countDown();
          }
        });
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

  @ParameterizedTest
  @ValueSource(longs = {1, 20260601, -77})
  void work_aThousandOutcomesAtRandom_reportsExactlyTheRightOnes(long seed) {
    Random random = new Random(seed);
    Map<EventKey, Plan> plans = new ConcurrentHashMap<>();
    Worker worker =
        bench.worker(all((event, _) -> run(plans.getOrDefault(event.key(), Plan.UNKNOWN))), 3);
    bench.inbox.before(
        call -> {
          Plan plan = plans.getOrDefault(call.key(), Plan.UNKNOWN);
          boolean isOut =
              (plan == Plan.CLAIM_OUTAGE && call.step() == Step.CLAIM)
                  || (plan == Plan.SETTLE_OUTAGE && call.step() == Step.SETTLE);
          if (isOut) {
            throw new InboxUnavailable("down", new java.io.IOException());
          }
        });
    for (int batch = 0; batch < 100; batch++) {
      List<Message> messages = new ArrayList<>();
      Set<String> expected = new HashSet<>();
      for (int i = 0; i < 10; i++) {
        Plan plan = Plan.values()[random.nextInt(Plan.values().length)];
        String id = "evt " + batch + "." + i;
        EventKey key = key(id);
        plans.put(key, plan);
        prepare(plan, id);
        messages.add(new Message(id, plan == Plan.UNREADABLE ? null : key));
        if (plan.outcome.comesBack()) {
          expected.add(id);
        }
      }

      List<String> comeBack = bench.work(worker, messages);

      assertEquals(expected, new HashSet<>(comeBack), "seed " + seed + ", batch " + batch);
      assertEquals(expected.size(), comeBack.size(), "seed " + seed + ", batch " + batch);
      for (Message message : messages) {
        Plan plan = plans.getOrDefault(key(message.id()), Plan.UNKNOWN);
        assertEquals(plan.outcome, bench.outcome(message.id()), plan + ", seed " + seed);
      }
    }
  }

  /** What shall become of a message. */
  private enum Plan {
    DONE(Report.Outcome.DONE),
    RETRY(Report.Outcome.RETRY),
    ERROR(Report.Outcome.RETRY),
    PERMANENT(Report.Outcome.FAILED),
    LAST_ATTEMPT(Report.Outcome.FAILED),
    EXHAUSTED(Report.Outcome.FAILED),
    FINISHED(Report.Outcome.FINISHED),
    HELD(Report.Outcome.HELD),
    LAPSED(Report.Outcome.DONE),
    LAPSED_RETRY(Report.Outcome.RETRY),
    UNKNOWN(Report.Outcome.UNKNOWN),
    UNREADABLE(Report.Outcome.UNREADABLE),
    CLAIM_OUTAGE(Report.Outcome.INBOX_UNAVAILABLE),
    SETTLE_OUTAGE(Report.Outcome.INBOX_UNAVAILABLE);

    private final Report.Outcome outcome;

    Plan(Report.Outcome outcome) {
      this.outcome = outcome;
    }
  }

  private void prepare(Plan plan, String id) {
    EventKey _ =
        switch (plan) {
          case DONE, RETRY, ERROR, PERMANENT, CLAIM_OUTAGE, SETTLE_OUTAGE -> bench.received(id);
          case LAST_ATTEMPT -> bench.failed(id, 2);
          case EXHAUSTED -> bench.failed(id, 3);
          case FINISHED -> bench.recorded(id, Status.SKIPPED);
          case HELD -> bench.held(id, NOW.plusSeconds(1));
          case LAPSED -> bench.lapsed(id, 1);
          case LAPSED_RETRY -> bench.lapsed(id, 1);
          case UNKNOWN, UNREADABLE -> key(id);
        };
  }

  private static void run(Plan plan) {
    switch (plan) {
      case DONE, LAPSED, SETTLE_OUTAGE -> {}
      case RETRY, LAST_ATTEMPT, LAPSED_RETRY -> throw new IllegalStateException("later");
      case ERROR -> throw new AssertionError("an error");
      case PERMANENT -> throw new PermanentFailure("never");
      case EXHAUSTED, FINISHED, HELD, UNKNOWN, UNREADABLE, CLAIM_OUTAGE ->
          throw new PermanentFailure("must not run");
    }
  }

  // The inbox

  @Test
  void work_leaseLostBeforeTheMark_comesBackAndRunsNoFurtherHandler() {
    EventKey key = bench.received("evt");
    bench.inbox.before(call -> takeOverBefore(Step.MARK, call));
    Routes routes =
        Routes.builder()
            .on(PROVIDER, TYPE, "first", counting)
            .on(PROVIDER, TYPE, "second", counting)
            .build();

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
    bench.inbox.before(call -> takeOverBefore(Step.SETTLE, call));

    assertEquals(
        List.of("m0"),
        bench.work(bench.worker(all(succeeds ? counting : WorkerTest::failing)), key));

    assertEquals(Report.Outcome.LEASE_LOST, bench.outcome("m0"));
    assertEquals("another worker", bench.found(key).lease());
    assertEquals(Status.PROCESSING, bench.status(key));
    assertEquals(List.of(), bench.postponed());
  }

  private void takeOverBefore(Step step, WatchedInbox.Call call) {
    if (call.step() == step) {
      Instant later = DEADLINE.plusSeconds(6);
      bench.claim(call.key(), "another worker", later, later.plusSeconds(60), true);
    }
  }

  @Test
  void work_recordDeletedMeanwhile_comesBackAndStaysDeleted() {
    EventKey key = bench.received("evt");

    assertEquals(
        List.of("m0"), bench.work(bench.worker(all((_, _) -> bench.store.delete(key))), key));

    assertEquals(Report.Outcome.LEASE_LOST, bench.outcome("m0"));
    assertEquals(List.of(), bench.store.all());
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"CLAIM", "MARK", "SETTLE", "EXHAUST"})
  void work_inboxUnavailable_comesBackAndHarmsNobody(Step step) {
    EventKey key = step == Step.EXHAUST ? bench.failed("evt", 3) : bench.received("evt");
    EventKey neighbour = bench.received("neighbour");
    InboxRecord before = bench.found(key);
    bench.inbox.before(call -> outage(call, step, key));

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

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"CLAIM", "MARK", "SETTLE", "EXHAUST"})
  void work_inboxAnswerLost_comesBackAndTheNextInvocationsPutItRight(Step step) {
    EventKey key = step == Step.EXHAUST ? bench.failed("evt", 3) : bench.received("evt");
    bench.inbox.after(call -> outage(call, step, key));

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

  private Worker threeAttempts() {
    return bench.worker(
        Routes.builder()
            .on(PROVIDER, TYPE, "first", counting)
            .on(PROVIDER, TYPE, "second", counting)
            .build(),
        3);
  }

  private static void outage(WatchedInbox.Call call, Step step, EventKey key) {
    if (call.step() == step && call.key().equals(key)) {
      throw new InboxUnavailable("DynamoDB is down", new java.io.IOException("reset"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"CLAIM", "MARK", "SETTLE", "EXHAUST"})
  void work_recordThatCannotBeRead_comesBackAndHarmsNobody(Step step) {
    EventKey key = step == Step.EXHAUST ? bench.failed("evt", 3) : bench.received("evt");
    EventKey neighbour = bench.received("neighbour");
    bench.inbox.before(
        call -> {
          if (call.step() == step && call.key().equals(key)) {
            throw new IllegalStateException("a record without its attribute type");
          }
        });

    assertEquals(List.of("m0"), bench.work(threeAttempts(), key, neighbour));

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, bench.outcome("m0"));
    assertTrue(String.valueOf(bench.report("m0").error()).contains("without its attribute type"));
    assertEquals(Status.DONE, bench.status(neighbour));
  }

  // Suspects

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
        bench.worker(
            all(
                (event, _) -> {
                  handled.incrementAndGet();
                  if (event.key().equals(neighbour)) {
                    InboxRecord theirs =
                        bench.claim(suspect, "another worker", NOW, DEADLINE, true);
                    assertTrue(bench.store.settle(theirs, new Settlement.Done(null), NOW));
                  }
                }));

    assertEquals(List.of(), bench.work(worker, suspect, neighbour));

    assertEquals(Report.Outcome.FINISHED, bench.outcome("m0"));
    assertEquals(1, handled.get());
  }

  @Test
  void work_suspectTakenByAnotherWorkerMeanwhile_comesBack() {
    EventKey suspect = bench.lapsed("suspect", 1);
    EventKey neighbour = bench.received("neighbour");
    Worker worker =
        bench.worker(
            all(
                (event, _) -> {
                  handled.incrementAndGet();
                  if (event.key().equals(neighbour)) {
                    bench.claim(suspect, "another worker", NOW, DEADLINE, true);
                  }
                }));

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
    EventKey key = bench.received("evt");
    Instant past = NOW.minus(START_MARGIN);
    InboxRecord killed = bench.claim(key, "killed", past, past, false);
    assertTrue(bench.store.mark(killed, "first"));
    List<String> ran = new ArrayList<>();
    Routes routes =
        Routes.builder()
            .on(PROVIDER, TYPE, "first", (_, _) -> ran.add("first"))
            .on(PROVIDER, TYPE, "second", (_, _) -> ran.add("second"))
            .build();

    assertEquals(List.of(), bench.work(bench.worker(routes), key));

    assertEquals(List.of("second"), ran);
    assertEquals(Set.of("first", "second"), bench.found(key).doneHandlers());
  }

  @Test
  void work_everyHandlerDoneButNeverSettled_settlesWithoutRunningAny() {
    EventKey key = bench.received("evt");
    Instant past = NOW.minus(START_MARGIN);
    InboxRecord killed = bench.claim(key, "killed", past, past, false);
    assertTrue(bench.store.mark(killed, "only"));

    assertEquals(List.of(), bench.work(bench.worker(all(counting)), key));

    assertEquals(0, handled.get());
    assertEquals(Status.DONE, bench.status(key));
    assertEquals(Set.of("only"), bench.found(key).doneHandlers());
  }

  private static void failing(Event event, HandlerContext context) {
    throw new IllegalStateException("not yet");
  }

  private static void failOnly(Event event, EventKey key) {
    if (event.key().equals(key)) {
      throw new IllegalStateException("not yet");
    }
  }

  private static int depth(int left) {
    return left == 0 ? 0 : 1 + depth(left - 1);
  }

  private static EventKey keyWhoseFourthWaitIsLongerThan(Duration least) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> key("evt " + i))
        .filter(key -> Lifecycle.backoff(key, 4).compareTo(least) > 0)
        .findFirst()
        .orElseThrow();
  }
}
