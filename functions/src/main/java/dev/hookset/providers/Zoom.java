package dev.hookset.providers;

import static dev.hookset.receive.Handshake.when;
import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.UNIX_MILLIS;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Zoom tells about meetings, users and all else of an account. It names no event, so the body's
 * digest is the ID; every 72 hours it has the endpoint prove that it knows the secret token.
 */
final class Zoom {
  private Zoom() {}

  static Provider provider() {
    return Provider.named("zoom")
        .signs(
            Scheme.hmacSha256("v0:{timestamp}:{body}")
                .in("x-zm-signature", "v0=")
                .timestamp("x-zm-request-timestamp", UNIX_SECONDS))
        .type(member("event"))
        .occurredAt(UNIX_MILLIS, "event_ts")
        .workspace(member("payload.account_id"))
        .handshake(
            when("event", "endpoint.url_validation")
                .answers(
                    "plainToken", "payload.plainToken",
                    "encryptedToken", "hmac payload.plainToken"))
        .answerWithin(Duration.ofSeconds(3))
        .retriesAfter("5m 20m 60m")
        .keyIn("The app's Access page shows the Secret Token")
        .urlIn("in the app's Access page under Event Subscriptions, as the notification endpoint")
        .build();
  }
}
