package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An open record whose time has come, as the index knows it. The index lags, so this is only a
 * hint.
 *
 * @param key whose record it is
 * @param dueAt the time that had come
 * @param pushes how often the relay has pushed it already
 * @param afterFailure whether an attempt on it has failed, so that it waits for the next one
 * @param traceId the trace that its delivery belongs to
 */
public record Due(
    EventKey key, Instant dueAt, int pushes, boolean afterFailure, @Nullable String traceId) {
  /** Checks that what must be there is there. */
  public Due {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(dueAt, "dueAt");
  }
}
