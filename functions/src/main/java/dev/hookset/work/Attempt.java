package dev.hookset.work;

import dev.hookset.Event;
import dev.hookset.Pointer;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.SubjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt on a record that this worker holds: its handlers, the mark after each, the settlement
 * and, if it is to be tried again soon, the delayed pointer.
 *
 * <p>What a handler did is noted with backoff for as long as the invocation lasts: a success that
 * is not written down is a handler that runs twice.
 */
final class Attempt {
  /** How long the delayed pointer is worth waiting for: the relay brings what was not sent. */
  private static final Duration LONGEST_TRY_TO_SEND = Duration.ofSeconds(10);

  /** Of a chain of causes so many are told; libraries wrap the same thing again and again. */
  private static final int MOST_CAUSES = 4;

  private final Message message;
  private final InboxRecord record;
  private final boolean takenOver;
  private final Inbox inbox;
  private final DelayedPointers delayedPointers;
  private final Routes routes;
  private final int maxAttempts;
  private final HandlerThreads threads;
  private final InstantSource clock;
  private final OutageRetry retry;
  private final Instant interruption;
  private final Instant lastCall;
  private final HandlerLogs handlerLogs;
  private final List<String> done = new ArrayList<>();
  private final List<Report.Run> runs = new ArrayList<>();
  private @Nullable String failedHandler;

  /**
   * @param record as it was when the claim was granted
   * @param takenOver whether an earlier worker had not reported back
   * @param interruption when the handlers that still run are interrupted
   * @param lastCall after which a call that failed is not repeated
   */
  Attempt(
      Message message,
      InboxRecord record,
      boolean takenOver,
      Inbox inbox,
      DelayedPointers delayedPointers,
      Routes routes,
      int maxAttempts,
      HandlerThreads threads,
      InstantSource clock,
      OutageRetry retry,
      Instant interruption,
      Instant lastCall,
      HandlerLogs handlerLogs) {
    this.message = message;
    this.record = record;
    this.takenOver = takenOver;
    this.inbox = inbox;
    this.delayedPointers = delayedPointers;
    this.routes = routes;
    this.maxAttempts = maxAttempts;
    this.threads = threads;
    this.clock = clock;
    this.retry = retry;
    this.interruption = interruption;
    this.lastCall = lastCall;
    this.handlerLogs = handlerLogs;
  }

  /** Makes the attempt and returns what became of it. */
  Report run() {
    try {
      return handle();
    } catch (RuntimeException e) {
      // What the handlers did may not be written down. The lease lapses, and the record is taken
      // up again.
      return report(Report.Outcome.INBOX_UNAVAILABLE, describe(e));
    }
  }

  private Report handle() {
    Event event;
    try {
      event = record.event(inbox.body(record));
    } catch (BodyLost e) {
      return settled(new Settlement.Failed(describe(e)), describe(e));
    } catch (InboxUnavailable e) {
      // Bodies that are kept apart are in another store than their records, so this one may be
      // down alone. The wait belongs into the record, as after any failure: a message that waits
      // in flight would come back before the store does, and use up the attempts.
      return failed("body", e);
    }
    List<Routes.Named> left =
        routes.handlersFor(event).stream()
            .filter(handler -> !record.doneHandlers().contains(handler.name()))
            .toList();
    Map<String, SubjectKey> subjects = new HashMap<>();
    for (Routes.Named handler : left) {
      if (handler.subject() != null) {
        Instant from = clock.instant();
        Throwable failure =
            failureOf(
                () ->
                    handler
                        .about(event)
                        .ifPresent(subject -> subjects.put(handler.name(), subject)));
        if (failure != null) {
          runs.add(new Report.Run(handler.name(), from, clock.instant(), failure));
          failedHandler = handler.name();
          return failed(handler.name(), failure);
        }
      }
    }
    Turns turns = new Turns(record, inbox, routes, clock, retry);
    try {
      return turns.take(subjects.values(), interruption)
          ? handle(event, left, subjects, turns)
          : settled(new Settlement.Returned(takenOver), null);
    } finally {
      turns.end(lastCall);
    }
  }

  private Report handle(
      Event event, List<Routes.Named> left, Map<String, SubjectKey> subjects, Turns turns) {
    List<Routes.Named> open =
        left.stream().filter(handler -> !turns.isSuperseded(subjects.get(handler.name()))).toList();
    for (int i = 0; i < open.size(); i++) {
      Routes.Named handler = open.get(i);
      Instant from = clock.instant();
      Throwable failure =
          failureOf(() -> handler.handler().handle(event, context(event, handler.name())));
      runs.add(new Report.Run(handler.name(), from, clock.instant(), failure));
      if (failure != null) {
        failedHandler = handler.name();
        return failed(handler.name(), failure);
      }
      done.add(handler.name());
      turns.handled(subjects.get(handler.name()));
      boolean isLast = i == open.size() - 1;
      if (!isLast && !noted(() -> inbox.mark(record, handler.name()))) {
        return report(Report.Outcome.LEASE_LOST, null);
      }
    }
    String last = done.isEmpty() ? null : done.getLast();
    return settled(
        open.size() < left.size() ? new Settlement.Superseded(last) : new Settlement.Done(last),
        null);
  }

