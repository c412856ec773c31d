package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The incident of a {@linkplain LemmaIncidentEvent Lemma event}, as Lemma's webhook documentation
 * shows it.
 *
 * @param id the incident
 * @param status how it stands, such as {@code unresolved}
 * @param metricName the metric that the monitor watches
 * @param rootCause what Lemma's analysis found; on {@code incident.analyzed} alone
 * @param createdAt when the incident was detected
 * @param json the whole incident
 */
public record LemmaIncident(
    @Nullable String id,
    @Nullable String status,
    @Nullable String metricName,
    @Nullable String rootCause,
    @Nullable Instant createdAt,
    JsonNode json) {
  /** Checks that the tree is there. */
  public LemmaIncident {
    Objects.requireNonNull(json, "json");
  }

  static LemmaIncident read(LenientJson incident) {
    return new LemmaIncident(
        incident.text("id"),
        incident.text("status"),
        incident.text("metricName"),
        incident.text("rootCause"),
        incident.time("createdAt"),
        incident.node());
  }
}
