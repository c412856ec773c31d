package dev.hookset.aws.snapshot;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.hookset.aws.clients.Clients;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.KeysUnavailable;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.crac.Context;
import org.crac.Resource;

/**
 * Delivers a {@link KeptDelivery} before a real one comes, so that the first one finds its classes
 * loaded, its code compiled and its connections made. Nothing that fails here keeps a function from
 * starting, or is logged: a fault that matters shows with the first delivery.
 *
 * @param receiver believes {@code kept}, and asks only for what must be refused
 * @param clients what the real receiver's clients come from
 * @param keys those of the real receiver
 * @param openings calls that open the connections which the first delivery needs
 */
public record Priming(
    KeptDelivery kept,
    RequestStreamHandler receiver,
    Clients clients,
    KeySource keys,
    Map<Opening, Runnable> openings,
    InstantSource clock)
    implements Resource {
  /**
   * A snapshot keeps what the compiler has made of the code. Each turn makes its connections anew,
   * as that is what costs most after a restore, and then goes the whole way some times more. The
   * full compiler wants some hundreds of each.
   */
  private static final int TURNS = 400;

  private static final int DELIVERIES_IN_A_TURN = 4;

  /** A snapshot may wait, but so does whoever deploys. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int MOST_LOOKS = 25;

  /** Where Lambda's runtime names the trace of an invocation; this one is nobody's. */
  private static final String TRACE = "com.amazonaws.xray.traceHeader";

  private static final String TRACE_ID = "Root=1-00000000-000000000000000000000000;Sampled=0";

  /**
   * Does what a first delivery would have to do first. Twice, as the first time may run out of the
   * time that a call has, so slow is code when it is loaded.
   */
  public void prime() {
    deliver(2);
  }

  /** Has the code compiled, and takes out of the process what must not be in a snapshot. */
  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    Instant end = clock.instant().plus(LONGEST);
    try {
      for (int i = 0; i < TURNS && clock.instant().isBefore(end); i++) {
        clients.forget();
        deliver(DELIVERIES_IN_A_TURN);
      }
      awaitCompiler();
    } finally {
      clients.forget();
    }
  }

  /**
   * Starts together what the first delivery needs, and waits for none of it: the delivery does, for
   * each part when it comes to it. The keys are older than they may be by then.
   */
  @Override
  public void afterRestore(Context<? extends Resource> context) {
    Thread.ofPlatform().daemon().name("hookset-keys").start(this::fetchKeys);
    openings.forEach(Opening::start);
  }

  private void fetchKeys() {
    try {
      keys.keys();
    } catch (KeysUnavailable e) {
      // The delivery asks again, and says why.
    }
  }

  /** The SDK adds a trace to its requests where Lambda names one, as it does with each delivery. */
  private void deliver(int times) {
    System.setProperty(TRACE, TRACE_ID);
    try {
      for (int i = 0; i < times; i++) {
        receiver.handleRequest(kept.event().asInputStream(), OutputStream.nullOutputStream(), null);
      }
    } catch (IOException | RuntimeException e) {
      // The first delivery will be slower.
    } finally {
      System.clearProperty(TRACE);
    }
  }

  /** What the compiler has begun it would end at the first delivery's expense. */
  private static void awaitCompiler() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long before = -1;
    for (int i = 0; i < MOST_LOOKS && before != compiler.getTotalCompilationTime(); i++) {
      before = compiler.getTotalCompilationTime();
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
