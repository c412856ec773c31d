package dev.hookset.local.operator;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes calls of which each waits for the network at the same time. */
final class AtOnce {
  private AtOnce() {}

  /** Returns the results in the order of the calls; what one of them throws unchecked flies. */
  static <T> List<T> call(List<Callable<T>> calls) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> results = calls.stream().map(threads::submit).toList();
      return results.stream().map(AtOnce::result).toList();
    }
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
