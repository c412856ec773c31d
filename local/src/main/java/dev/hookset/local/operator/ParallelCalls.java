package dev.hookset.local.operator;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;

/** Makes calls of which each waits for the network, many at the same time. */
public final class ParallelCalls {
  /** Each that goes on at once has a connection of its own, which costs more than a short wait. */
  private static final int MOST = 16;

  /**
   * Platform threads, which end with the JVM: what polls the network for virtual ones never ends,
   * and the JVM waits for it at its exit, for 300 ms. In this kind of pool a call may make calls.
   */
  private static final ForkJoinPool THREADS = new ForkJoinPool(MOST);

  private ParallelCalls() {}

  /** Returns the results in the order of the calls; what one of them throws unchecked flies. */
  public static <T> List<T> call(List<Callable<T>> calls) {
    List<ForkJoinTask<T>> results = calls.stream().map(THREADS::submit).toList();
    return results.stream().map(ParallelCalls::result).toList();
  }

  private static <T> T result(Future<T> asked) {
    try {
      return asked.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException("only what is unchecked is thrown there", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
