package dev.hookset.work;

import static dev.hookset.work.Workbench.FAILING;
import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.PROVIDER;
import static dev.hookset.work.Workbench.TYPE;
import static dev.hookset.work.Workbench.all;
import static dev.hookset.work.Workbench.both;
import static dev.hookset.work.Workbench.key;
import static dev.hookset.work.Workbench.only;
import static dev.hookset.work.Workbench.throwing;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a worker does when a handler fails: how long the event waits, and when it is given up. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerFailuresTest {
  private static final int MOST = Lifecycle.DEFAULT_MAX_ATTEMPTS;

  private final Workbench bench = new Workbench();
  private final AtomicInteger handled = new AtomicInteger();
  private final Handler counting = (_, _) -> handled.incrementAndGet();

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
                  throw new IOException("no answer");
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
    Worker worker = bench.worker(all(FAILING));
    Duration wait = Lifecycle.backoff(key, 4);
    for (Duration left : List.of(Duration.ofMinutes(15), Duration.ofMinutes(15).plusNanos(1))) {
      bench.moveTo(NOW);
      bench.store.delete(key);
      bench.failed(key.eventId(), 3);
      bench.inbox.after(
          WatchedInbox.Watch.at(Step.SETTLE, () -> bench.moveTo(NOW.plus(wait).minus(left))));

      bench.work(worker, key);

      assertEquals(left.toNanosPart() == 0, bench.report("m0").postponed());
    }
    assertEquals(List.of(new Workbench.Postponed(key, Duration.ofMinutes(15))), bench.postponed());
  }

  @Test
  void work_settlementTookLongerThanTheWait_isPostponedByNothing() {
    EventKey key = bench.received("evt");
    bench.inbox.after(WatchedInbox.Watch.at(Step.SETTLE, () -> bench.moveTo(NOW.plusSeconds(11))));

    bench.work(bench.worker(all(FAILING)), key);

    assertEquals(List.of(new Workbench.Postponed(key, Duration.ZERO)), bench.postponed());
  }

  @Test
  void work_retry_isPostponedUnderTheTraceOfTheDelivery() {
    EventKey key = bench.received("evt");
    List<Pointer> postponed = new ArrayList<>();
    Routes routes = all(only(key, FAILING));

    bench.work(bench.worker(routes, MOST, (pointer, _) -> postponed.add(pointer)), key);

    assertEquals(List.of(new Pointer(key, "trace of evt")), postponed);
    assertNotNull(bench.report("m0").failedHandler(), "failedHandler");
  }

  @Test
  void work_delayedPointerNotSent_isTheRelaysAndHarmsNobody() {
    EventKey key = bench.received("evt");
    EventKey neighbour = bench.received("neighbour");
    Routes routes = all(only(key, FAILING));
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
    Handler first =
        throwing(() -> new PermanentFailure("no such customer", new ArithmeticException("1/0")));

    assertEquals(List.of(), bench.work(bench.worker(both(first, counting)), key));

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
  void work_failureWithoutAMessage_saysWhereAndNamesNothingTwice() {
    // "java.net.ConnectException, caused by java.net.ConnectException" was all that a night's list
    // of failed events said.
    EventKey key = bench.received("evt");
    EventKey wrapped = bench.received("wrapped");
    ConnectException silent = new ConnectException();
    silent.initCause(new ConnectException());
    RuntimeException twice = new IllegalStateException(new ConnectException("refused"));
    Handler both =
        (event, context) -> {
          if (event.key().equals(key)) {
            throw silent;
          }
          throw twice;
        };

    bench.work(bench.worker(all(both)), key, wrapped);

    String error = String.valueOf(bench.found(key).lastError());
    assertTrue(
        error.matches(
            "only: java\\.net\\.ConnectException at dev\\.hookset\\.work\\.WorkerFailuresTest"
                + " \\(WorkerFailuresTest\\.java:\\d+\\)"),
        error);
    assertEquals(
        "only: java.lang.IllegalStateException: java.net.ConnectException: refused",
        bench.found(wrapped).lastError());
  }

  @Test
  void work_lastAttemptFails_isFailed() {
    EventKey key = bench.failed("evt", 2);

    assertEquals(List.of(), bench.work(bench.worker(all(FAILING), 3), key));

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

  @ParameterizedTest(name = "{0}")
  @MethodSource("anything")
  void work_anythingThrown_isOneFailedAttemptAndHarmsNobody(String name, Handler handler) {
    EventKey key = bench.received("evt");
    EventKey before = bench.received("before");
    EventKey after = bench.received("after");
    Worker worker = bench.worker(all(only(key, handler)));

    assertEquals(List.of(), bench.work(worker, before, key, after));

    InboxRecord found = bench.found(key);
    assertEquals(Status.RECEIVED, found.status());
    assertEquals(1, found.attempts());
    assertTrue(String.valueOf(found.lastError()).contains(name), found.lastError());
    assertEquals(Status.DONE, bench.status(before));
    assertEquals(Status.DONE, bench.status(after));
  }

  private static Stream<Arguments> anything() {
    return Stream.of(
        thrown("StackOverflowError", (_, _) -> depth(-1)),
        thrown("AssertionError", throwing(() -> new AssertionError("assumed too much"))),
        thrown(
            "OutOfMemoryError",
            throwing(() -> new OutOfMemoryError("of the handler's own making"))),
        thrown("NoClassDefFoundError", throwing(() -> new NoClassDefFoundError("forgotten/Jar"))),
        thrown("InterruptedException", throwing(() -> new InterruptedException("by itself"))),
        thrown("UnspeakableFailure", throwing(UnspeakableFailure::new)),
        thrown("BadCause", throwing(BadCause::new)));
  }

  private static Arguments thrown(String name, Handler handler) {
    return Arguments.of(name, handler);
  }

  private static int depth(int left) {
    return left == 0 ? 0 : 1 + depth(left - 1);
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
    Worker worker = bench.worker(all(throwing(() -> new IllegalStateException(text))));

    bench.work(worker, key);

    String error = String.valueOf(bench.found(key).lastError());
    assertEquals(Lifecycle.shortened(error), error);
    assertTrue(error.startsWith("only: java.lang.IllegalStateException: \u20AC"), error);
    assertEquals(error, bench.report("m0").error());
  }

  private static EventKey keyWhoseFourthWaitIsLongerThan(Duration least) {
    return Stream.iterate(0, i -> i + 1)
        .map(i -> key("evt " + i))
        .filter(key -> Lifecycle.backoff(key, 4).compareTo(least) > 0)
        .findFirst()
        .orElseThrow();
  }
}
