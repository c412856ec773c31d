package dev.hookset.aws.snapshot;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.hookset.aws.clients.Clients;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.crac.Context;
import org.crac.Resource;

/**
 * Delivers a {@link KeptDelivery} before a real one comes, so that the first one finds its classes
 * loaded, its code compiled and its connections made. Nothing that fails here keeps a function from
 * starting, or is logged: a fault that matters shows with the first delivery.
 *
 * @param receiver believes {@code kept}, and asks only for what must be refused
 * @param clients what the real receiver's clients come from
 * @param warmups calls that get what the first delivery needs: connections, credentials, keys
 */
public record Priming(
    KeptDelivery kept,
    RequestStreamHandler receiver,
    Clients clients,
    Map<ConnectionWarmup, Callable<?>> warmups,
    InstantSource clock)
    implements Resource {
  /**
   * The JVM looks at how often a method ran at each 128th time, and compiles from the 200th on:
   * what runs once a turn is compiled at the 256th. A deploy waits for it.
   */
  private static final int TURNS = 260;

  private static final Duration LONGEST = Duration.ofSeconds(20);

  /** Delivers twice, as the first may run out of a call's time, so slow is code at its first. */
  public void prime() {
    try {
      for (int i = 0; i < 2; i++) {
        receiver.handleRequest(kept.event().asInputStream(), OutputStream.nullOutputStream(), null);
      }
    } catch (IOException | RuntimeException e) {
      // The first delivery will be slower.
    }
  }

  /** Has the code compiled, and takes out of the process what must not be in a snapshot. */
  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    Instant end = clock.instant().plus(LONGEST);
    try {
      for (int i = 0; i < TURNS && clock.instant().isBefore(end); i++) {
        clients.forget(); // As after a restore.
        warmups.values().forEach(warmup -> new FutureTask<>(warmup).run());
        prime();
      }
    } finally {
      clients.forget();
    }
  }

  /** Starts together what the first delivery needs, which waits for each part as it gets to it. */
  @Override
  public void afterRestore(Context<? extends Resource> context) {
    for (var each : warmups.entrySet()) { // A lambda would be linked only now.
      each.getKey().start(each.getValue());
    }
  }
}
