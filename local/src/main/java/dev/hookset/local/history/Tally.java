package dev.hookset.local.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What lines of the log add up to, by provider. Not for several threads. */
public final class Tally {
  /** What is counted beside the outcomes: other bytes under a known ID. */
  public static final String CONFLICT = "conflict";

  private static final String UNKNOWN = "unknown";

  private final Map<String, Map<String, Long>> deliveries = new TreeMap<>();
  private final Map<String, Map<String, Long>> events = new TreeMap<>();
  private final Map<String, Map<String, Long>> refusals = new TreeMap<>();
  private final Map<String, Lag> lags = new TreeMap<>();
  private final Map<String, List<Duration>> single = new TreeMap<>();

  /**
   * How long it took from an event's own time until it was done.
   *
   * @param median half of them took no longer
   * @param p95 of twenty, nineteen took no longer
   * @param longest none took longer
   */
  public record Lag(Duration median, Duration p95, Duration longest) {}

  /** Counts a line. */
  public void add(LogLine line) {
    count(line.kind(), line.provider(), line.outcome(), line.reason(), line.conflict(), 1);
    if (line.lag() != null) {
      single.computeIfAbsent(named(line.provider()), _ -> new ArrayList<>()).add(line.lag());
    }
  }

  /** Counts {@code times} lines that say the same. */
  public void count(
      LogLine.Kind kind,
      @Nullable String provider,
      String outcome,
      @Nullable String reason,
      boolean conflict,
      long times) {
    String name = named(provider);
    switch (kind) {
      case DELIVERY -> {
        bump(deliveries, name, outcome, times);
        if (conflict) {
          bump(deliveries, name, CONFLICT, times);
        }
        if (outcome.equals("refused")) {
          bump(refusals, name, reason == null ? UNKNOWN : reason, times);
        }
      }
      case EVENT -> bump(events, name, outcome, times);
    }
  }

  /** Notes how long a provider's events took. */
  public void lag(@Nullable String provider, Lag lag) {
    lags.put(named(provider), lag);
  }

  /** Returns how many deliveries of a provider there were with an outcome, or {@link #CONFLICT}. */
  public long deliveries(String provider, String outcome) {
    return deliveries.getOrDefault(provider, Map.of()).getOrDefault(outcome, 0L);
  }

  /** Returns how many attempts on a provider's events ended with an outcome. */
  public long events(String provider, String outcome) {
    return events.getOrDefault(provider, Map.of()).getOrDefault(outcome, 0L);
  }

  /** Returns a provider's refusals by reason. */
  public Map<String, Long> refusals(String provider) {
    return Map.copyOf(refusals.getOrDefault(provider, Map.of()));
  }

  /** Returns how long a provider's events took; null if the log says nothing about it. */
  public @Nullable Lag lag(String provider) {
    List<Duration> durations = single.get(provider);
    if (durations == null) {
      return lags.get(provider);
    }
    List<Duration> sorted = durations.stream().sorted().toList();
    return new Lag(
        sorted.get((sorted.size() - 1) / 2),
        sorted.get((sorted.size() * 95 + 99) / 100 - 1),
        sorted.getLast());
  }

  private static String named(@Nullable String provider) {
    return provider == null ? UNKNOWN : provider;
  }

  private static void bump(
      Map<String, Map<String, Long>> counts, String provider, String name, long times) {
    counts.computeIfAbsent(provider, _ -> new TreeMap<>()).merge(name, times, Long::sum);
  }
}
