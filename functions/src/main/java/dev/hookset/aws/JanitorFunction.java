package dev.hookset.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.janitor.Janitor;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;

/**
 * The Lambda function that deletes bodies without a record; started every {@link Janitor#STEP}.
 * What it is started with does not matter.
 */
public final class JanitorFunction implements RequestStreamHandler {
  private final Janitor janitor;
  private final InstantSource clock;
  private final JsonLog log;

  /** Creates the function from the process's environment, as Lambda does. */
  public JanitorFunction() {
    this(Wiring.ofProcess());
  }

  /** Creates the function from {@code wiring}. */
  public JanitorFunction(Wiring wiring) {
    this.janitor = wiring.janitor();
    this.clock = wiring.clock();
    this.log = wiring.log();
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context) {
    log.note(
        janitor.sweep(clock.instant().plus(Duration.ofMillis(context.getRemainingTimeInMillis()))));
  }
}
