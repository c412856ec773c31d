package dev.hookset.providers;

import dev.hookset.Origin;
import dev.hookset.receive.Facts;
import dev.hookset.receive.Fields;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.Verified;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lymnus tells about extractions, reports, agents, teams and subscriptions.
 *
 * <p>The timestamp beside its signature is not signed, so a captured delivery can be sent again
 * under a fresh one; what stops that is the event's ID and its own time.
 */
final class Lymnus implements Provider {
  private static final String LIVE = "live";
  private static final String TEST = "test";

  @Override
  public String name() {
    return "lymnus";
  }

  @Override
  public Scheme scheme() {
    return new Scheme.SignedBodyWithList(Scheme.Algorithm.HMAC_SHA256, "X-Lymnus-Signature");
  }

  @Override
  public Set<String> fields() {
    return Set.of("id", "event", "created", "livemode", "data.project_slug");
  }

  @Override
  public Facts read(Fields fields, Verified verified) {
    Boolean livemode = fields.bool("livemode");
    String environment = livemode == null ? null : livemode ? LIVE : TEST;
    // What Lymnus calls the delivery's UUID is the event's ID too.
    return new Facts(
        fields.string("id"),
        fields.string("event"),
        fields.instant("created"),
        environment,
        new Origin(fields.string("id"), null, fields.string("data.project_slug")));
  }

  @Override
  public List<String> types() {
    return List.of(
        "extraction.completed",
        "extraction.failed",
        "processing.completed",
        "generation.completed",
        "report.generated",
        "agent.run_completed",
        "agent.run_failed",
        "team.member_added",
        "team.member_removed",
        "subscription.created",
        "subscription.canceled");
  }

  @Override
  public String whereToFindTheKey() {
    return "your Lymnus platform administrator has the endpoint's signing secret";
  }

  @Override
  public EnvironmentSetting environmentSetting() {
    return new EnvironmentSetting("LIVEMODE", Map.of("true", LIVE, "false", TEST));
  }
}
