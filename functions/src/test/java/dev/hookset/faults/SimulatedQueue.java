package dev.hookset.faults;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import dev.hookset.work.Message;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A work queue that hides a message once it is received, shows it again unless it was deleted, and
 * moves it aside when it came back too often; besides, it loses and doubles messages and refuses
 * pushes when told to. Safe to share between threads.
 */
final class SimulatedQueue implements WorkQueue {
  static final Duration VISIBILITY = Duration.ofMinutes(6);
  static final int MAX_RECEIVES = 20;

  private final InstantSource clock;
  private final List<Waiting> messages = new ArrayList<>();
  private final List<EventKey> movedAside = new ArrayList<>();
  private int lastId;
  private int refusals;
  private boolean doubling;

  SimulatedQueue(InstantSource clock) {
    this.clock = clock;
  }

  private static final class Waiting {
    private final Message message;
    private final EventKey pointer;
    private Instant visibleAt;
    private int receives;

    Waiting(Message message, EventKey pointer, Instant visibleAt) {
      this.message = message;
      this.pointer = pointer;
      this.visibleAt = visibleAt;
    }
  }

  /** A message as received, once. */
  final class Receipt {
    private final Waiting waiting;

    private Receipt(Waiting waiting) {
      this.waiting = waiting;
    }

    Message message() {
      return waiting.message;
    }

    /** Deletes the message, however often it was received since. */
    void delete() {
      synchronized (SimulatedQueue.this) {
        messages.remove(waiting);
      }
    }
  }

  @Override
  public synchronized void push(Pointer pointer, Duration delay) {
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("delay must be from nothing to " + LONGEST_DELAY);
    }
    if (refusals > 0) {
      refusals--;
      throw new QueueUnavailable("pushing", new IOException("told to refuse"));
    }
    Instant visibleAt = clock.instant().plusSeconds(delay.plusSeconds(1).minusNanos(1).toSeconds());
    lastId++;
    Message message = new Message("m" + lastId, pointer.key());
    for (int i = 0; i < (doubling ? 2 : 1); i++) {
      messages.add(new Waiting(message, pointer.key(), visibleAt));
    }
  }

  @Override
  public synchronized List<Pointer> pushAll(List<Pointer> pointers) {
    if (pointers.isEmpty() || pointers.size() > LARGEST_BATCH) {
      throw new IllegalArgumentException("from 1 to " + LARGEST_BATCH + " pointers at once");
    }
    List<Pointer> refused = new ArrayList<>();
    for (Pointer pointer : pointers) {
      try {
        push(pointer, Duration.ZERO);
      } catch (QueueUnavailable e) {
        refused.add(pointer);
      }
    }
    return refused;
  }

  /** Receives the message that has been visible for longest, if there is one. */
  synchronized Optional<Receipt> receive() {
    Instant now = clock.instant();
    Optional<Waiting> first =
        messages.stream()
            .filter(waiting -> !waiting.visibleAt.isAfter(now))
            .min(Comparator.comparing(waiting -> waiting.visibleAt));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Waiting waiting = first.get();
    if (waiting.receives == MAX_RECEIVES) {
      messages.remove(waiting);
      movedAside.add(waiting.pointer);
      return receive();
    }
    waiting.receives++;
    waiting.visibleAt = now.plus(VISIBILITY);
    return Optional.of(new Receipt(waiting));
  }

  /** Returns when the next message is to be seen, if there is one. */
  synchronized Optional<Instant> nextVisible() {
    return messages.stream().map(waiting -> waiting.visibleAt).min(Comparator.naturalOrder());
  }

  /** Returns how many messages there are, hidden or not. */
  synchronized int size() {
    return messages.size();
  }

  /** Returns the pointers that came back too often. */
  synchronized List<EventKey> movedAside() {
    return List.copyOf(movedAside);
  }

  /** Refuses the next {@code count} pointers. */
  synchronized void refuse(int count) {
    refusals = count;
  }

  /** Keeps two of each message from now on. */
  synchronized void doubleAll() {
    doubling = true;
  }

  /** Loses message number {@code index}. */
  synchronized void lose(int index) {
    messages.remove(index);
  }

  /** Shows message number {@code index} twice: at once, and when it would be seen. */
  synchronized void doubleOne(int index) {
    Waiting waiting = messages.get(index);
    messages.add(new Waiting(waiting.message, waiting.pointer, clock.instant()));
  }
}
