package dev.hookset.work;

import dev.hookset.Pointer;
import java.time.Duration;

/** Brings a pointer back after a wait. A convenience: the relay brings back whatever it forgets. */
@FunctionalInterface
public interface Postponer {
  /** The longest wait that the worker asks for; longer ones it leaves to the relay. */
  Duration LONGEST_WAIT = Duration.ofMinutes(15);

  /**
   * Brings {@code pointer} to a worker after {@code wait}, or a little later.
   *
   * @throws RuntimeException if it cannot
   */
  void postpone(Pointer pointer, Duration wait);
}
