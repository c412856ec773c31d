package dev.hookset.local.listen;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.local.operator.ParallelCalls;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Records events in the local inbox and pushes pointers to them, as a receiver does with a
 * delivery; under the events' own keys, so that what is here is known and not handled twice. The
 * record says which stack it came from.
 *
 * <p>Safe to interrupt at any point: what was recorded and not pushed is pushed when it is played
 * again, or by the relay.
 */
public final class LocalCopies {
  private final Inbox inbox;
  private final WorkQueue queue;
  private final String via;
  private final boolean again;
  private final InstantSource clock;
  private final Map<EventKey, Integer> replaysBefore = new ConcurrentHashMap<>();

  /**
   * Creates it; calls nothing.
   *
   * @param inbox the local inbox
   * @param queue the local work queue
   * @param stack the name of the stack that the events come from
   * @param again whether what is here already is to be handled once more
   * @param clock our clock
   */
  public LocalCopies(
      Inbox inbox, WorkQueue queue, String stack, boolean again, InstantSource clock) {
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.queue = Objects.requireNonNull(queue, "queue");
    this.via = "stack " + stack;
    this.again = again;
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** What is to be pushed, and what is said of it. */
  private record Step(Outcome outcome, boolean push) {}

  /**
   * Plays events: records them at the same time, then pushes to them in their order.
   *
   * @return what became of each, in their order
   * @throws LocalStackAway if the local stack does not answer; to be called again with the same
   */
  public List<Outcome> play(List<Copy> copies) {
    return here(
        () -> {
          Instant now = clock.instant();
          List<Step> steps =
              ParallelCalls.call(
                  copies.stream().<Callable<Step>>map(copy -> () -> recorded(copy, now)).toList());
          List<Pointer> pointers = new ArrayList<>();
          for (int i = 0; i < copies.size(); i++) {
            if (steps.get(i).push()) {
              pointers.add(new Pointer(copies.get(i).key(), copies.get(i).traceId()));
            }
          }
          push(pointers);
          return steps.stream().map(Step::outcome).toList();
        });
  }

  /**
   * Records an event without having it handled.
   *
   * @throws LocalStackAway if the local stack does not answer
   */
  public Outcome keep(Copy copy) {
    return here(
        () -> {
          Recording recording = inbox.record(fresh(copy, Status.SKIPPED, clock.instant()));
          return switch (recording) {
            case Recording.Created _ -> Outcome.RECORDED;
            case Recording.Existing existing -> already(copy, existing);
          };
        });
  }

  private Step recorded(Copy copy, Instant now) {
    Status status =
        switch (copy.status()) {
          case RECEIVED, PROCESSING, DONE, SUPERSEDED, FAILED -> Status.RECEIVED;
          case SKIPPED -> Status.SKIPPED;
          case QUARANTINED -> Status.QUARANTINED;
        };
    return switch (inbox.record(fresh(copy, status, now))) {
      case Recording.Created _ ->
          status == Status.RECEIVED
              ? new Step(Outcome.PLAYED, true)
              : new Step(Outcome.RECORDED, false);
      case Recording.Existing existing -> known(copy, existing, status, now);
    };
  }

  private Step known(Copy copy, Recording.Existing existing, Status status, Instant now) {
    EventKey key = copy.key();
    Outcome outcome = already(copy, existing);
    if (outcome == Outcome.DIFFERS_HERE || status != Status.RECEIVED) {
      return new Step(outcome, false);
    }
    if (existing.waits()) {
      // It may have been cut off between its record and its push.
      return new Step(outcome, true);
    }
    InboxRecord here = inbox.find(key).orElse(null);
    if (here == null || !(again || wasKept(here))) {
      return new Step(outcome, false);
    }
    // Played once more, and no oftener: nobody may know whether a replay that failed was applied.
    Integer before = replaysBefore.putIfAbsent(key, here.replays());
    if ((before != null && here.replays() > before) || !inbox.replay(here, now)) {
      return new Step(outcome, false);
    }
    return new Step(wasKept(here) ? Outcome.PLAYED : Outcome.PLAYED_AGAIN, true);
  }

  /** Whether it was brought here to be looked at, and has never been handled. */
  private static boolean wasKept(InboxRecord here) {
    return here.status() == Status.SKIPPED && here.via() != null && here.replays() == 0;
  }

  private static Outcome already(Copy copy, Recording.Existing existing) {
    return existing.digest().equals(copy.event().body().sha256())
        ? Outcome.ALREADY_HERE
        : Outcome.DIFFERS_HERE;
  }

  private NewRecord fresh(Copy copy, Status status, Instant now) {
    return new NewRecord(copy.event(), now, status, copy.headers(), copy.traceId(), via);
  }

  private void push(List<Pointer> pointers) {
    for (int i = 0; i < pointers.size(); i += WorkQueue.LARGEST_BATCH) {
      List<Pointer> batch =
          pointers.subList(i, Math.min(i + WorkQueue.LARGEST_BATCH, pointers.size()));
      queue.pushAll(batch).forEach(left -> queue.push(left, Duration.ZERO));
    }
  }

  private static <T> T here(Supplier<T> step) {
    try {
      return step.get();
    } catch (InboxUnavailable | QueueUnavailable | SdkException e) {
      throw new LocalStackAway(e);
    }
  }
}
