package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Paddle tells about transactions, subscriptions and customers. Its header is a list with
 * semicolons; while a secret is rotated, each signs.
 */
final class Paddle {
  private Paddle() {}

  static Provider provider() {
    return Provider.named("paddle")
        .signs(
            Scheme.hmacSha256("{timestamp}:{body}")
                .in("Paddle-Signature", "h1=")
                .list(";")
                .timestampInList("ts=", UNIX_SECONDS)
                .tolerance(Duration.ofSeconds(5)))
        .id(member("event_id"))
        .type(member("event_type"))
        .occurredAt(RFC3339, "occurred_at")
        .subject(member("data.id"))
        .deliveryId(member("notification_id"))
        .answerWithin(Duration.ofSeconds(5))
        .retriesFor(Duration.ofDays(3))
        .keyIn("The destination's page under Developer tools > Notifications shows its secret key")
        .urlIn("in Paddle under Developer tools > Notifications > New destination")
        .build();
  }
}
