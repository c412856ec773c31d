package dev.hookset.receive;

import dev.hookset.Pointer;
import java.time.Duration;
import java.util.List;

/**
 * Carries pointers to records that have work to do. It may lose, double and reorder them: the inbox
 * is the truth, and the relay pushes again what got lost.
 *
 * <p>Safe to use from several threads at once. Methods block, no longer than a delivery can wait.
 */
public interface WorkQueue {
  /** The longest delay that the queue can hold a pointer back for. */
  Duration LONGEST_DELAY = Duration.ofMinutes(15);

  /** How many pointers {@link #pushAll} takes at once. */
  int LARGEST_BATCH = 10;

  /**
   * Pushes a pointer. Its trace goes along if it is one that the queue can carry; if not, the
   * pointer goes without.
   *
   * @param delay how long no worker shall see it, rounded up to whole seconds; at most {@link
   *     #LONGEST_DELAY}
   * @throws QueueUnavailable if the queue did not take it, or it is not known whether it did
   */
  void push(Pointer pointer, Duration delay);

  /**
   * Pushes up to {@link #LARGEST_BATCH} pointers, without delay, each as {@link #push} does.
   *
   * @return those that the queue did not take
   * @throws QueueUnavailable if it is not known which it took
   */
  List<Pointer> pushAll(List<Pointer> pointers);
}
