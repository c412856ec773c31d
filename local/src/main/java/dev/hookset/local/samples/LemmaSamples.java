package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Lemma: one envelope, and in it the incident. */
final class LemmaSamples implements ProviderSamples {
  @Override
  public List<String> types() {
    return List.of(
        "incident.analyzed", "incident.created", "incident.resolved", "incident.dismissed");
  }

  @Override
  public ObjectNode body(String type, String id, Instant now) {
    ObjectNode body =
        Json.object()
            .put("event", type)
            .put("timestamp", Json.millis(now))
            .put("projectId", "39e9c46a-5d1b-4c1e-9a53-0c5e6f6b7a10");
    ObjectNode incident =
        body.putObject("incident")
            .put("id", id)
            .put(
                "status",
                switch (type) {
                  case "incident.resolved" -> "resolved";
                  case "incident.dismissed" -> "dismissed";
                  default -> "unresolved";
                })
            .put("metricName", "tool_call_success_rate");
    if (type.equals("incident.analyzed")) {
      incident.put(
          "rootCause", "OpenAI tool call parsing fails when response contains nested JSON strings");
    }
    incident.put("createdAt", Json.millis(now.minus(Duration.ofMinutes(2))));
    return body;
  }
}
