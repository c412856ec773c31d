package dev.hookset.work;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The threads of one invocation: each message has its own, and none outlives the invocation. */
final class InvocationThreads {
  private final Instant stop;
  private final InstantSource clock;
  private final HandlerThreads handlers = new HandlerThreads();

  /**
   * @param stop when the handlers that still run are interrupted
   */
  InvocationThreads(Instant stop, InstantSource clock) {
    this.stop = stop;
    this.clock = clock;
  }

  /** Returns those that are inside a handler. */
  HandlerThreads handlers() {
    return handlers;
  }

  /**
   * Runs the tasks at the same time, each on its own thread, and returns their results when all
   * threads have ended.
   */
  <T> List<T> runAll(List<Callable<T>> tasks) {
    List<FutureTask<T>> running = tasks.stream().map(FutureTask::new).toList();
    running.forEach(task -> Thread.ofVirtual().name("hookset-work").start(task));
    boolean interrupted = false;
    for (FutureTask<T> task : running) {
      while (!task.isDone()) {
        try {
          awaitUntilStop(task);
        } catch (InterruptedException e) {
          interrupted = true;
          handlers.stop();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    List<T> results = new ArrayList<>();
    for (FutureTask<T> task : running) {
      try {
        results.add(task.resultNow());
      } catch (IllegalStateException e) {
        throw new IllegalStateException("a worker's task must not throw", task.exceptionNow());
      }
    }
    return results;
  }

  private <T> void awaitUntilStop(FutureTask<T> task) throws InterruptedException {
    Duration left = Duration.between(clock.instant(), stop);
    try {
      task.get(Math.max(left.toNanos(), 0), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      handlers.stop();
      try {
        task.get();
      } catch (ExecutionException alsoSeenByCaller) {
        return;
      }
    } catch (ExecutionException alsoSeenByCaller) {
      return;
    }
  }
}
