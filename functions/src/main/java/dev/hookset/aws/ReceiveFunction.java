package dev.hookset.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.hookset.aws.http.HttpEvents;
import dev.hookset.aws.snapshot.Priming;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;

/**
 * The Lambda function that receives one provider's deliveries; the variable {@code PROVIDER} names
 * it.
 *
 * <p>It takes API Gateway's events as a stream, so that no class is made for their many members
 * that do not matter here, and so that what is no request is answered with 400 and never with an
 * error of the runtime.
 */
public final class ReceiveFunction implements RequestStreamHandler {
  /** Where Lambda's runtime names the trace of an invocation. */
  static final String TRACE = "com.amazonaws.xray.traceHeader";

  private static final Reply PONG = new Reply(204, Map.of(), null);

  private final Receiver receiver;
  private final InstantSource clock;
  private final @Nullable String publicUrl;
  private @Nullable Priming priming;

  /**
   * Creates the function from the process's environment, as Lambda does, readies it for its first
   * delivery, and has it told of snapshots.
   */
  public ReceiveFunction() {
    this(Wiring.ofProcess(), Core.getGlobalContext());
  }

  /** Creates the function from {@code wiring}, readied, and told of snapshots by these. */
  ReceiveFunction(Wiring wiring, org.crac.Context<Resource> snapshots) {
    ReceiverWiring receiving = wiring.receiving();
    this(wiring, receiving);
    // The context holds it weakly.
    this.priming = receiving.priming();
    priming.prime();
    snapshots.register(priming);
  }

  /** Creates the function from {@code wiring}. */
  public ReceiveFunction(Wiring wiring) {
    this(wiring, wiring.receiving());
  }

  private ReceiveFunction(Wiring wiring, ReceiverWiring receiving) {
    this(wiring.receiver(receiving), wiring.clock(), receiving.publicUrl());
  }

  /** Creates the function of {@code receiver}, wherever that records to. */
  public ReceiveFunction(Receiver receiver, InstantSource clock) {
    this(receiver, clock, null);
  }

  private ReceiveFunction(Receiver receiver, InstantSource clock, @Nullable URI publicUrl) {
    this.receiver = Objects.requireNonNull(receiver, "receiver");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.publicUrl = publicUrl == null ? null : publicUrl.toString();
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    // Not of the context: its type is the runtime's own, which may be older than this call.
    answer(event, answer, System.getProperty(TRACE));
  }

  /**
   * Answers an event.
   *
   * @param traceId the trace that it belongs to, as {@code X-Amzn-Trace-Id} writes it; null if none
   */
  public void answer(InputStream event, OutputStream answer, @Nullable String traceId)
      throws IOException {
    Reply reply =
        switch (HttpEvents.read(event, clock.instant(), publicUrl)) {
          case HttpEvents.Incoming.Request request -> receiver.receive(request.delivery(), traceId);
          case HttpEvents.Incoming.Probe probe -> receiver.probe(probe.delivery(), traceId);
          case HttpEvents.Incoming.Ping _ -> PONG;
          case HttpEvents.Incoming.Malformed _ -> receiver.refuseMalformed();
        };
    HttpEvents.write(reply, answer);
  }
}
