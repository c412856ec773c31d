package dev.hookset.local.samples;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.signing.Scheme;
import java.time.Instant;
import java.util.Map;

/**
 * Signs as a provider does. All that it knows of one is its {@link Scheme}, so a new provider signs
 * without a change here.
 */
public final class Signer {
  private Signer() {}

  /**
   * Returns the headers that prove {@code body}, in the scheme's own case and in the order in which
   * they are best read.
   *
   * @param time what the timestamp says, in whole Unix seconds, which every scheme with a timestamp
   *     understands
   * @throws IllegalArgumentException if {@code key} is for another algorithm than {@code scheme}'s
   */
  public static Map<String, String> sign(Scheme scheme, SigningKey key, Body body, Instant time) {
    return sign(scheme, key, new Delivery(Map.of(), body, time), time, "msg_hookset");
  }

  /**
   * Returns the headers that prove {@code delivery} likewise.
   *
   * @param delivery what is sent, but for these headers
   * @param id what stands in a signed header that {@code delivery} does not have
   * @throws IllegalArgumentException likewise
   */
  static Map<String, String> sign(
      Scheme scheme, SigningKey key, Delivery delivery, Instant time, String id) {
    return scheme(scheme, key).headers(delivery, time, id, key::sign);
  }

  /**
   * Returns by which of {@code scheme} and its alternatives {@code key} signs: the first that it is
   * for, and that asks for nothing besides.
   *
   * @throws IllegalArgumentException if it is for none of them
   */
  static Scheme scheme(Scheme scheme, SigningKey key) {
    return scheme.all().stream()
        .filter(each -> each.condition() == null && each.algorithm() == key.algorithm())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "a key for " + key.algorithm() + " cannot sign for " + scheme.algorithm()));
  }
}
