package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Signed;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Lemma tells about incidents.
 *
 * <p>It names no event. What makes one is the project, the incident, what happened to it and when,
 * so these four together are the ID; that a retry repeats the time is an assumption, as it is the
 * event's time and not the delivery's.
 */
final class Lemma {
  private Lemma() {}

  static Provider provider() {
    Signed project = member("projectId");
    return Provider.named("lemma")
        .signs(Scheme.hmacSha256("{body}").in("X-Lemma-Signature", "sha256="))
        .id(Signed.joined(project, member("incident.id"), member("event"), member("timestamp")))
        .type(member("event"))
        .occurredAt(RFC3339, "timestamp")
        .subject(member("incident.id"))
        .project(project)
        .answerWithin(Duration.ofSeconds(10))
        .keyIn(
            "Lemma shows the signing secret once, when the endpoint is added under Settings >"
                + " Developer > Webhooks; the endpoint's edit dialog makes a new one")
        .urlIn("in Lemma under Settings > Developer > Webhooks > Add endpoint")
        .types("incident.created incident.analyzed incident.resolved incident.dismissed")
        .build();
  }
}
