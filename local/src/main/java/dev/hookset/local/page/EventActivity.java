package dev.hookset.local.page;

import dev.hookset.inbox.Status;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one event, whatever its record says: its transitions, what its handlers printed,
 * and the deliveries that brought it. Of a lively event the oldest make room.
 */
final class EventActivity {
  private static final int MOST_TRANSITIONS = 500;
  private static final int MOST_LINES = 500;
  private static final int MOST_PUSHES = 100;
  private static final int MOST_ATTEMPTS = 50;

  private final List<LogEntry.Transition> transitions = new ArrayList<>();
  private final List<LogEntry.Output> output = new ArrayList<>();
  private final List<LogEntry.Pushed> pushes = new ArrayList<>();
  private final List<LogEntry.Worked> attempts = new ArrayList<>();
  private final List<Long> deliveries = new ArrayList<>();

  void add(LogEntry.Transition transition) {
    add(transitions, transition, MOST_TRANSITIONS);
  }

  void add(LogEntry.Output line) {
    add(output, line, MOST_LINES);
  }

  void add(LogEntry.Pushed push) {
    add(pushes, push, MOST_PUSHES);
  }

  void add(LogEntry.Worked attempt) {
    add(attempts, attempt, MOST_ATTEMPTS);
  }

  void addDelivery(long number) {
    deliveries.add(number);
  }

  void removeDelivery(long number) {
    deliveries.remove(number);
  }

  private static <T> void add(List<T> list, T next, int most) {
    if (list.size() == most) {
      list.removeFirst();
    }
    list.add(next);
  }

  EventActivity copy() {
    EventActivity copy = new EventActivity();
    copy.transitions.addAll(transitions);
    copy.output.addAll(output);
    copy.pushes.addAll(pushes);
    copy.attempts.addAll(attempts);
    copy.deliveries.addAll(deliveries);
    return copy;
  }

  /** Returns its transitions, the oldest first. */
  List<LogEntry.Transition> transitions() {
    return transitions;
  }

  /** Returns what its handlers printed, the oldest line first. */
  List<LogEntry.Output> output() {
    return output;
  }

  /** Returns when pointers to it were put onto the queue, the oldest first. */
  List<LogEntry.Pushed> pushes() {
    return pushes;
  }

  /** Returns its attempts in which a handler ran and that have ended, the oldest first. */
  List<LogEntry.Worked> attempts() {
    return attempts;
  }

  /** Returns the numbers of the deliveries that brought it. */
  List<Long> deliveries() {
    return deliveries;
  }

  /** Returns the names of the handlers that ran for it, in whichever attempt. */
  Set<String> handlers() {
    return attempts.stream()
        .flatMap(attempt -> attempt.runs().stream())
        .map(LogEntry.Run::handler)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Returns its last transition, or null if none was seen. */
  LogEntry.@Nullable Transition last() {
    return transitions.isEmpty() ? null : transitions.getLast();
  }

  /** Returns its status after the last transition, or null if none was seen. */
  @Nullable Status status() {
    return transitions.isEmpty() ? null : transitions.getLast().status();
  }
}
