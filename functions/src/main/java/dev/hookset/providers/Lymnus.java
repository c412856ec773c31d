package dev.hookset.providers;

import static dev.hookset.receive.Signed.flag;
import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;
import java.util.Map;

/**
 * Lymnus tells about extractions, reports, agents, teams and subscriptions.
 *
 * <p>The timestamp beside its signature is not signed, so a captured delivery can be sent again
 * under a fresh one; what stops that is the event's ID and its own time. What it calls the
 * delivery's UUID is the event's ID too.
 */
final class Lymnus {
  private Lymnus() {}

  static Provider provider() {
    return Provider.named("lymnus")
        .signs(
            Scheme.hmacSha256("{body}")
                .in("X-Lymnus-Signature", "v1=")
                .list(",")
                .timestampInList("t=", UNIX_SECONDS))
        .id(member("id"))
        .type(member("event"))
        .occurredAt(RFC3339, "created")
        .environment("LIVEMODE", flag("livemode"), Map.of("true", "live", "false", "test"))
        .deliveryId(member("id"))
        .project(member("data.project_slug"))
        .answerWithin(Duration.ofSeconds(10))
        .retriesAfter("1m 5m 30m 2h 8h")
        .keyIn("Your Lymnus platform administrator has the endpoint's signing secret")
        .urlIn("your Lymnus platform administrator enters it as the endpoint's URL")
        .types(
            "extraction.completed extraction.failed processing.completed generation.completed "
                + "report.generated agent.run_completed agent.run_failed team.member_added "
                + "team.member_removed subscription.created subscription.canceled")
        .build();
  }
}
