package dev.hookset.aws;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * The receiver, but that its clock leaps ahead with its restore: a snapshot is practically always
 * older than the keys in it may be.
 */
public final class AgedReceiveFunction implements RequestStreamHandler, Resource {
  /** How old its snapshot is; its deliveries come from then on. */
  public static final Duration AGE = Duration.ofHours(2);

  private final ReceiveFunction function;
  private volatile Duration age = Duration.ZERO;

  /** Creates the function from the process's environment, as Lambda does. */
  public AgedReceiveFunction() {
    // Those that were registered first are told first.
    Core.getGlobalContext().register(this);
    InstantSource system = InstantSource.system();
    this.function =
        new ReceiveFunction(
            new Wiring(System.getenv(), () -> system.instant().plus(age), System.out),
            Core.getGlobalContext());
  }

  @Override
  public void handleRequest(
      InputStream event,
      OutputStream answer,
      com.amazonaws.services.lambda.runtime.Context invocation)
      throws IOException {
    function.handleRequest(event, answer, invocation);
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {}

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    age = AGE;
  }
}
