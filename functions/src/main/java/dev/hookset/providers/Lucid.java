package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.RFC3339;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;

/**
 * Lucid tells about receipts, epochs, passports, agents and budgets. Five failed attempts make it
 * switch the webhook off.
 */
final class Lucid {
  private Lucid() {}

  static Provider provider() {
    return Provider.named("lucid")
        .signs(Scheme.hmacSha256("{body}").in("X-Lucid-Signature"))
        .id(member("id"))
        .type(member("type"))
        .occurredAt(RFC3339, "timestamp")
        .retriesAfter("1m 5m 30m 2h 12h")
        .keyIn(
            "The secret is the one given to lucid.webhooks.create when the webhook was registered")
        .urlIn("as the url that lucid.webhooks.create is given")
        .types(
            "receipt.created epoch.anchored passport.created passport.synced agent.started "
                + "agent.completed budget.warning budget.exceeded")
        .build();
  }
}
