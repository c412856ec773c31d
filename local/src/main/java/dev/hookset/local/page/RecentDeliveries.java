package dev.hookset.local.page;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Status;
import dev.hookset.local.operator.Mention;
import dev.hookset.local.stack.Exchange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last deliveries and the activity of their events, in memory. What is oldest makes room:
 * beyond {@link #MOST_DELIVERIES} a delivery goes, beyond {@link #MOST_BODY_BYTES} its body.
 *
 * <p>Not safe to share between threads; the log calls it under its lock.
 */
final class RecentDeliveries {
  /** How many deliveries are kept. */
  static final int MOST_DELIVERIES = 10_000;

  /** How many bytes the bodies that are kept may have together. */
  static final long MOST_BODY_BYTES = 64L * 1024 * 1024;

  private final TreeMap<Long, LogEntry.Delivered> deliveries = new TreeMap<>();
  private final Map<EventKey, EventActivity> events = new HashMap<>();
  private final Deque<LogEntry.Delivered> withBody = new ArrayDeque<>();
  private long bodyBytes;
  private long last;

  void add(LogEntry entry) {
    switch (entry) {
      case LogEntry.Delivered delivered -> add(delivered);
      case LogEntry.Cleared cleared -> clear(cleared.last());
      case LogEntry.Transition transition -> {
        // The record is written before the delivery is answered. What came otherwise, or is not
        // shown any more, is not followed.
        EventActivity event =
            transition.kind() == LogEntry.Kind.RECORDED
                ? follow(transition.key())
                : events.get(transition.key());
        if (event != null) {
          event.add(transition);
        }
      }
      case LogEntry.Output output -> ifFollowed(output.key(), event -> event.add(output));
      case LogEntry.Pushed pushed -> ifFollowed(pushed.key(), event -> event.add(pushed));
      case LogEntry.Worked worked -> ifFollowed(worked.key(), event -> event.add(worked));
    }
  }

  private void ifFollowed(EventKey key, Consumer<EventActivity> adding) {
    EventActivity event = events.get(key);
    if (event != null) {
      adding.accept(event);
    }
  }

  private void add(LogEntry.Delivered delivered) {
    last = Math.max(last, delivered.number());
    deliveries.put(delivered.number(), delivered);
    EventKey key = delivered.key();
    if (key != null) {
      follow(key).addDelivery(delivered.number());
    }
    Body body = delivered.exchange().body();
    if (body != null) {
      withBody.add(delivered);
      bodyBytes += body.size();
    }
    while (bodyBytes > MOST_BODY_BYTES) {
      evictBody(withBody.remove());
    }
    while (deliveries.size() > MOST_DELIVERIES) {
      evict(deliveries.firstEntry().getValue());
    }
  }

  private EventActivity follow(EventKey key) {
    return events.computeIfAbsent(key, _ -> new EventActivity());
  }

  private void evictBody(LogEntry.Delivered delivered) {
    Exchange whole = delivered.exchange();
    bodyBytes -= Objects.requireNonNull(whole.body()).size();
    deliveries.computeIfPresent(delivered.number(), (_, _) -> delivered.withoutBody());
  }

  private void evict(LogEntry.Delivered delivered) {
    deliveries.remove(delivered.number());
    if (delivered.exchange().body() != null) {
      withBody.remove(delivered);
      bodyBytes -= delivered.exchange().body().size();
    }
    EventKey key = delivered.key();
    EventActivity event = key == null ? null : events.get(key);
    if (event != null) {
      event.removeDelivery(delivered.number());
      if (event.deliveries().isEmpty()) {
        events.remove(key);
      }
    }
  }

  /** Forgets events, with what brought them, and what mentions a text; returns how many came. */
  int forget(Set<EventKey> keys, @Nullable Mention mention) {
    List<LogEntry.Delivered> gone =
        deliveries.values().stream()
            .filter(
                each ->
                    keys.contains(each.key())
                        || keys.contains(each.original())
                        || (mention != null && mentions(each.exchange(), mention)))
            .toList();
    gone.forEach(this::evict);
    events.keySet().removeAll(keys);
    return gone.size();
  }

  private static boolean mentions(Exchange exchange, Mention mention) {
    Body body = exchange.body();
    return mention.isInAnyOf(exchange.headers().values()) || (body != null && mention.isIn(body));
  }

  private void clear(long lastSoFar) {
    last = Math.max(last, lastSoFar);
    deliveries.clear();
    events.clear();
    withBody.clear();
    bodyBytes = 0;
  }

  /** Returns the number of the next delivery. */
  long nextNumber() {
    return last + 1;
  }

  /** Returns the delivery of that number, or null if it is not there any more. */
  LogEntry.@Nullable Delivered delivery(long number) {
    return deliveries.get(number);
  }

  /** Returns the deliveries, the oldest first. */
  Collection<LogEntry.Delivered> deliveries() {
    return deliveries.values();
  }

  /** Returns the deliveries of the numbers between two others, the newest first. */
  List<LogEntry.Delivered> between(long above, long below) {
    return above >= below
        ? List.of()
        : List.copyOf(deliveries.subMap(above, false, below, false).descendingMap().values());
  }

  /** Returns the activity of an event, or null if none is known. */
  @Nullable EventActivity activityOf(EventKey key) {
    return events.get(key);
  }

  /** Returns the last transition of each event that has one. */
  List<LogEntry.Transition> lastTransitions() {
    List<LogEntry.Transition> transitions = new ArrayList<>();
    for (EventActivity event : events.values()) {
      LogEntry.Transition transition = event.last();
      if (transition != null) {
        transitions.add(transition);
      }
    }
    return transitions;
  }

  /** Returns the events of which it is known that handlers ran, with their names. */
  Map<EventKey, Set<String>> handlers() {
    Map<EventKey, Set<String>> handlers = new HashMap<>();
    events.forEach(
        (key, event) -> {
          Set<String> ran = event.handlers();
          if (!ran.isEmpty()) {
            handlers.put(key, ran);
          }
        });
    return handlers;
  }

  /** Returns the numbers of the deliveries that brought other bytes under the ID of {@code key}. */
  List<Long> conflictsOf(EventKey key) {
    return deliveries.values().stream()
        .filter(other -> other.isConflict() && key.equals(other.original()))
        .map(LogEntry.Delivered::number)
        .toList();
  }

  /**
   * Returns the events that were last seen open and are not among those, or are and were not last
   * seen so.
   */
  List<EventKey> differing(Set<EventKey> open) {
    return events.entrySet().stream()
        .filter(
            entry -> {
              Status status = entry.getValue().status();
              return status != null && status.isFinal() == open.contains(entry.getKey());
            })
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns all that is kept, in an order in which it can be added again. */
  Stream<LogEntry> entries() {
    return Stream.<Collection<? extends LogEntry>>concat(
            Stream.of(List.of(new LogEntry.Cleared(last)), deliveries.values()),
            events.values().stream()
                .filter(event -> !event.deliveries().isEmpty())
                .flatMap(
                    event ->
                        Stream.of(
                            event.transitions(), event.output(), event.pushes(), event.attempts())))
        .flatMap(Collection::stream);
  }
}
