package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Shown;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * GitHub tells about repositories and organizations. Neither its delivery's ID nor the event's name
 * is signed: the body's digest is the ID, so that a captured delivery sent again under another ID
 * is still a duplicate. It never sends again by itself; the delivery's page has a button for it.
 */
final class GitHub {
  private GitHub() {}

  static Provider provider() {
    return Provider.named("github")
        .signs(Scheme.hmacSha256("{body}").in("X-Hub-Signature-256", "sha256="))
        .title("GitHub")
        .type(Shown.header("X-GitHub-Event"))
        .deliveryId(Shown.header("X-GitHub-Delivery"))
        .workspace(member("organization.login"))
        .project(member("repository.full_name"))
        .keeps("X-GitHub-Hook-ID")
        .form("payload")
        .anyBytes()
        .answerWithin(Duration.ofSeconds(10))
        .retriesNever()
        .keyIn("The secret is the one given when the webhook was added under Settings > Webhooks")
        .urlIn("in GitHub under Settings > Webhooks > Add webhook, as the Payload URL")
        .build();
  }
}
