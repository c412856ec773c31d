package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Square tells about payments, orders and all else of a merchant. It signs the notification URL
 * with the body, so that must be the one that Square was given; each subscription has its own key.
 */
final class Square {
  private Square() {}

  static Provider provider() {
    return Provider.named("square")
        .signs(Scheme.hmacSha256("{url}{body}").in("x-square-hmacsha256-signature").base64())
        .id(member("event_id"))
        .type(member("type"))
        .occurredAt(RFC3339, "created_at")
        .subject(member("data.id"))
        .workspace(member("merchant_id"))
        .keeps("Square-Environment", "Square-Retry-Number", "Square-Retry-Reason")
        .answerWithin(Duration.ofSeconds(10))
        .retriesFor(Duration.ofHours(24))
        .keyIn("The subscription's page under Webhooks shows its signature key")
        .urlIn("in Square's Developer Console under Webhooks > Subscriptions")
        .build();
  }
}
