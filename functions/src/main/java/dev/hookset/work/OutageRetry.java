package dev.hookset.work;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Repeats a call that an outage has failed, with exponential backoff, while there is time. Only an
 * exception means an outage: an answer, such as that a condition does not hold, is returned at
 * once.
 */
final class OutageRetry {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

  private final InstantSource clock;
  private final Sleep sleep;

  OutageRetry(InstantSource clock, Sleep sleep) {
    this.clock = clock;
    this.sleep = sleep;
  }

  /**
   * Returns what {@code call} answers. Calls it once in any case, and never again after {@code
   * last}.
   *
   * @param outage what the call throws if repeating it may help
   * @throws RuntimeException what the last call threw
   */
  <T> T untilAnswered(Class<? extends RuntimeException> outage, Instant last, Supplier<T> call) {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return call.get();
      } catch (RuntimeException e) {
        Duration left = Duration.between(clock.instant(), last);
        if (!outage.isInstance(e) || !left.isPositive()) {
          throw e;
        }
        try {
          sleep.of(
              pause.compareTo(left) < 0 ? pause : left); // so that the last call is at the very end
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
      Duration next = pause.multipliedBy(2);
      pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }
  }
}
