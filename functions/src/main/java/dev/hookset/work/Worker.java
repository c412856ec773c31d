package dev.hookset.work;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Works on a batch of messages: claims each record, runs its handlers, settles it.
 *
 * <p>The messages of a batch run at the same time, but for the suspects: a record whose earlier
 * worker never reported back may be what killed it. Suspects run alone, one after the other, when
 * all else in the batch is settled, so that their neighbours do not pay for them; those with the
 * fewest attempts first, as the one that kills has the most.
 *
 * <p>Safe to share between threads.
 */
public final class Worker {
  private static final Duration LEASE_BEYOND_DEADLINE = Duration.ofSeconds(5);
  private static final String NEVER_REPORTED_BACK =
      "no attempt is left, and the last one never reported back: its worker was killed or ran out of time";

  private final Inbox inbox;
  private final Postponer postponer;
  private final Routes routes;
  private final int maxAttempts;
  private final Duration startMargin;
  private final Duration stopMargin;
  private final InstantSource clock;
  private final WorkLog log;

  /**
   * Creates a worker.
   *
   * @param inbox where the records are
   * @param postponer brings back what is to be tried again soon
   * @param routes which handlers an event goes to
   * @param maxAttempts how many attempts a record gets
   * @param startMargin how much of an invocation's time must be left to start on a record
   * @param stopMargin how long before an invocation's end the handlers that still run are
   *     interrupted; it must suffice to settle
   * @param clock our clock
   * @param log is told of each message
   */
  public Worker(
      Inbox inbox,
      Postponer postponer,
      Routes routes,
      int maxAttempts,
      Duration startMargin,
      Duration stopMargin,
      InstantSource clock,
      WorkLog log) {
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.postponer = Objects.requireNonNull(postponer, "postponer");
    this.routes = Objects.requireNonNull(routes, "routes");
    this.maxAttempts = maxAttempts;
    this.startMargin = Objects.requireNonNull(startMargin, "startMargin");
    this.stopMargin = Objects.requireNonNull(stopMargin, "stopMargin");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.log = Objects.requireNonNull(log, "log");
  }

  /**
   * Works on a batch and returns the IDs of the messages that are to be delivered again.
   *
   * <p>Does not return while the thread of a handler lives: the platform would freeze it and thaw
   * it beside its successor. A handler that does not stop when it is interrupted so makes the
   * invocation time out.
   *
   * @param messages the batch
   * @param invocation the invocation's ID, different for each
   * @param deadline when the invocation will be cut off
   */
  public List<String> work(List<Message> messages, String invocation, Instant deadline) {
    Invocation current = new Invocation(invocation, deadline);
    List<Report> reports = new ArrayList<>();
    List<Suspect> suspects = new ArrayList<>();
    for (Step step : current.runAll(messages.stream().map(current::first).toList())) {
      switch (step) {
        case Ended ended -> reports.add(ended.report());
        case Suspect suspect -> suspects.add(suspect);
      }
    }
    suspects.sort(Comparator.comparingInt(Suspect::attempts));
    for (Suspect suspect : suspects) {
      for (Step step : current.runAll(List.of(current.second(suspect)))) {
        reports.add(((Ended) step).report());
      }
    }
    return reports.stream()
        .filter(report -> report.outcome().comesBack())
        .map(Report::messageId)
        .toList();
  }

  /** How far a message has come. */
  private sealed interface Step {}

  private record Ended(Report report) implements Step {}

  private record Suspect(Message message, EventKey key, int attempts) implements Step {}

  /** One invocation: its time, and the threads that run in it. */
  private final class Invocation {
    private final String id;
    private final Instant deadline;
    private final Interrupter interrupter = new Interrupter();

    Invocation(String id, Instant deadline) {
      this.id = id;
      this.deadline = deadline;
    }

