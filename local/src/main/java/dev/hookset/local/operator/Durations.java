package dev.hookset.local.operator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a duration is told to people. */
public final class Durations {
  private Durations() {}

  /** Returns a duration in its two largest units. */
  public static String shown(Duration duration) {
    Duration rest = duration.abs();
    List<String> parts = new ArrayList<>();
    add(parts, rest.toDays(), "d");
    add(parts, rest.toHoursPart(), "h");
    add(parts, rest.toMinutesPart(), "min");
    if (rest.compareTo(Duration.ofMinutes(1)) < 0) {
      return rest.compareTo(Duration.ofSeconds(1)) < 0
          ? rest.toMillis() + " ms"
          : rest.toSeconds() + "." + rest.toMillisPart() / 100 + " s";
    }
    add(parts, rest.toSecondsPart(), "s");
    return String.join(" ", parts.subList(0, Math.min(2, parts.size())));
  }

  private static void add(List<String> parts, long count, String unit) {
    if (count > 0) {
      parts.add(count + " " + unit);
    }
  }
}
