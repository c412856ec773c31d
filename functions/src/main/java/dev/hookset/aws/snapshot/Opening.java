package dev.hookset.aws.snapshot;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * A call that opens a client's connection in the background. Other calls of that client wait for
 * it, a little, instead of opening a second connection.
 */
public final class Opening implements ExecutionInterceptor {
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private volatile @Nullable Thread opener;

  /** Starts {@code call}, and does not wait for it. */
  void start(Runnable call) {
    Thread thread = Thread.ofPlatform().daemon().name("hookset-opening").unstarted(call);
    opener = thread;
    thread.start();
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    Thread thread = opener;
    if (thread == null || thread.equals(Thread.currentThread())) {
      return;
    }
    try {
      thread.join(LONGEST_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    opener = null;
  }
}
