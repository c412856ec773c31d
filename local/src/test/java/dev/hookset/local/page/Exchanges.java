package dev.hookset.local.page;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.stack.Exchange;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deliveries and their answers as a stack reports them, for tests that run none. */
final class Exchanges {
  private Exchanges() {}

  /** A delivery of Lemma that was refused by its signature. */
  static Exchange refused(Instant at, @Nullable Body body) {
    return refused(at, "invalid_signature", body);
  }

  static Exchange refused(Instant at, String reason, @Nullable Body body) {
    return exchange("lemma", at, body, Receipt.Outcome.REFUSED, reason, null, false);
  }

  /** A delivery that was recorded under {@code key}. */
  static Exchange recorded(EventKey key, Instant at, Receipt.Outcome outcome, @Nullable Body body) {
    boolean conflict = outcome == Receipt.Outcome.QUARANTINED && key.eventId().contains("~");
    return exchange(key.provider(), at, body, outcome, null, key, conflict);
  }

  /** A delivery that no function has judged. */
  static Exchange unjudged(String provider, Instant at, Map<String, String> headers, Body body) {
    return new Exchange(
        provider, at, Duration.ZERO, headers, body, false, null, new Reply(413, Map.of(), null));
  }

  /** A delivery that no function has judged. */
  static Exchange unjudged(DeliveryRequest request, Instant at) {
    return unjudged(request.provider().name(), at, request.headers(), request.body());
  }

  private static Exchange exchange(
      String provider,
      Instant at,
      @Nullable Body body,
      Receipt.Outcome outcome,
      @Nullable String detail,
      @Nullable EventKey key,
      boolean conflict) {
    Reply reply =
        new Reply(key == null ? 401 : 200, Map.of("content-type", "x"), "{\"a\":\"\\n\"}");
    Receipt receipt =
        new Receipt(
            provider,
            outcome,
            detail,
            key,
            key == null ? null : "incident.created",
            null,
            Origin.UNKNOWN,
            conflict,
            false,
            null,
            "sha256:0011",
            Map.of(),
            "Root=1-0-0",
            reply);
    Map<String, String> headers = Map.of("x-lemma-signature", "00");
    Duration took = Duration.ofNanos(1_234_567);
    return new Exchange(provider, at, took, headers, body, true, receipt, reply);
  }
}
