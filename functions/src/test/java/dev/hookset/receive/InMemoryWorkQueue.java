package dev.hookset.receive;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A work queue that lasts as long as the test does. Safe to share between threads. It loses,
 * doubles and reorders nothing.
 */
public final class InMemoryWorkQueue implements WorkQueue {
  private final InstantSource clock;
  private final List<Waiting> waiting = new ArrayList<>();
  private final List<Push> pushed = new ArrayList<>();

  /**
   * A pointer that was pushed.
   *
   * @param pointer what it points at
   * @param visibleAt from when on a worker may see it
   */
  public record Push(EventKey pointer, Instant visibleAt) {}

  private record Waiting(Pointer pointer, Instant visibleAt) {}

  /** Creates an empty queue whose delays run by {@code clock}. */
  public InMemoryWorkQueue(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public synchronized void push(Pointer pointer, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("delay must be from nothing to " + LONGEST_DELAY);
    }
    long seconds = delay.plusSeconds(1).minusNanos(1).toSeconds();
    Instant visibleAt = clock.instant().plusSeconds(seconds);
    waiting.add(new Waiting(pointer, visibleAt));
    pushed.add(new Push(pointer.key(), visibleAt));
  }

  @Override
  public synchronized List<Pointer> pushAll(List<Pointer> pointers) {
    if (pointers.size() > LARGEST_BATCH) {
      throw new IllegalArgumentException("at most " + LARGEST_BATCH + " pointers at once");
    }
    pointers.forEach(pointer -> push(pointer, Duration.ZERO));
    return List.of();
  }

  /** Takes out and returns what a worker may see now, the first pushed first. */
  public synchronized List<EventKey> receive() {
    return receivePointers().stream().map(Pointer::key).toList();
  }

  /** Does as {@link #receive}, traces included. */
  public synchronized List<Pointer> receivePointers() {
    Instant now = clock.instant();
    List<Pointer> visible =
        waiting.stream()
            .filter(push -> !push.visibleAt().isAfter(now))
            .map(Waiting::pointer)
            .toList();
    waiting.removeIf(push -> !push.visibleAt().isAfter(now));
    return visible;
  }

  /** Returns all that was ever pushed, received or not, the first pushed first. */
  public synchronized List<Push> pushed() {
    return List.copyOf(pushed);
  }
}
