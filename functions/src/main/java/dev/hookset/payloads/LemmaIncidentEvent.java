package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Event;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of every Lemma event, as Lemma's webhook documentation shows it.
 *
 * @param event what happened: {@code incident.created}, {@code incident.analyzed}, {@code
 *     incident.resolved} or {@code incident.dismissed}
 * @param timestamp when it happened
 * @param projectId the project whose monitor found the incident
 * @param incident the incident, on events of every type
 * @param json the whole body
 */
public record LemmaIncidentEvent(
    @Nullable String event,
    @Nullable Instant timestamp,
    @Nullable String projectId,
    @Nullable LemmaIncident incident,
    JsonNode json) {
  /** Checks that the tree is there. */
  public LemmaIncidentEvent {
    Objects.requireNonNull(json, "json");
  }

  /** Reads the body of {@code event}; never fails. */
  public static LemmaIncidentEvent of(Event event) {
    LenientJson body = LenientJson.of(event);
    return new LemmaIncidentEvent(
        body.text("event"),
        body.time("timestamp"),
        body.text("projectId"),
        body.object("incident", LemmaIncident::read),
        body.node());
  }
}
