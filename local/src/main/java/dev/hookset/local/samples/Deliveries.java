package dev.hookset.local.samples;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.receive.Provider;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Makes deliveries as each provider would: of samples or of bodies from elsewhere, genuine or too
 * old. Safe to share between threads.
 */
public final class Deliveries {
  /** More than any tolerance that the template allows. */
  private static final Duration STALE_TIMESTAMP = Duration.ofDays(2);

  /** More than any retention that the template allows. */
  private static final Duration STALE_EVENT = Duration.ofDays(4000);

  private final DevelopmentKeys keys;

  /** Creates a maker that signs with {@code keys}. */
  public Deliveries(DevelopmentKeys keys) {
    this.keys = Objects.requireNonNull(keys, "keys");
  }

  /**
   * Returns a delivery of a sample, with a signature that holds.
   *
   * @param type the event's type, see {@link Samples#types}
   * @param id what no other event has, such as a UUID
   * @param now when the event happens and the delivery is signed
   * @throws IllegalArgumentException if the provider can have no event of that type, or its key in
   *     the environment is none
   */
  public DeliveryRequest genuine(Provider provider, String type, String id, Instant now) {
    return genuine(provider, Samples.body(provider, type, id, now), id, now);
  }

  /**
   * Returns a delivery of {@code body} as it stands, with a signature that holds.
   *
   * @param id names the delivery where the provider names deliveries, such as a UUID
   * @param now when the delivery is signed
   * @throws IllegalArgumentException if the provider's key in the environment is none
   */
  public DeliveryRequest genuine(Provider provider, Body body, String id, Instant now) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json");
    Map<String, String> others = Samples.headers(provider, body, id);
    Delivery unsigned = new Delivery(others, body, now);
    headers.putAll(Signer.sign(provider.scheme(), keys.signingKey(provider), unsigned, now, id));
    others.forEach(headers::putIfAbsent);
    return new DeliveryRequest(provider, headers, body);
  }

  /**
   * Returns a delivery of a sample as it was genuine long ago: its timestamp is two days old, or,
   * where the scheme has none, the event itself is eleven years old. Parameters are those of {@link
   * #genuine(Provider, String, String, Instant)}.
   *
   * @throws IllegalArgumentException if the provider can have no event of that type, or its key in
   *     the environment is none
   */
  public DeliveryRequest stale(Provider provider, String type, String id, Instant now) {
    return genuine(
        provider,
        type,
        id,
        now.minus(provider.scheme().hasTimestamp() ? STALE_TIMESTAMP : STALE_EVENT));
  }

  /**
   * Returns a delivery of {@code body} that was signed two days ago. Parameters are those of {@link
   * #genuine(Provider, Body, String, Instant)}.
   *
   * @throws IllegalArgumentException if the provider's deliveries carry no timestamp, so that only
   *     the body says how old they are; or if its key in the environment is none
   */
  public DeliveryRequest stale(Provider provider, Body body, String id, Instant now) {
    if (!provider.scheme().hasTimestamp()) {
      throw new IllegalArgumentException(
          "a delivery of "
              + provider.name()
              + " carries no timestamp; to make one stale, put an old time into its body");
    }
    return genuine(provider, body, id, now.minus(STALE_TIMESTAMP));
  }
}
