package dev.hookset.work;

import dev.hookset.EventKey;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

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
      "no attempts left, and the last one never reported back: its worker was killed or ran out"
          + " of time";

  private final Inbox inbox;
  private final DelayedPointers delayedPointers;
  private final Routes routes;
  private final int maxAttempts;
  private final Margins margins;
  private final InstantSource clock;
  private final OutageRetry retry;
  private final WorkLog log;
  private final HandlerLogs handlerLogs;

  /**
   * Creates a worker.
   *
   * @param inbox where the records are
   * @param delayedPointers brings back what is to be tried again soon
   * @param routes which handlers an event goes to
   * @param maxAttempts how many attempts a record gets
   * @param margins when it does what for the last time
   * @param clock our clock
   * @param sleep waits between two tries of a call
   * @param log is told of each message
   * @param handlerLogs makes the logs that handlers print to
   */
  public Worker(
      Inbox inbox,
      DelayedPointers delayedPointers,
      Routes routes,
      int maxAttempts,
      Margins margins,
      InstantSource clock,
      Sleep sleep,
      WorkLog log,
      HandlerLogs handlerLogs) {
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.delayedPointers = Objects.requireNonNull(delayedPointers, "delayedPointers");
    this.routes = Objects.requireNonNull(routes, "routes");
    this.maxAttempts = maxAttempts;
    this.margins = Objects.requireNonNull(margins, "margins");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.retry = new OutageRetry(clock, Objects.requireNonNull(sleep, "sleep"));
    this.log = Objects.requireNonNull(log, "log");
    this.handlerLogs = Objects.requireNonNull(handlerLogs, "handlerLogs");
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
    Batch batch = new Batch(invocation, deadline);
    List<Report> reports = new ArrayList<>();
    List<Suspect> suspects = new ArrayList<>();
    for (Step step : batch.threads.runAll(messages.stream().map(batch::first).toList())) {
      switch (step) {
        case Ended ended -> reports.add(ended.report());
        case Suspect suspect -> suspects.add(suspect);
      }
    }
    suspects.sort(Comparator.comparingInt(Suspect::attempts));
    for (Suspect suspect : suspects) {
      for (Step step : batch.threads.runAll(List.of(batch.second(suspect)))) {
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

  /** The messages of one invocation. */
  private final class Batch {
    private final String invocation;
    private final Instant deadline;
    private final InvocationThreads threads;

    Batch(String invocation, Instant deadline) {
      this.invocation = invocation;
      this.deadline = deadline;
      this.threads = new InvocationThreads(deadline.minus(margins.stop()), clock);
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
      if (now.plus(margins.start()).isAfter(deadline)) {
        return noted(Report.unclaimed(message, Report.Outcome.NO_TIME, null));
      }
      String owner = invocation + "/" + message.id();
      try {
        ClaimTerms terms =
            new ClaimTerms(owner, now, deadline.plus(LEASE_BEYOND_DEADLINE), maxAttempts, takeOver);
        return switch (inbox.claim(key, terms)) {
          case Claim.Granted granted -> noted(attempt(message, granted.claimed(), takeOver).run());
          case Claim.Lapsed lapsed -> new Suspect(message, key, lapsed.attempts());
          case Claim.Held _ -> noted(Report.unclaimed(message, Report.Outcome.HELD, null));
          case Claim.TooEarly _ -> noted(Report.unclaimed(message, Report.Outcome.TOO_EARLY, null));
          case Claim.Finished _ -> noted(Report.unclaimed(message, Report.Outcome.FINISHED, null));
          case Claim.Unknown _ -> noted(Report.unclaimed(message, Report.Outcome.UNKNOWN, null));
          case Claim.Unreadable unreadable ->
              noted(
                  Report.unclaimed(
                      message, Report.Outcome.UNREADABLE_RECORD, unreadable.problem()));
          case Claim.Exhausted exhausted -> noted(giveUp(message, exhausted.found()));
        };
      } catch (RuntimeException e) {
        // An outage: it must not take the others in the batch along. Nothing was run, so the
        // message's return is the retry.
        return noted(
            Report.unclaimed(message, Report.Outcome.INBOX_UNAVAILABLE, Attempt.describe(e)));
      }
    }

    private Attempt attempt(Message message, InboxRecord claimed, boolean takenOver) {
      return new Attempt(
          message,
          claimed,
          takenOver,
          inbox,
          delayedPointers,
          routes,
          maxAttempts,
          threads.handlers(),
          clock,
          retry,
          deadline.minus(margins.stop()),
          deadline.minus(margins.lastCall()),
          handlerLogs);
    }

    private Report giveUp(Message message, InboxRecord found) {
      String error =
          found.status() == Status.PROCESSING
              ? NEVER_REPORTED_BACK
              : "no attempts left: " + found.attempts() + " were made";
      return inbox.exhaust(found, maxAttempts, error, clock.instant())
          ? Report.of(
              message, found, Report.Outcome.FAILED, List.of(), null, List.of(), error, null, false)
          : Report.unclaimed(message, Report.Outcome.HELD, null);
    }

    private Ended noted(Report report) {
      log.note(report);
      return new Ended(report);
    }
  }
}
