package dev.hookset.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.relay.Relay;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The Lambda function that pushes again what was left behind; started every minute. What it is
 * started with does not matter.
 */
public final class RelayFunction implements RequestStreamHandler {
  private final Relay relay;
  private final InstantSource clock;
  private final JsonLog log;

  /** Creates the function from the process's environment, as Lambda does. */
  public RelayFunction() {
    this(Wiring.ofProcess());
  }

  /** Creates the function from {@code wiring}. */
  public RelayFunction(Wiring wiring) {
    this.relay = wiring.relay();
    this.clock = wiring.clock();
    this.log = wiring.log();
  }

  /**
   * Sweeps once.
   *
   * @throws IllegalStateException if a part of the sweep failed, so that the platform counts an
   *     error; the next minute tries again
   */
  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context) {
    Relay.Sweep sweep =
        relay.sweep(clock.instant().plus(Duration.ofMillis(context.getRemainingTimeInMillis())));
    log.note(sweep);
    if (!sweep.outages().isEmpty()) {
      throw new IllegalStateException("a part of the sweep failed: " + sweep.outages().getFirst());
    }
  }
}
