package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Shown;
import dev.hookset.receive.Signed;
import dev.hookset.signing.Scheme;

/**
 * GitLab tells about projects and groups. A signing token, whsec_…, signs as Standard Webhooks
 * does; a plain secret token only comes along, so that nothing of a delivery is signed. Whichever
 * is configured is asked for.
 */
final class GitLab {
  private GitLab() {}

  static Provider provider() {
    return Provider.named("gitlab")
        .signs(Scheme.standardWebhooks("webhook").or(Scheme.token("X-Gitlab-Token", "")))
        .title("GitLab")
        .id(Signed.header("webhook-id"))
        .type(Shown.header("X-Gitlab-Event"), member("object_kind"))
        .deliveryId(Shown.header("Idempotency-Key"))
        .project(member("project.path_with_namespace"))
        .keeps("X-Gitlab-Instance", "X-Gitlab-Webhook-UUID")
        .anyBytes()
        .keyIn("The token is the one given to the webhook under Settings > Webhooks")
        .urlIn("in the project or group under Settings > Webhooks > Add new webhook")
        .build();
  }
}
