package dev.hookset.local.stack;

import dev.hookset.Body;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to a provider's route, and what it was answered. It holds all that came, the signature
 * included; printed, it shows neither headers nor body.
 *
 * @param provider whose route it was
 * @param receivedAt when it came
 * @param took how long it was until its answer was there
 * @param headers what its function got, by lower-cased name; unmodifiable and sorted
 * @param body what followed the headers, byte for byte; null where there was too much of it, or it
 *     is not kept any more
 * @param base64 whether its function got the body in base64, as API Gateway does with what is no
 *     text
 * @param receipt what its function made of it; null if it did not come that far
 * @param reply what it was answered
 */
public record Exchange(
    String provider,
    Instant receivedAt,
    Duration took,
    Map<String, String> headers,
    @Nullable Body body,
    boolean base64,
    @Nullable Receipt receipt,
    Reply reply) {
  /** Copies the headers. */
  public Exchange {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(receivedAt, "receivedAt");
    Objects.requireNonNull(took, "took");
    Objects.requireNonNull(reply, "reply");
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
  }

  /** Returns the same, without the body. */
  public Exchange withoutBody() {
    return new Exchange(provider, receivedAt, took, headers, null, base64, receipt, reply);
  }

  @Override
  public String toString() {
    return "Exchange[" + provider + ", " + receivedAt + ", " + reply.status() + "]";
  }
}
