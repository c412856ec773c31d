package dev.hookset.local.operator;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.Objects;

/**
 * What came under an event's ID with other bytes.
 *
 * @param key under which it is kept
 * @param at when it came
 */
public record Conflict(EventKey key, Instant at) {
  /** Checks that what must be there is there. */
  public Conflict {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(at, "at");
  }
}
