package dev.hookset.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/**
 * The Lambda function that receives one provider's deliveries; the variable {@code PROVIDER} names
 * it.
 *
 * <p>It takes API Gateway's events as a stream, so that no class is made for their many members
 * that do not matter here, and so that what is no request is answered with 400 and never with an
 * error of the runtime.
 */
public final class ReceiveFunction implements RequestStreamHandler {
  private static final Reply PONG = new Reply(204, Map.of(), null);

  private final Receiver receiver;
  private final InstantSource clock;

  /** Creates the function from the process's environment, as Lambda does. */
  public ReceiveFunction() {
    this(Wiring.ofProcess());
  }

  /** Creates the function from {@code wiring}. */
  public ReceiveFunction(Wiring wiring) {
    this(wiring.receiver(), wiring.clock());
  }

  /** Creates the function of {@code receiver}, wherever that records to. */
  public ReceiveFunction(Receiver receiver, InstantSource clock) {
    this.receiver = Objects.requireNonNull(receiver, "receiver");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    Reply reply =
        switch (HttpEvents.read(event, clock.instant())) {
          case HttpEvents.Incoming.Request request ->
              receiver.receive(request.delivery(), context.getXrayTraceId());
          case HttpEvents.Incoming.Ping _ -> PONG;
          case HttpEvents.Incoming.Malformed _ -> receiver.refuseMalformed();
        };
    HttpEvents.write(reply, answer);
  }
}
