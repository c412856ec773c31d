package dev.hookset.work;

import dev.hookset.Pointer;
import java.time.Duration;

/**
 * Sends pointers that become visible after a delay, as SQS's {@code DelaySeconds} does. A
 * convenience: the relay brings whatever was not sent, a minute later.
 */
@FunctionalInterface
public interface DelayedPointers {
  /** The longest delay that the worker asks for; longer waits it leaves to the relay. */
  Duration LONGEST_DELAY = Duration.ofMinutes(15);

  /**
   * Sends {@code pointer}, for a worker to see after {@code delay} or a little later.
   *
   * @throws RuntimeException if it was not sent, or it is not known whether it was
   */
  void send(Pointer pointer, Duration delay);
}
