package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;
import static dev.hookset.signing.TimestampForm.UNIX_MILLIS;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Shown;
import dev.hookset.receive.Signed;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Linear tells about issues, comments and projects. It signs its time in the body, and names the
 * delivery only in a header; what happened to what, and when, is the event's ID, as a retry has a
 * new time in its body.
 */
final class Linear {
  private Linear() {}

  static Provider provider() {
    return Provider.named("linear")
        .signs(
            Scheme.hmacSha256("{body}")
                .in("Linear-Signature")
                .timestampInBody("webhookTimestamp", UNIX_MILLIS)
                .tolerance(Duration.ofSeconds(60)))
        .id(Signed.joined(member("type"), member("action"), member("data.id"), member("createdAt")))
        .type(member("type").then(".", member("action")), member("type"))
        .occurredAt(RFC3339, "createdAt")
        .subject(member("data.id"))
        .deliveryId(Shown.header("Linear-Delivery"))
        .workspace(member("organizationId"))
        .answerWithin(Duration.ofSeconds(5))
        .keyIn("The webhook's page under Settings > API shows the signing secret")
        .urlIn("in Linear under Settings > API > Webhooks > New webhook")
        .build();
  }
}
