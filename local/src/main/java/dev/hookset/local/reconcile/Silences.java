package dev.hookset.local.reconcile;

import dev.hookset.local.operator.Arrival;
import dev.hookset.local.operator.Records;
import dev.hookset.receive.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the inbox alone tells of a provider that nobody can ask: when it was silent for longer than
 * it usually is, and whether what it could not deliver then is still tried.
 */
public final class Silences {
  /** Fewer events say nothing about what is usual. */
  private static final int FEWEST = 20;

  /** A silence this many times as long as nearly all others is out of the ordinary. */
  private static final int TIMES = 4;

  private static final Duration SHORTEST = Duration.ofHours(1);

  private final Records records;

  /** Creates it; calls nothing. */
  public Silences(Records records) {
    this.records = Objects.requireNonNull(records, "records");
  }

  /**
   * A silence.
   *
   * @param from when the last event before it came
   * @param to when the next came; null if it lasts
   * @param retriesEnd until when the provider tries again what it could not deliver at its end, or,
   *     while it lasts, at its beginning; null if nobody says how long it tries
   */
  public record Silence(Instant from, @Nullable Instant to, @Nullable Instant retriesEnd) {}

  /**
   * What was found.
   *
   * @param events how many events came
   * @param usual no more than this lies between nearly all of them; null if they are too few
   * @param silences the oldest first
   */
  public record Found(int events, @Nullable Duration usual, List<Silence> silences) {
    /** Copies the list. */
    public Found {
      silences = List.copyOf(silences);
    }
  }

  /** Looks at what came in a span of time. */
  public Found of(Provider provider, Instant from, Instant now) {
    List<Instant> times = new ArrayList<>();
    Iterator<Arrival> arrivals = records.arrivals(List.of(provider.name()), from);
    arrivals.forEachRemaining(arrival -> times.add(arrival.receivedAt()));
    if (times.size() < FEWEST) {
      return new Found(times.size(), null, List.of());
    }
    List<Duration> gaps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      gaps.add(Duration.between(times.get(i - 1), times.get(i)));
    }
    Duration usual = gaps.stream().sorted().toList().get(gaps.size() * 95 / 100);
    Duration least = usual.multipliedBy(TIMES);
    Duration unusual = least.compareTo(SHORTEST) < 0 ? SHORTEST : least;
    List<Silence> silences = new ArrayList<>();
    for (int i = 0; i < gaps.size(); i++) {
      if (gaps.get(i).compareTo(unusual) > 0) {
        silences.add(silence(provider, times.get(i), times.get(i + 1)));
      }
    }
    if (Duration.between(times.getLast(), now).compareTo(unusual) > 0) {
      silences.add(silence(provider, times.getLast(), null));
    }
    return new Found(times.size(), usual, silences);
  }

  private static Silence silence(Provider provider, Instant from, @Nullable Instant to) {
    Provider.Retries retries = provider.retries();
    Instant last = to == null ? from : to;
    return new Silence(from, to, retries == null ? null : last.plus(retries.span()));
  }
}
