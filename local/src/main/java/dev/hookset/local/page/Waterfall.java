package dev.hookset.local.page;

import dev.hookset.inbox.History;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.local.stack.Exchange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an event's time went, attempt by attempt. Each span was measured, as the stack told of its
 * ends; what nobody saw is left out.
 */
final class Waterfall {
  /** An event that is replayed again and again has more attempts than anybody looks at. */
  private static final int MOST_ATTEMPTS = 10;

  private static final int MOST_PUSHES = 5;

  private final EventActivity known;
  private final List<Attempt> attempts = new ArrayList<>();
  private List<Span> spans = new ArrayList<>();
  private Instant since = Instant.MIN;
  private LogEntry.@Nullable Transition claim;

  private Waterfall(EventActivity known) {
    this.known = known;
  }

  /**
   * A stretch of time.
   *
   * @param what what was done in it, or what it led to: {@code received}, {@code recorded}, {@code
   *     pushed}, {@code claimed}, a handler's name, or how the attempt was settled
   * @param isHandler whether a handler ran
   * @param failed whether it ended in a failure
   */
  record Span(String what, boolean isHandler, Instant from, Instant to, boolean failed) {
    Span(String what, Instant from, Instant to) {
      this(what, false, from, to, false);
    }
  }

  /**
   * An attempt, with all that led to it.
   *
   * @param number which it is, from 1; 0 while no worker has begun one
   * @param spans at least one, the earliest first
   */
  record Attempt(int number, List<Span> spans) {
    /** Copies the list. */
    Attempt {
      spans = List.copyOf(spans);
    }

    Instant start() {
      return spans.getFirst().from();
    }
  }

  /**
   * Returns the last attempts, the oldest first.
   *
   * @param known what was seen of the event
   * @param delivery what brought it first; null if that is not known
   * @param record what is recorded of it; it tells the times of an event that nobody saw here
   */
  static List<Attempt> of(
      EventActivity known, @Nullable Exchange delivery, @Nullable InboxRecord record) {
    boolean seen =
        known.transitions().stream().anyMatch(step -> step.kind() == LogEntry.Kind.RECORDED);
    List<Attempt> all =
        seen || record == null ? new Waterfall(known).seen(delivery) : recorded(record);
    return all.subList(Math.max(0, all.size() - MOST_ATTEMPTS), all.size());
  }

  private static List<Attempt> recorded(InboxRecord record) {
    List<Attempt> attempts = new ArrayList<>();
    for (History.Entry entry : record.history().entries()) {
      if (entry instanceof History.Attempt attempt && attempt.end() != null) {
        List<Span> spans = new ArrayList<>();
        if (attempts.isEmpty() && attempt.number() == 1 && record.replays() == 0) {
          spans.add(new Span("claimed", record.receivedAt(), attempt.at()));
        }
        boolean failed = attempt.end().error() != null;
        spans.add(new Span("worked on", false, attempt.at(), attempt.end().at(), failed));
        attempts.add(new Attempt(attempt.number(), spans));
      }
    }
    return attempts;
  }

  private List<Attempt> seen(@Nullable Exchange delivery) {
    if (delivery != null) {
      Instant receivedAt = delivery.receivedAt();
      spans.add(new Span("received", receivedAt, receivedAt.plus(delivery.took())));
    }
    List<LogEntry.Transition> steps = known.transitions();
    for (int i = 0; i < steps.size(); i++) {
      LogEntry.Transition step = steps.get(i);
      switch (step.kind()) {
        case RECORDED -> {
          spans.add(
              new Span(
                  "recorded", delivery == null ? step.at() : delivery.receivedAt(), step.at()));
          since = step.at();
        }
        case REPLAYED -> {
          end(step.at());
          since = step.at();
        }
        case CLAIMED -> {
          end(step.at());
          claimed(step);
        }
        case DONE, SUPERSEDED, RETURNED, RETRY, FAILED -> settled(step);
        case HANDLED, PUSHED_AGAIN, FOUND -> {}
      }
    }
    end(Instant.MAX);
    return attempts;
  }

  /** Ends the attempt, or the wait for one, that is there. */
  private void end(Instant before) {
    LogEntry.Transition begun = claim;
    if (begun != null) {
      spans.addAll(runs(begun, before));
      attempts.add(new Attempt(begun.attempt(), spans));
      spans = new ArrayList<>();
      claim = null;
    } else if (before.equals(Instant.MAX) && !spans.isEmpty()) {
      addPushes(before);
      attempts.add(new Attempt(0, spans));
    }
  }

  private void claimed(LogEntry.Transition step) {
    Instant from = addPushes(step.at());
    spans.add(new Span("claimed", from.isAfter(step.at()) ? step.at() : from, step.at()));
    claim = step;
    since = step.at();
  }

  /**
   * Adds the pushes until a claim, and returns from when on a worker could come for it. A worker
   * may have come before the queue had answered who pushed.
   */
  private Instant addPushes(Instant until) {
    List<LogEntry.Pushed> pushes =
        known.pushes().stream()
            .filter(push -> !push.from().isBefore(since) && !push.from().isAfter(until))
            .toList();
    Instant from = since.equals(Instant.MIN) ? until : since;
    for (LogEntry.Pushed push :
        pushes.subList(Math.max(0, pushes.size() - MOST_PUSHES), pushes.size())) {
      boolean isDelayed = push.visible().isAfter(push.to());
      if (!isDelayed) {
        spans.add(new Span("pushed", push.from(), push.to()));
      }
      Instant seen = isDelayed ? push.visible() : push.to();
      from = seen.isAfter(until) ? (isDelayed ? until : push.from()) : seen;
    }
    return from;
  }

  private void settled(LogEntry.Transition step) {
    LogEntry.Transition begun = claim;
    if (begun == null) {
      return; // It was given up without another attempt.
    }
    List<Span> runs = runs(begun, step.at());
    spans.addAll(runs);
    Instant from = runs.isEmpty() ? begun.at() : runs.getLast().to();
    boolean failed = step.kind() == LogEntry.Kind.RETRY || step.kind() == LogEntry.Kind.FAILED;
    spans.add(
        new Span(
            step.kind() == LogEntry.Kind.RETURNED ? "put back" : "settled",
            false,
            from.isAfter(step.at()) ? step.at() : from,
            step.at(),
            failed));
    attempts.add(new Attempt(begun.attempt(), spans));
    spans = new ArrayList<>();
    claim = null;
    since = step.at();
  }

  private List<Span> runs(LogEntry.Transition begun, Instant until) {
    return known.attempts().stream()
        .filter(attempt -> attempt.attempt() == begun.attempt())
        .flatMap(attempt -> attempt.runs().stream())
        .filter(run -> !run.from().isBefore(begun.at()) && !run.from().isAfter(until))
        .map(run -> new Span(run.handler(), true, run.from(), run.to(), run.trace() != null))
        .toList();
  }
}
