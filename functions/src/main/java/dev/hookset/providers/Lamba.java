package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS_OR_RFC3339;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Shown;
import dev.hookset.signing.Scheme;
import java.util.Map;

/**
 * Lamba tells about users, sessions, campaigns and more; it asks for 204 on success and 400 for a
 * signature that does not hold. Its delivery header names the attempt, never the event.
 */
final class Lamba {
  private Lamba() {}

  static Provider provider() {
    return Provider.named("lamba")
        .signs(
            Scheme.hmacSha256("{timestamp}.{body}")
                .in("X-Lamba-Signature", "v1=")
                .timestamp("X-Lamba-Timestamp", UNIX_SECONDS_OR_RFC3339))
        .id(member("id"))
        .type(member("type"))
        .occurredAt(RFC3339, "createdAt", "occurredAt")
        .environment("ENVIRONMENT", member("environment"), Map.of("prod", "prod", "test", "test"))
        .deliveryId(Shown.header("X-Lamba-Delivery"))
        .workspace(member("workspaceId"))
        .project(member("projectId"))
        .keeps("X-Lamba-Event", "X-Lamba-Tenant")
        .answers(204, 400)
        .keyIn(
            "Lamba's console shows the signing secret under Integration > Webhooks > Open security")
        .urlIn("in Lamba under Integration > Webhooks > Add endpoint")
        .types(
            "user.* profile.* membership.* invitation.* role.* session.* identity.* security.* "
                + "application.* domain.* webhook.endpoint.* campaign.* sms.* loyalty.* "
                + "notification.* audit.*")
        .build();
  }
}
