package dev.hookset.inbox;

import dev.hookset.Event;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded of an event.
 *
 * @param event what came
 * @param receivedAt when it came
 * @param status {@link Status#RECEIVED}, {@link Status#SKIPPED} or {@link Status#QUARANTINED}
 * @param headers those headers of the delivery that are kept, by lower-cased name
 * @param traceId the trace that the delivery belongs to
 * @param via how it came, where no delivery brings it; null for a delivery
 */
public record NewRecord(
    Event event,
    Instant receivedAt,
    Status status,
    Map<String, String> headers,
    @Nullable String traceId,
    @Nullable String via) {
  /** Checks the status and copies the headers. */
  public NewRecord {
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(receivedAt, "receivedAt");
    headers = Map.copyOf(headers);
    switch (status) {
      case RECEIVED, SKIPPED, QUARANTINED -> {}
      case PROCESSING, DONE, SUPERSEDED, FAILED ->
          throw new IllegalArgumentException("a new record cannot be " + status);
    }
  }

  /** Creates the record of what a delivery brings. */
  public NewRecord(
      Event event,
      Instant receivedAt,
      Status status,
      Map<String, String> headers,
      @Nullable String traceId) {
    this(event, receivedAt, status, headers, traceId, null);
  }
}
