package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lamina: the status document of a run. */
final class LaminaSamples implements ProviderSamples {
  private static final String PREFIX = "run.";

  @Override
  public List<String> types() {
    return List.of("run.completed", "run.failed");
  }

  @Override
  public ObjectNode body(String type, String id, Instant now) {
    if (!type.startsWith(PREFIX) || type.equals(PREFIX)) {
      throw new IllegalArgumentException(
          "Lamina has no event type '" + type + "'; run.<status> is expected, like run.completed");
    }
    String status = type.substring(PREFIX.length());
    boolean completed = status.equals("completed");
    ObjectNode body = Json.object();
    ObjectNode run =
        body.putObject("data")
            .put("runId", id)
            .put("workflowId", "80d4d454-8844-489f-b903-2ad65a414482")
            .put("status", status);
    ObjectNode output =
        run.putArray("outputs")
            .addObject()
            .put("id", "node-1")
            .put("label", "Generated Image")
            .put("type", "image");
    if (completed) {
      output.put("value", "https://cdn.example.com/" + id + ".png");
    } else {
      output.putNull("value");
    }
    output.put("status", status);
    String error = completed ? null : "the run ended as " + status + ": out of credits";
    output.put("error", error);
    run.put("errorMessage", error)
        .put("startedAt", Json.millis(now.minus(Duration.ofSeconds(90))))
        .put("completedAt", Json.millis(now))
        .put("createdAt", Json.millis(now.minus(Duration.ofSeconds(91))));
    return body;
  }

  /** The request's ID is the run's; neither header is signed. */
  @Override
  public Map<String, String> headers(JsonNode body, String id) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Lamina-Webhook-Request-Id", body.path("data").path("runId").asText(id));
    headers.put("X-Lamina-Webhook-User-Id", "usr_1");
    return headers;
  }
}
