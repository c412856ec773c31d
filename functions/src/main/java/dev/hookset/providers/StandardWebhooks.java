package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Signed;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SchemeBuilder;
import java.time.Duration;

/**
 * Whoever follows Standard Webhooks: the ID and the time of the attempt are signed with the body,
 * by HMAC or by Ed25519. The ID stays the same on retries. Svix, and with it who sends through it,
 * names the headers its own way.
 */
final class StandardWebhooks {
  private StandardWebhooks() {}

  static Provider provider() {
    return described("standard-webhooks", "Standard Webhooks", Scheme.standardWebhooks("webhook"))
        .keyIn("The sender shows the signing secret, whsec_…, or its public key, whpk_…")
        .build();
  }

  static Provider svix() {
    return throughSvix("svix", "Svix", "endpoint's page in the application portal").build();
  }

  static Provider clerk() {
    return throughSvix("clerk", "Clerk", "endpoint's page in Clerk's Dashboard").build();
  }

  static Provider resend() {
    return throughSvix("resend", "Resend", "webhook's page in Resend's Dashboard").build();
  }

  static Provider openai() {
    return described("openai", "OpenAI", Scheme.standardWebhooks("webhook"))
        .keyIn("OpenAI shows the signing secret once, when the webhook is made in a project")
        .urlIn("in the project's settings under Webhooks")
        .build();
  }

  private static Provider.Builder throughSvix(String name, String title, String page) {
    return described(
            name, title, Scheme.standardWebhooks("svix").or(Scheme.standardWebhooks("webhook")))
        .keyIn("The " + page + " shows the signing secret, whsec_…")
        .urlIn("where the " + page + " is, as the URL of a new one");
  }

  private static Provider.Builder described(String name, String title, SchemeBuilder scheme) {
    return Provider.named(name)
        .signs(scheme)
        .title(title)
        .id(ids(scheme.build()))
        .type(member("type"))
        .occurredAt(RFC3339, "timestamp")
        .anyBytes()
        .answerWithin(Duration.ofSeconds(15))
        .retriesAfter("5s 5m 30m 2h 5h 10h 10h");
  }

  private static Signed[] ids(Scheme scheme) {
    return scheme.all().stream()
        .flatMap(each -> each.signedHeaders().stream())
        .map(Signed::header)
        .toArray(Signed[]::new);
  }
}