  /** Code of the user's. */
  private interface Run {
    void run() throws Exception;
  }

  private @Nullable Throwable failureOf(Run run) {
    if (!threads.begin()) {
      return new TimeoutException("the invocation ran out of time before this handler could start");
    }
    try {
      run.run();
      return null;
    } catch (Throwable e) {
      // It is the user's code, and this is the outermost loop around it: whatever it throws, an
      // Error included, is one failed attempt on this event and must not take the others
      // in the batch along.
      return e;
    } finally {
      threads.end();
    }
  }

  private HandlerContext context(Event event, String handler) {
    return new HandlerContext(
        record.attempts(),
        maxAttempts,
        interruption,
        clock,
        event.key().toString(),
        record.traceId(),
        handlerLogs.of(event, record.attempts(), handler));
  }

  private Report failed(String step, Throwable failure) {
    String error = Lifecycle.shortened(step + ": " + describe(failure));
    if (failure instanceof PermanentFailure || record.attempts() >= maxAttempts) {
      return settled(new Settlement.Failed(error), error);
    }
    Instant notBefore = clock.instant().plus(Lifecycle.backoff(record.key(), record.attempts()));
    return settled(new Settlement.Retry(error, notBefore), error);
  }

  private Report settled(Settlement settlement, @Nullable String error) {
    Instant now = clock.instant();
    if (!noted(() -> inbox.settle(record, settlement, now))) {
      return report(Report.Outcome.LEASE_LOST, error);
    }
    return switch (settlement) {
      case Settlement.Done _ -> report(Report.Outcome.DONE, null);
      case Settlement.Superseded _ -> report(Report.Outcome.SUPERSEDED, null);
      case Settlement.Failed _ -> report(Report.Outcome.FAILED, error);
      case Settlement.Retry retried ->
          report(Report.Outcome.RETRY, error, retried.notBefore(), isSent(retried.notBefore()));
      case Settlement.Returned _ -> {
        Instant again = now.plus(Lifecycle.TURN_WAIT);
        yield report(Report.Outcome.BUSY, null, again, isSent(again));
      }
    };
  }

  /** Writes a note until the inbox has answered, or there is no time to ask again. */
  private boolean noted(BooleanSupplier write) {
    return retry.untilAnswered(InboxUnavailable.class, lastCall, write::getAsBoolean);
  }

  private boolean isSent(Instant notBefore) {
    Instant now = clock.instant();
    if (Duration.between(now, notBefore).compareTo(DelayedPointers.LONGEST_DELAY) > 0) {
      return false;
    }
    if (now.isAfter(lastCall)) {
      return false;
    }
    Instant last = now.plus(LONGEST_TRY_TO_SEND);
    try {
      return retry.untilAnswered(
          RuntimeException.class,
          last.isBefore(lastCall) ? last : lastCall,
          () -> {
            Duration delay = Duration.between(clock.instant(), notBefore);
            delayedPointers.send(
                new Pointer(record.key(), record.traceId()),
                delay.isNegative() ? Duration.ZERO : delay);
            return true;
          });
    } catch (RuntimeException e) {
      // The relay looks after the record a minute after its wait is over.
      return false;
    }
  }

  private Report report(Report.Outcome outcome, @Nullable String error) {
    return report(outcome, error, null, false);
  }

  private Report report(
      Report.Outcome outcome, @Nullable String error, @Nullable Instant notBefore, boolean isSent) {
    return Report.of(message, record, outcome, done, failedHandler, runs, error, notBefore, isSent);
  }

  /** Says what failed. A handler's own exception need not even be able to say that. */
  static String describe(Throwable failure) {
    try {
      StringBuilder text = new StringBuilder(failure.toString());
      boolean isSilent = failure.getMessage() == null;
      Throwable cause = failure.getCause();
      for (int told = 0; cause != null && told < MOST_CAUSES; told++) {
        String said = cause.toString();
        // What was said already, or is but the name of the same class, adds nothing.
        if (text.indexOf(said) < 0) {
          text.append(", caused by ").append(said);
        }
        isSilent &= cause.getMessage() == null;
        cause = cause.getCause();
      }
      return isSilent ? text.append(place(failure)).toString() : text.toString();
    } catch (RuntimeException | Error e) {
      return failure.getClass().getName();
    }
  }

  /** Where it was thrown, outside of Java's own classes: names alone tell nobody what to do. */
  private static String place(Throwable failure) {
    for (StackTraceElement frame : failure.getStackTrace()) {
      String name = frame.getClassName();
      if (!name.startsWith("java.") && !name.startsWith("jdk.") && !name.startsWith("sun.")) {
        return " at " + name + " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
      }
    }
    return "";
  }
}
