package dev.hookset.providers;

import static dev.hookset.receive.Handshake.when;
import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Slack tells about events, slash commands and interactions; the last two are forms, the last with
 * JSON in it. Events alone have an ID.
 */
final class Slack {
  private Slack() {}

  static Provider provider() {
    return Provider.named("slack")
        .signs(
            Scheme.hmacSha256("v0:{timestamp}:{body}")
                .in("X-Slack-Signature", "v0=")
                .timestamp("X-Slack-Request-Timestamp", UNIX_SECONDS))
        .id(member("event_id"))
        .type(member("event.type"), member("type"), member("command"))
        .occurredAt(UNIX_SECONDS, "event_time")
        .workspace(member("team_id", "team.id"))
        .project(member("api_app_id"))
        .keeps("X-Slack-Retry-Num", "X-Slack-Retry-Reason")
        .form("payload")
        .handshake(when("type", "url_verification").answers("challenge", "challenge"))
        .answerWithin(Duration.ofSeconds(3))
        .retriesAfter("0s 1m 5m")
        .keyIn("The app's Basic Information shows the Signing Secret under App Credentials")
        .urlIn("in the app's Event Subscriptions, Interactivity or Slash Commands as Request URL")
        .build();
  }
}
