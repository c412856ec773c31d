package dev.hookset.local.reconcile;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/**
 * Records what never came, as if it had come now, and pushes a pointer as a receiver does: it is
 * handled once, as all others, whatever is delivered later. Its record says that it came by this.
 */
public final class Backfill {
  /** How such an event came, in its record. */
  public static final String VIA = "backfill";

  private final Inbox inbox;
  private final WorkQueue queue;
  private final InstantSource clock;

  /** Creates it; calls nothing. */
  public Backfill(Inbox inbox, WorkQueue queue, InstantSource clock) {
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.queue = Objects.requireNonNull(queue, "queue");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * What became of an event.
   *
   * @param key under which it is recorded
   * @param recorded whether it was not there before
   */
  public record Filled(EventKey key, boolean recorded) {}

  /** Records an event, unless it is there by now. */
  public Filled record(Event event) {
    Recording recording =
        inbox.record(new NewRecord(event, clock.instant(), Status.RECEIVED, Map.of(), null, VIA));
    boolean waits =
        switch (recording) {
          case Recording.Created _ -> true;
          case Recording.Existing existing -> existing.waits();
        };
    if (waits) {
      try {
        queue.push(Pointer.to(event.key()), Duration.ZERO);
      } catch (QueueUnavailable e) {
        // It is recorded, and the relay pushes it.
      }
    }
    return new Filled(event.key(), recording instanceof Recording.Created);
  }
}
