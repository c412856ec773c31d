package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.Objects;

/**
 * An open record whose time has come, as the index knows it. The index lags, so this is only a
 * hint.
 *
 * @param key whose record it is
 * @param dueAt the time that had come
 * @param pushes how often the relay has pushed it already
 */
public record Due(EventKey key, Instant dueAt, int pushes) {
  /** Checks that what must be there is there. */
  public Due {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(dueAt, "dueAt");
  }
}
