package dev.hookset.work;

import java.time.Duration;

/** Waits between two tries; {@code Thread::sleep} but for tests, which let no time pass. */
@FunctionalInterface
public interface Sleep {
  /**
   * Waits for {@code duration}.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  void of(Duration duration) throws InterruptedException;
}
