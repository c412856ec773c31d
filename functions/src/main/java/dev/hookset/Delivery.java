package dev.hookset;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request as it came. It proves nothing: anybody can post to the endpoint.
 *
 * <p>Immutable and safe to share between threads. Printed, it shows neither headers nor body: both
 * may hold secrets.
 */
public final class Delivery {
  private final Map<String, String> headers;
  private final Body body;
  private final Instant receivedAt;
  private final String method;
  private final String url;

  /**
   * Creates a delivery.
   *
   * @param headers by name in any case (RFC 9110, section 5.1); the values of names that differ in
   *     case alone are joined with a comma, as section 5.2 allows and as API Gateway does
   * @param body what followed the headers, already decoded from base64 if the event carried it so
   * @param receivedAt when it reached us, by our clock
   */
  public Delivery(Map<String, String> headers, Body body, Instant receivedAt) {
    this("POST", "", headers, body, receivedAt);
  }

  /**
   * Creates a delivery of which it matters how it was asked for.
   *
   * @param method the method, in capitals
   * @param url the whole address, with its query, as the sender has it; empty if it is not known
   */
  public Delivery(
      String method, String url, Map<String, String> headers, Body body, Instant receivedAt) {
    this.method = Objects.requireNonNull(method, "method");
    this.url = Objects.requireNonNull(url, "url");
    Map<String, String> lowerCased = new LinkedHashMap<>();
    headers.forEach(
        (name, value) ->
            lowerCased.merge(
                name.toLowerCase(Locale.ROOT), value, (first, second) -> first + "," + second));
    this.headers = Collections.unmodifiableMap(lowerCased);
    this.body = Objects.requireNonNull(body, "body");
    this.receivedAt = Objects.requireNonNull(receivedAt, "receivedAt");
  }

  /** Returns the same with {@code more} headers, which take the place of those of their names. */
  public Delivery with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    more.forEach((name, value) -> all.put(name.toLowerCase(Locale.ROOT), value));
    return new Delivery(method, url, all, body, receivedAt);
  }

  /** Returns the header's value, or null if it did not come; {@code name} in any case. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** Returns all headers by their lower-cased names, unmodifiable. */
  public Map<String, String> headers() {
    return headers;
  }

  /** Returns the method, in capitals. */
  public String method() {
    return method;
  }

  /** Returns the whole address as the sender has it; empty if it is not known. */
  public String url() {
    return url;
  }

  /** Returns the parameters of the address. */
  public Form query() {
    int mark = url.indexOf('?');
    return Form.of(mark < 0 ? "" : url.substring(mark + 1));
  }

  /** Returns the body, byte for byte. */
  public Body body() {
    return body;
  }

  /** Returns when the delivery reached us. */
  public Instant receivedAt() {
    return receivedAt;
  }

  @Override
  public String toString() {
    return "Delivery[" + headers.size() + " headers, " + body + ", " + receivedAt + "]";
  }
}
