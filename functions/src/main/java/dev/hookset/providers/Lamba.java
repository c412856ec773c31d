package dev.hookset.providers;

import dev.hookset.Origin;
import dev.hookset.receive.Facts;
import dev.hookset.receive.Fields;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import dev.hookset.signing.Verified;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lamba tells about users, sessions, campaigns and more; it asks for 204 on success and 400 for a
 * signature that does not hold.
 */
final class Lamba implements Provider {
  /** Names the attempt, never the event. */
  private static final String DELIVERY_HEADER = "X-Lamba-Delivery";

  @Override
  public String name() {
    return "lamba";
  }

  @Override
  public Scheme scheme() {
    return new Scheme.SignedTimestampAndBody(
        Scheme.Algorithm.HMAC_SHA256,
        "X-Lamba-Signature",
        "v1=",
        "X-Lamba-Timestamp",
        TimestampForm.UNIX_SECONDS_OR_RFC3339);
  }

  @Override
  public Set<String> fields() {
    return Set.of(
        "id", "type", "environment", "createdAt", "occurredAt", "workspaceId", "projectId");
  }

  @Override
  public Facts read(Fields fields, Verified verified) {
    Instant createdAt = fields.instant("createdAt");
    return new Facts(
        fields.string("id"),
        fields.string("type"),
        createdAt == null ? fields.instant("occurredAt") : createdAt,
        fields.string("environment"),
        new Origin(
            verified.delivery().header(DELIVERY_HEADER),
            fields.string("workspaceId"),
            fields.string("projectId")));
  }

  @Override
  public List<String> types() {
    return List.of(
        "user.*",
        "profile.*",
        "membership.*",
        "invitation.*",
        "role.*",
        "session.*",
        "identity.*",
        "security.*",
        "application.*",
        "domain.*",
        "webhook.endpoint.*",
        "campaign.*",
        "sms.*",
        "loyalty.*",
        "notification.*",
        "audit.*");
  }

  @Override
  public String whereToFindTheKey() {
    return "Lamba's console shows the signing secret under Integration > Webhooks > Open security";
  }

  @Override
  public int successStatus() {
    return 204;
  }

  @Override
  public int refusalStatus() {
    return 400;
  }

  @Override
  public List<String> keptHeaders() {
    return List.of(DELIVERY_HEADER, "X-Lamba-Event", "X-Lamba-Tenant");
  }

  @Override
  public EnvironmentSetting environmentSetting() {
    return new EnvironmentSetting("ENVIRONMENT", Map.of("prod", "prod", "test", "test"));
  }
}
