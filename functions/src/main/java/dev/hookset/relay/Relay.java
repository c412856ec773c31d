package dev.hookset.relay;

import dev.hookset.Pointer;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Looks for open records whose time has come and pushes a pointer to each.
 *
 * <p>A record is due when nothing has been heard of it for a while: its first pointer was never
 * pushed, got lost or expired, its worker died, or its next attempt lies too far ahead for the
 * queue to hold a pointer. Before it is pushed, the time at which it is due is moved on, on the
 * condition that nobody has done so before; so two relays at once push it once, and one that a
 * worker is slow to take is pushed ever more rarely: after 2 minutes, 4, 8 and so on up to an hour.
 * A crash between the two steps costs such a step and nothing else. A record that cannot be read is
 * passed over, and holds up none of the others in its shard.
 *
 * <p>Safe to share between threads.
 */
public final class Relay {
  private final Inbox inbox;
  private final WorkQueue queue;
  private final Duration stopMargin;
  private final InstantSource clock;

  /**
   * Creates a relay.
   *
   * @param inbox where the records are
   * @param queue takes the pointers
   * @param stopMargin how long before its deadline a sweep ends
   * @param clock our clock
   */
  public Relay(Inbox inbox, WorkQueue queue, Duration stopMargin, InstantSource clock) {
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.queue = Objects.requireNonNull(queue, "queue");
    this.stopMargin = Objects.requireNonNull(stopMargin, "stopMargin");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * What a sweep did.
   *
   * @param rescued how many pointers the queue took that had never been pushed, or had led to no
   *     attempt that reported back
   * @param retries how many it took to records that wait for the next attempt after a failed one
   * @param notPushed how many it did not take; their records are due again later
   * @param outages what did not answer; empty if all went well
   * @param unreadable which records were passed over because they cannot be read, and why
   */
  public record Sweep(
      int rescued, int retries, int notPushed, List<String> outages, List<String> unreadable) {
    private static final Sweep NOTHING = new Sweep(0, 0, 0, List.of());

    /** Copies the lists. */
    public Sweep {
      outages = List.copyOf(outages);
      unreadable = List.copyOf(unreadable);
    }

    /** Creates one that could read every record. */
    public Sweep(int rescued, int retries, int notPushed, List<String> outages) {
      this(rescued, retries, notPushed, outages, List.of());
    }

    /** Returns how many pointers the queue took. */
    public int pushed() {
      return rescued + retries;
    }

    private Sweep plus(Sweep other) {
      List<String> all = new ArrayList<>(outages);
      all.addAll(other.outages);
      List<String> passedOver = new ArrayList<>(unreadable);
      passedOver.addAll(other.unreadable);
      return new Sweep(
          rescued + other.rescued,
          retries + other.retries,
          notPushed + other.notPushed,
          all,
          passedOver);
    }
  }

  /**
   * Sweeps all shards at the same time, each until nothing in it is due any more, the queue does
   * not answer, or the deadline is near.
   */
  public Sweep sweep(Instant deadline) {
    List<Future<Sweep>> shards = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < Lifecycle.SHARDS; i++) {
        int shard = i;
        shards.add(threads.submit(() -> sweepShard(shard, deadline.minus(stopMargin))));
      }
    }
    Sweep total = Sweep.NOTHING;
    for (Future<Sweep> shard : shards) {
      total = total.plus(shard.resultNow());
    }
    return total;
  }

  private Sweep sweepShard(int shard, Instant end) {
    Sweep sweep = Sweep.NOTHING;
    List<Due> batch = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    try {
      Iterator<Due> due =
          inbox.due(shard, clock.instant(), problem -> unreadable.add(problem.getMessage()));
      // While the queue takes nothing, what has not been moved on yet stays due for the next sweep.
      while (sweep.outages().isEmpty() && clock.instant().isBefore(end) && due.hasNext()) {
        Due next = due.next();
        Instant now = clock.instant();
        try {
          if (inbox.defer(next, Lifecycle.dueAfterPush(now, next.pushes()), now)) {
            batch.add(next);
          }
        } catch (UnreadableRecord e) {
          unreadable.add(e.getMessage());
        }
        if (batch.size() == WorkQueue.LARGEST_BATCH) {
          sweep = sweep.plus(push(batch));
          batch.clear();
        }
      }
    } catch (InboxUnavailable e) {
      sweep = sweep.plus(new Sweep(0, 0, 0, List.of(e.getMessage() + ": " + e.getCause())));
    }
    sweep = sweep.plus(new Sweep(0, 0, 0, List.of(), unreadable));
    return batch.isEmpty() ? sweep : sweep.plus(push(batch));
  }

  private Sweep push(List<Due> batch) {
    try {
      List<Pointer> refused = queue.pushAll(batch.stream().map(Relay::pointer).toList());
      int rescued = 0;
      int retries = 0;
      for (Due due : batch) {
        if (refused.contains(pointer(due))) {
          continue;
        }
        if (due.afterFailure()) {
          retries++;
        } else {
          rescued++;
        }
      }
      return new Sweep(rescued, retries, refused.size(), List.of());
    } catch (QueueUnavailable e) {
      return new Sweep(0, 0, batch.size(), List.of(e.getMessage() + ": " + e.getCause()));
    }
  }

  private static Pointer pointer(Due due) {
    return new Pointer(due.key(), due.traceId());
  }
}
