package dev.hookset.aws.snapshot;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Opens a client's connection, or gets its credentials or a secret, in the background. The client's
 * calls wait for it, a little, instead of opening a second connection.
 */
public final class ConnectionWarmup implements ExecutionInterceptor {
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private volatile @Nullable Thread warmup;

  /**
   * Starts {@code call}, which must not be one of that client's, and does not wait for it. That it
   * fails is not logged: the delivery's own call does, and says why.
   */
  void start(Callable<?> call) {
    warmup = Thread.ofPlatform().daemon().name("hookset-warmup").start(new FutureTask<>(call));
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    Thread thread = warmup;
    if (thread != null) {
      try {
        thread.join(LONGEST_WAIT);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      warmup = null;
    }
  }
}
