package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import java.time.Instant;
import java.util.List;

/**
 * Lucid: one envelope, and data that differ from type to type. Its documentation shows those of
 * {@code receipt.created}; the others are what one would expect.
 */
final class LucidSamples implements ProviderSamples {
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
  public ObjectNode body(String type, String id, Instant now) {
    String suffix = id.replace("-", "");
    ObjectNode body =
        Json.object()
            .put("id", "evt_" + suffix)
            .put("type", type)
            .put("timestamp", Json.seconds(now));
    body.set("data", data(type, suffix));
    return body;
  }

  private static ObjectNode data(String type, String suffix) {
    ObjectNode data = Json.object();
    return switch (type) {
      case "receipt.created" ->
          data.put("receiptId", "rec_" + suffix)
              .put("model", "gpt-4o")
              .put("inputTokens", 150)
              .put("outputTokens", 320)
              .put("signatureValid", true);
      case "epoch.anchored" ->
          data.put("epochId", "epc_" + suffix)
              .put("receiptCount", 128)
              .put("merkleRoot", Body.ofUtf8(suffix).sha256())
              .put("chain", "solana");
      case "passport.created" ->
          data.put("passportId", "pas_" + suffix).put("kind", "model").put("name", "gpt-4o");
      case "passport.synced" ->
          data.put("passportId", "pas_" + suffix).put("chain", "solana").put("slot", 287_654_321);
      case "agent.started" -> data.put("agentId", "agt_research").put("runId", "run_" + suffix);
      case "agent.completed" ->
          data.put("agentId", "agt_research")
              .put("runId", "run_" + suffix)
              .put("outcome", "success")
              .put("durationMs", 5300);
      case "budget.warning" -> budget(data, suffix, 40);
      case "budget.exceeded" -> budget(data, suffix, 51);
      default -> data;
    };
  }

  private static ObjectNode budget(ObjectNode data, String suffix, int spent) {
    return data.put("sessionId", "ses_" + suffix)
        .put("currency", "USD")
        .put("budget", 50)
        .put("spent", spent);
  }
}
