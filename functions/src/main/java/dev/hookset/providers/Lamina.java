package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Signed;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Lamina tells that a run has finished: the body is the run's status document.
 *
 * <p>It names no event; the run and its status together do, so that a run which fails and later
 * completes is two events. The header with the request's ID is not signed, so it names nothing:
 * with it, a captured delivery could be sent again under another run's ID, and that run's own event
 * would then look like a duplicate.
 */
final class Lamina {
  private Lamina() {}

  static Provider provider() {
    Signed run = member("data.runId", "data.executionId", "runId", "executionId", "data.id", "id");
    Signed status = member("data.status", "status");
    return Provider.named("lamina")
        .signs(
            Scheme.ed25519("{timestamp}.{body}")
                .in("X-Lamina-Webhook-Signature")
                .timestamp("X-Lamina-Webhook-Timestamp", UNIX_SECONDS))
        .id(run.then("/", status), run)
        .type(status.after("run."))
        .occurredAt(RFC3339, "data.completedAt", "completedAt")
        .subject(run)
        .keeps("X-Lamina-Webhook-Request-Id", "X-Lamina-Webhook-User-Id")
        .answerWithin(Duration.ofSeconds(15))
        .retriesAfter("5s 30s 2m")
        .publishesKeysAt("https://app.uselamina.ai/v1/webhooks/signing-key")
        .keyIn(
            "Lamina's API key, lma_…, is the one that `lamina login --api-key` takes; with it GET"
                + " /v1/webhooks/signing-key gives the public key")
        .urlIn(
            "as ?webhook= when a run is started (POST /v1/apps/{appId}/runs?webhook=…), or with"
                + " `lamina webhook listen --public-url … --save-default`")
        .types("run.completed run.failed run.error run.cancelled")
        .build();
  }
}
