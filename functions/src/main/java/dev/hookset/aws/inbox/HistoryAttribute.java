package dev.hookset.aws.inbox;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromL;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromM;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.hookset.inbox.History;
import dev.hookset.inbox.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How a history stands in a DynamoDB item: a list of maps, {@code {at, n, pushes, ended, as,
 * error}} for an attempt and {@code {at, as, error}} for the rest. The names are short, as each
 * write is charged for the item's whole size.
 *
 * <p>A claim does not know which attempt it makes, so it adds {@code at} alone: such an entry has
 * the number that is missing. An attempt that failed as the entry before did has no {@code error}:
 * what fails for hours mostly says the same each time.
 */
final class HistoryAttribute {
  static final String NAME = "history";

  /** What a list is begun with. */
  static final AttributeValue NONE = fromL(List.of());

  private static final String GIVEN_UP = "GIVEN_UP";
  private static final String REPLAYED = "REPLAYED";

  private HistoryAttribute() {}

  /** The list that a claim adds. */
  static AttributeValue claimed(Instant at) {
    return fromL(List.of(fromM(Map.of("at", Items.millis(at)))));
  }

  /** The list that the end of a record without attempts adds. */
  static AttributeValue givenUp(Instant at, String error) {
    return fromL(List.of(write(new History.GivenUp(at, error), null)));
  }

  static AttributeValue write(History history) {
    List<AttributeValue> list = new ArrayList<>();
    String last = null;
    for (History.Entry entry : history.entries()) {
      list.add(write(entry, last));
      last = error(entry);
    }
    return fromL(list);
  }

  private static @Nullable String error(History.Entry entry) {
    return switch (entry) {
      case History.Attempt(_, _, _, History.End end) -> end == null ? null : end.error();
      case History.GivenUp givenUp -> givenUp.error();
      case History.Replayed _ -> null;
    };
  }

  private static AttributeValue write(History.Entry entry, @Nullable String lastError) {
    Map<String, AttributeValue> map = new HashMap<>();
    map.put("at", Items.millis(entry.at()));
    switch (entry) {
      case History.Attempt attempt -> {
        map.put("n", fromN(Integer.toString(attempt.number())));
        if (attempt.pushes() > 0) {
          map.put("pushes", fromN(Integer.toString(attempt.pushes())));
        }
        History.End end = attempt.end();
        if (end != null) {
          map.put("ended", Items.millis(end.at()));
          map.put("as", fromS(end.status().name()));
          if (end.error() != null && !end.error().equals(lastError)) {
            map.put("error", fromS(end.error()));
          }
        }
      }
      case History.GivenUp givenUp -> {
        map.put("as", fromS(GIVEN_UP));
        map.put("error", fromS(givenUp.error()));
      }
      case History.Replayed _ -> map.put("as", fromS(REPLAYED));
    }
    return fromM(map);
  }

  /**
   * Reads a history. What it does not understand it leaves out: no event may be held up by a note.
   *
   * @param list the attribute; null if the item has none
   * @param attempts how many attempts the item counts
   */
  static History read(@Nullable AttributeValue list, int attempts) {
    if (list == null || !list.hasL() || list.l().isEmpty()) {
      return History.NONE;
    }
    List<History.Entry> entries = new ArrayList<>();
    String last = null;
    for (AttributeValue each : list.l()) {
      try {
        History.Entry entry = entry(each.m(), last);
        entries.add(entry);
        last = error(entry);
      } catch (IllegalArgumentException e) {
        // Left out, as it says above.
      }
    }
    return new History(numbered(entries, attempts));
  }

  /** Gives the attempts that have no number the ones that lead to the last. */
  private static List<History.Entry> numbered(List<History.Entry> entries, int last) {
    int number = last;
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i) instanceof History.Attempt attempt) {
        if (attempt.number() == 0) {
          entries.set(
              i, new History.Attempt(number, attempt.at(), attempt.pushes(), attempt.end()));
        }
        number = (attempt.number() == 0 ? number : attempt.number()) - 1;
      }
    }
    return entries;
  }

  private static History.Entry entry(Map<String, AttributeValue> map, @Nullable String lastError) {
    Instant at = Instant.ofEpochMilli(number(map, "at"));
    String as = string(map, "as");
    String error = string(map, "error");
    if (GIVEN_UP.equals(as)) {
      return new History.GivenUp(at, error == null ? "" : error);
    }
    if (REPLAYED.equals(as)) {
      return new History.Replayed(at);
    }
    return new History.Attempt(
        map.containsKey("n") ? (int) number(map, "n") : 0,
        at,
        map.containsKey("pushes") ? (int) number(map, "pushes") : 0,
        as == null ? null : end(map, Status.valueOf(as), error == null ? lastError : error));
  }

  private static History.End end(
      Map<String, AttributeValue> map, Status status, @Nullable String error) {
    return new History.End(
        Instant.ofEpochMilli(number(map, "ended")),
        status,
        status == Status.DONE || status == Status.SUPERSEDED ? null : error);
  }

  private static @Nullable String string(Map<String, AttributeValue> map, String name) {
    AttributeValue value = map.get(name);
    return value == null ? null : value.s();
  }

  /** Returns a number; one that is missing is no number. */
  private static long number(Map<String, AttributeValue> map, String name) {
    AttributeValue value = map.get(name);
    return Long.parseLong(value == null || value.n() == null ? "" : value.n());
  }
}
