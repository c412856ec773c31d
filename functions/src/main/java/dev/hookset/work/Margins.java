package dev.hookset.work;

import java.time.Duration;
import java.util.Objects;

/**
 * How long before the end of an invocation a worker does certain things for the last time, the
 * longest first.
 *
 * @param start how much time must be left to claim a record
 * @param stop when the handlers that still run are interrupted
 * @param lastCall when a call to the inbox or the queue that failed is repeated no more; it must be
 *     longer than a call can take, so that none is cut off in the middle
 */
public record Margins(Duration start, Duration stop, Duration lastCall) {
  /** Checks that what must be there is there, and the order. */
  public Margins {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(stop, "stop");
    Objects.requireNonNull(lastCall, "lastCall");
    if (start.compareTo(stop) < 0 || stop.compareTo(lastCall) < 0) {
      throw new IllegalArgumentException(
          "the margins must be in the order start >= stop >= lastCall");
    }
  }
}