    /**
     * Runs the tasks at the same time, each on its own thread, and returns their results when all
     * threads have ended.
     */
    <T> List<T> runAll(List<Callable<T>> tasks) {
      List<FutureTask<T>> running = tasks.stream().map(FutureTask::new).toList();
      running.forEach(task -> Thread.ofVirtual().name("hookset-work").start(task));
      boolean interrupted = false;
      for (FutureTask<T> task : running) {
        while (!task.isDone()) {
          try {
            awaitUntilStop(task);
          } catch (InterruptedException e) {
            interrupted = true;
            interrupter.stop();
          }
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      List<T> results = new ArrayList<>();
      for (FutureTask<T> task : running) {
        try {
          results.add(task.resultNow());
        } catch (IllegalStateException e) {
          throw new IllegalStateException("a worker's task must not throw", task.exceptionNow());
        }
      }
      return results;
    }

    private <T> void awaitUntilStop(FutureTask<T> task) throws InterruptedException {
      Duration left = Duration.between(clock.instant(), deadline.minus(stopMargin));
      try {
        task.get(Math.max(left.toNanos(), 0), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        interrupter.stop();
        try {
          task.get();
        } catch (ExecutionException alsoSeenByCaller) {
          return;
        }
      } catch (ExecutionException alsoSeenByCaller) {
        return;
      }
    }

    Callable<Step> first(Message message) {
      return () -> {
        EventKey key = message.pointer();
        if (key == null) {
          return noted(Report.unclaimed(message, Report.Outcome.UNREADABLE, null));
        }
        return claimAndRun(message, key, false);
      };
    }

    Callable<Step> second(Suspect suspect) {
      return () -> claimAndRun(suspect.message(), suspect.key(), true);
    }

    private Step claimAndRun(Message message, EventKey key, boolean takeOver) {
      Instant now = clock.instant();
      if (now.plus(startMargin).isAfter(deadline)) {
        return noted(Report.unclaimed(message, Report.Outcome.NO_TIME, null));
      }
      String owner = id + "/" + message.id();
      try {
        ClaimTerms terms =
            new ClaimTerms(owner, now, deadline.plus(LEASE_BEYOND_DEADLINE), maxAttempts, takeOver);
        return switch (inbox.claim(key, terms)) {
          case Claim.Granted granted -> new Ended(new Attempt(message, granted.claimed()).run());
          case Claim.Lapsed lapsed -> new Suspect(message, key, lapsed.attempts());
          case Claim.Held _ -> noted(Report.unclaimed(message, Report.Outcome.HELD, null));
          case Claim.TooEarly _ -> noted(Report.unclaimed(message, Report.Outcome.TOO_EARLY, null));
          case Claim.Finished _ -> noted(Report.unclaimed(message, Report.Outcome.FINISHED, null));
          case Claim.Unknown _ -> noted(Report.unclaimed(message, Report.Outcome.UNKNOWN, null));
          case Claim.Exhausted exhausted -> noted(giveUp(message, exhausted.found()));
        };
      } catch (RuntimeException e) {
        // An outage, or a record that is damaged: it must not take the others in the batch along.
        return noted(Report.unclaimed(message, Report.Outcome.INBOX_UNAVAILABLE, describe(e)));
      }
    }

    private Report giveUp(Message message, InboxRecord found) {
      String error =
          found.status() == Status.PROCESSING
              ? NEVER_REPORTED_BACK
              : "no attempt is left: " + found.attempts() + " were made";
      return inbox.exhaust(found, maxAttempts, error, clock.instant())
          ? Report.of(
              message, found, Report.Outcome.FAILED, List.of(), null, List.of(), error, null, false)
          : Report.unclaimed(message, Report.Outcome.HELD, null);
    }

    private Ended noted(Report report) {
      log.note(report);
      return new Ended(report);
    }

    /** One attempt on a record that we hold. */
    private final class Attempt {
      private final Message message;
      private final InboxRecord record;
      private final List<String> done = new ArrayList<>();
      private final List<Report.Run> runs = new ArrayList<>();
      private @Nullable String failedHandler;

      Attempt(Message message, InboxRecord record) {
        this.message = message;
        this.record = record;
      }

      Report run() {
        Report report;
        try {
          report = handle();
        } catch (RuntimeException e) {
          // What the handlers did may not be written down. The lease lapses, and the record is
          // taken up again.
          report = report(Report.Outcome.INBOX_UNAVAILABLE, describe(e));
        }
        log.note(report);
        return report;
      }

      private Report handle() {
        Event event;
        try {
          event = record.event(inbox.body(record));
        } catch (BodyLost e) {
          return settled(new Settlement.Failed(describe(e)), describe(e));
        } catch (InboxUnavailable e) {
          // Bodies that are kept apart are in another store than their records, so this one may be
          // down alone. The wait belongs into the record, as after any failure: a message that
          // waits
          // in flight would come back before the store does, and use up the attempts.
          return failed("body", e);
        }
        List<Routes.Named> open =
            routes.handlersFor(event).stream()
                .filter(handler -> !record.doneHandlers().contains(handler.name()))
                .toList();
        for (int i = 0; i < open.size(); i++) {
          Routes.Named handler = open.get(i);
          Instant from = clock.instant();
          Throwable failure = failureOf(handler.handler(), event);
          runs.add(new Report.Run(handler.name(), from, clock.instant(), failure != null));
          if (failure != null) {
            failedHandler = handler.name();
            return failed(handler.name(), failure);
          }
          done.add(handler.name());
          boolean isLast = i == open.size() - 1;
          if (!isLast && !inbox.mark(record, handler.name())) {
            return report(Report.Outcome.LEASE_LOST, null);
          }
        }
        return settled(new Settlement.Done(done.isEmpty() ? null : done.getLast()), null);
      }

      private @Nullable Throwable failureOf(Handler handler, Event event) {
        if (!interrupter.begin()) {
          return new TimeoutException("the invocation's time was up before this handler's turn");
        }
        try {
          handler.handle(event);
          return null;
        } catch (Throwable e) {
          // The handler is the user's code, and this is the outermost loop around it: whatever it
          // throws, an Error included, is
          // one failed attempt on this event and must not take the others in the batch along.
          return e;
        } finally {
          interrupter.end();
        }
      }

      private Report failed(String step, Throwable failure) {
        String error = Lifecycle.shortened(step + ": " + describe(failure));
        if (failure instanceof PermanentFailure || record.attempts() >= maxAttempts) {
          return settled(new Settlement.Failed(error), error);
        }
        Instant notBefore =
            clock.instant().plus(Lifecycle.backoff(record.key(), record.attempts()));
        return settled(new Settlement.Retry(error, notBefore), error);
      }

      private Report settled(Settlement settlement, @Nullable String error) {
        if (!inbox.settle(record, settlement, clock.instant())) {
          return report(Report.Outcome.LEASE_LOST, error);
        }
        return switch (settlement) {
          case Settlement.Done _ -> report(Report.Outcome.DONE, null);
          case Settlement.Failed _ -> report(Report.Outcome.FAILED, error);
          case Settlement.Retry retry ->
              report(Report.Outcome.RETRY, error, retry.notBefore(), postpone(retry));
        };
      }

      private boolean postpone(Settlement.Retry retry) {
        Duration wait = Duration.between(clock.instant(), retry.notBefore());
        if (wait.compareTo(Postponer.LONGEST_WAIT) > 0) {
          return false;
        }
        try {
          postponer.postpone(
              new Pointer(record.key(), record.traceId()),
              wait.isNegative() ? Duration.ZERO : wait);
          return true;
        } catch (RuntimeException e) {
          // The relay looks after the record a minute after its wait is over.
          return false;
        }
      }

      private Report report(Report.Outcome outcome, @Nullable String error) {
        return report(outcome, error, null, false);
      }

      private Report report(
          Report.Outcome outcome,
          @Nullable String error,
          @Nullable Instant notBefore,
          boolean postponed) {
        return Report.of(
            message, record, outcome, done, failedHandler, runs, error, notBefore, postponed);
      }
    }
  }

  /** Says what failed. A handler's own exception need not even be able to say that. */
  private static String describe(Throwable failure) {
    try {
      StringBuilder text = new StringBuilder(failure.toString());
      Throwable cause = failure.getCause();
      if (cause != null) {
        text.append(", caused by ").append(cause);
      }
      return text.toString();
    } catch (RuntimeException | Error e) {
      return failure.getClass().getName();
    }
  }
}
