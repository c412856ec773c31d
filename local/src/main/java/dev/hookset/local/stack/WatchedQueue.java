package dev.hookset.local.stack;

import dev.hookset.Pointer;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Passes every pointer on to a queue, and tells of those that it took. */
final class WatchedQueue implements WorkQueue {
  private final WorkQueue queue;
  private final InstantSource clock;
  private final Consumer<Step> watcher;

  WatchedQueue(WorkQueue queue, InstantSource clock, Consumer<Step> watcher) {
    this.queue = queue;
    this.clock = clock;
    this.watcher = watcher;
  }

  @Override
  public void push(Pointer pointer, Duration delay) {
    Instant from = clock.instant();
    queue.push(pointer, delay);
    watcher.accept(new Step.Pushed(pointer.key(), from, clock.instant(), delay));
  }

  @Override
  public List<Pointer> pushAll(List<Pointer> pointers) {
    Instant from = clock.instant();
    List<Pointer> left = queue.pushAll(pointers);
    Instant to = clock.instant();
    for (Pointer pointer : pointers) {
      if (!left.contains(pointer)) {
        watcher.accept(new Step.Pushed(pointer.key(), from, to, Duration.ZERO));
      }
    }
    return left;
  }
}
