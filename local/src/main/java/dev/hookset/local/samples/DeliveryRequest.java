package dev.hookset.local.samples;

import dev.hookset.Body;
import dev.hookset.receive.Provider;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A request as a provider sends it, to be posted or to be handed to a function. To deliver twice,
 * send it twice. Printed, it shows neither headers nor body.
 *
 * @param provider who seems to send it
 * @param headers what goes with the body, in the provider's case: its type, and what the provider
 *     documents; unmodifiable, in an order that reads well
 * @param body the body, byte for byte
 * @param method the method, in capitals
 * @param query what follows the path behind a question mark; empty for nothing
 */
public record DeliveryRequest(
    Provider provider, Map<String, String> headers, Body body, String method, String query) {
  /** Creates the request that providers mostly send: a {@code POST} without a query. */
  public DeliveryRequest(Provider provider, Map<String, String> headers, Body body) {
    this(provider, headers, body, "POST", "");
  }

  /** Copies the headers. */
  public DeliveryRequest {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(body, "body");
    Objects.requireNonNull(method, "method");
    Objects.requireNonNull(query, "query");
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /** Whether a header can hold a text: each client sends printable ASCII as it is, and no other. */
  public static boolean canStandInAHeader(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** Returns the path that the provider posts to. */
  public String path() {
    return "/webhooks/" + provider.name();
  }

  /**
   * Returns the same with one byte of the body changed on the way: its last digit, so that JSON
   * stays JSON, else its last byte. A body without bytes gets one.
   */
  public DeliveryRequest tampered() {
    byte[] bytes = body.toByteArray();
    if (bytes.length == 0) {
      return new DeliveryRequest(provider, headers, Body.ofUtf8(" "), method, query);
    }
    int changed = bytes.length - 1;
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] >= '0' && bytes[i] <= '9') {
        changed = i;
        break;
      }
    }
    bytes[changed] ^= 1;
    return new DeliveryRequest(provider, headers, Body.wrap(bytes), method, query);
  }

  @Override
  public String toString() {
    return "DeliveryRequest[" + provider.name() + ", " + headers.size() + " headers, " + body + "]";
  }
}
