package dev.hookset.faults;

import dev.hookset.inbox.History;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Holds the history of a record to what else the record says. */
final class Histories {
  private Histories() {}

  /** Returns where the two disagree, in words. */
  static List<String> contradictions(InboxRecord record, int maxAttempts) {
    List<History.Entry> entries = record.history().entries();
    List<String> found = new ArrayList<>();
    if (entries.size() > History.MOST_ENTRIES + maxAttempts + 1) {
      found.add("a history of " + entries.size() + " entries");
    }
    boolean isWhole = entries.size() < History.MOST_ENTRIES;
    long replays = entries.stream().filter(History.Replayed.class::isInstance).count();
    if (isWhole ? replays != record.replays() : replays > record.replays()) {
      found.add("was replayed " + record.replays() + " times, and its history says " + replays);
    }
    List<Integer> numbers = new ArrayList<>();
    for (History.Entry entry : entries) {
      switch (entry) {
        case History.Attempt attempt -> numbers.add(attempt.number());
        case History.Replayed _ -> numbers.clear();
        case History.GivenUp _ -> {}
      }
    }
    int first = isWhole ? 1 : record.attempts() - numbers.size() + 1;
    if (!numbers.equals(IntStream.rangeClosed(first, record.attempts()).boxed().toList())) {
      found.add("had " + record.attempts() + " attempts, and its history says " + numbers);
    }
    if (!endsAs(record)) {
      found.add("is " + record.status() + ", and its history ends with " + entries.getLast());
    }
    return found;
  }

  private static boolean endsAs(InboxRecord record) {
    List<History.Entry> entries = record.history().entries();
    if (entries.isEmpty()) {
      return record.attempts() == 0;
    }
    return switch (entries.getLast()) {
      case History.Attempt attempt -> {
        History.End end = attempt.end();
        yield record.status() == (end == null ? Status.PROCESSING : end.status());
      }
      case History.GivenUp _ -> record.status() == Status.FAILED;
      case History.Replayed _ -> record.status() == Status.RECEIVED;
    };
  }
}
