package dev.hookset.work;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a handler knows about its run, besides the event.
 *
 * @param attempt which attempt on the event this is, from 1
 * @param maxAttempts how many attempts the event gets; after a failure in the last one it is FAILED
 * @param deadline when the handler is interrupted
 * @param clock tells the time
 * @param idempotencyKey the same for every delivery of the event and every attempt on it, and
 *     different for each event; pass it on to what the handler calls
 * @param traceId the trace that the delivery belongs to, as a header of AWS X-Ray; null where it
 *     belongs to none
 * @param log prints lines that carry the event
 */
public record HandlerContext(
    int attempt,
    int maxAttempts,
    Instant deadline,
    InstantSource clock,
    String idempotencyKey,
    @Nullable String traceId,
    HandlerLog log) {
  /** Checks that what must be there is there. */
  public HandlerContext {
    Objects.requireNonNull(deadline, "deadline");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(idempotencyKey, "idempotencyKey");
    Objects.requireNonNull(log, "log");
  }

  /** Returns how much time is left until {@link #deadline}; never negative. */
  public Duration remaining() {
    Duration left = Duration.between(clock.instant(), deadline);
    return left.isNegative() ? Duration.ZERO : left;
  }

  /** Returns whether a failure now is the event's last. */
  public boolean isLastAttempt() {
    return attempt >= maxAttempts;
  }
}
