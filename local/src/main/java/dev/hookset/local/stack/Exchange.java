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
 * @param method the method, in capitals
 * @param url the whole address as its function takes it to be; empty if it is not known
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
    String method,
    String url,
    Instant receivedAt,
    Duration took,
    Map<String, String> headers,
    @Nullable Body body,
    boolean base64,
    @Nullable Receipt receipt,
    Reply reply) {
  /** Creates one of a {@code POST} whose address is not known. */
  public Exchange(
      String provider,
      Instant receivedAt,
      Duration took,
      Map<String, String> headers,
      @Nullable Body body,
      boolean base64,
      @Nullable Receipt receipt,
      Reply reply) {
    this(provider, "POST", "", receivedAt, took, headers, body, base64, receipt, reply);
  }

  /** Copies the headers. */
  public Exchange {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(receivedAt, "receivedAt");
    Objects.requireNonNull(took, "took");
    Objects.requireNonNull(reply, "reply");
    headers = Collections.unmodifiableMap(new TreeMap<>(headers));
  }

  /** Returns the query of its address, without the question mark; empty if there is none. */
  public String query() {
    int mark = url.indexOf('?');
    return mark < 0 ? "" : url.substring(mark + 1);
  }

  /** Returns the same, without the body. */
  public Exchange withoutBody() {
    return new Exchange(
        provider, method, url, receivedAt, took, headers, null, base64, receipt, reply);
  }

  @Override
  public String toString() {
    return "Exchange[" + provider + ", " + receivedAt + ", " + reply.status() + "]";
  }
}
