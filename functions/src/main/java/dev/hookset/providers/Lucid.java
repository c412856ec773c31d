package dev.hookset.providers;

import dev.hookset.Origin;
import dev.hookset.receive.Facts;
import dev.hookset.receive.Fields;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.Verified;
import java.util.List;
import java.util.Set;

/**
 * Lucid tells about receipts, epochs, passports, agents and budgets. Five failed attempts make it
 * switch the webhook off.
 */
final class Lucid implements Provider {
  @Override
  public String name() {
    return "lucid";
  }

  @Override
  public Scheme scheme() {
    return new Scheme.SignedBody(Scheme.Algorithm.HMAC_SHA256, "X-Lucid-Signature", "");
  }

  @Override
  public Set<String> fields() {
    return Set.of("id", "type", "timestamp");
  }

  @Override
  public Facts read(Fields fields, Verified verified) {
    return new Facts(
        fields.string("id"),
        fields.string("type"),
        fields.instant("timestamp"),
        null,
        Origin.UNKNOWN);
  }

  @Override
  public List<String> types() {
    return List.of(
        "receipt.created",
        "epoch.anchored",
        "passport.created",
        "passport.synced",
        "agent.started",
        "agent.completed",
        "budget.warning",
        "budget.exceeded");
  }

  @Override
  public String whereToFindTheKey() {
    return "the secret is the one given to lucid.webhooks.create when the webhook was registered";
  }
}
