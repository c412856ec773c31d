package dev.hookset.local.listen;

import dev.hookset.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How far a stack's events were played.
 *
 * <p>An event can be found some time after the moment by which it is ordered: it is written after
 * its receipt, and the index lags behind the table. So the next look begins {@link #LOOK_BACK}
 * before the newest that was found, and what was played since then is known by its key. That this
 * machine's clock is wrong does no harm.
 *
 * @param from the time from which on to look
 * @param played what was played of what came since, and when it came
 */
public record Bookmark(Instant from, Map<EventKey, Instant> played) {
  /**
   * How late an event may be found: a receiver has 9 seconds for its write, and the index is mostly
   * less than a second behind.
   */
  public static final Duration LOOK_BACK = Duration.ofMinutes(2);

  /** Copies the map. */
  public Bookmark {
    Objects.requireNonNull(from, "from");
    played = Map.copyOf(played);
  }

  /** Returns one that has nothing behind it. */
  public static Bookmark at(Instant from) {
    return new Bookmark(from, Map.of());
  }

  boolean hasPlayed(EventKey key) {
    return played.containsKey(key);
  }

  /**
   * Returns the bookmark behind some more events.
   *
   * @param looking for how long this look has been going on: a part of the index that was read at
   *     its beginning has had all that time to get older events than those
   */
  Bookmark with(Map<EventKey, Instant> more, Duration looking) {
    Instant next = from;
    for (Instant at : more.values()) {
      Instant earliest = at.minus(LOOK_BACK).minus(looking);
      next = earliest.isAfter(next) ? earliest : next;
    }
    Map<EventKey, Instant> known = new HashMap<>(played);
    known.putAll(more);
    Instant oldest = next;
    known.values().removeIf(at -> at.isBefore(oldest));
    return new Bookmark(next, known);
  }
}
