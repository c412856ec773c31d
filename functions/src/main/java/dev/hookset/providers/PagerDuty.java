package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Shown;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * PagerDuty tells about incidents and services, one event a delivery. Its test event is pagey.ping.
 */
final class PagerDuty {
  private PagerDuty() {}

  static Provider provider() {
    return Provider.named("pagerduty")
        .signs(Scheme.hmacSha256("{body}").in("X-PagerDuty-Signature", "v1=").list(","))
        .title("PagerDuty")
        .id(member("event.id"))
        .type(member("event.event_type"))
        .occurredAt(RFC3339, "event.occurred_at")
        .subject(member("event.data.id"))
        .deliveryId(Shown.header("X-Webhook-Id"))
        .keeps("X-Webhook-Subscription")
        .answers(202, 401)
        .answerWithin(Duration.ofSeconds(5))
        .retriesFor(Duration.ofMinutes(20))
        .keyIn("PagerDuty shows the secret once, when the webhook subscription is made")
        .urlIn("in PagerDuty under Integrations > Generic Webhooks (v3) > New Webhook")
        .build();
  }
}
