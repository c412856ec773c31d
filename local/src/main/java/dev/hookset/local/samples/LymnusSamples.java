package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Lymnus: one envelope, and data that differ from type to type. Its documentation shows those of
 * {@code extraction.completed}; the others are what one would expect.
 */
final class LymnusSamples implements ProviderSamples {
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
  public ObjectNode body(String type, String id, Instant now) {
    ObjectNode body =
        Json.object()
            .put("id", id)
            .put("event", type)
            .put("created", Json.seconds(now))
            .put("livemode", false)
            .put("api_version", "v1");
    body.set("data", data(type, now));
    return body;
  }

  private static ObjectNode data(String type, Instant now) {
    return switch (type) {
      case "extraction.completed" -> project().put("format", "json").put("total_records", 847);
      case "extraction.failed" ->
          project()
              .put("error_code", "unreadable_document")
              .put("error_message", "page 3 could not be read");
      case "processing.completed" -> project().put("format", "csv").put("total_records", 845);
      case "generation.completed" -> project().put("format", "csv").put("total_records", 5000);
      case "report.generated" ->
          project().put("report_id", 7).put("report_type", "audit").put("format", "pdf");
      case "agent.run_completed" -> run().put("status", "completed").put("duration_seconds", 41);
      case "agent.run_failed" ->
          run().put("status", "failed").put("error_message", "a step ran out of time");
      case "team.member_added", "team.member_removed" ->
          Json.object()
              .put("team_id", 9)
              .put("team_name", "Finance")
              .put("member_id", 1204)
              .put("member_email", "colleague@example.com")
              .put("role", "member");
      case "subscription.created" ->
          subscription()
              .put("status", "active")
              .put("current_period_end", Json.seconds(now.plus(Duration.ofDays(30))));
      case "subscription.canceled" ->
          subscription().put("status", "canceled").put("canceled_at", Json.seconds(now));
      default -> Json.object();
    };
  }

  private static ObjectNode project() {
    return Json.object()
        .put("project_id", 42)
        .put("project_slug", "my-project-abc123")
        .put("project_name", "Q1 Invoices");
  }

  private static ObjectNode run() {
    return project().put("agent_id", 3).put("agent_name", "Invoice matcher").put("run_id", 5120);
  }

  private static ObjectNode subscription() {
    return Json.object().put("subscription_id", 310).put("plan", "enterprise").put("seats", 25);
  }
}
