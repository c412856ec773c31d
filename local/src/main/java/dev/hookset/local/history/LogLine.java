package dev.hookset.local.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A line of the functions' log about a delivery or an attempt.
 *
 * @param at when it was written
 * @param kind what it is about
 * @param provider whose event it is; null where that could not be told
 * @param outcome what became of it, in the log's word
 * @param reason why it was refused, or what went wrong; null where there is nothing to say
 * @param eventId the event; null where the delivery was not believed
 * @param type the event's type, likewise
 * @param conflict whether other bytes had come under the event's ID before
 * @param attempt which attempt it was, from 1; 0 where none was made
 * @param notBefore when the next attempt may start; null if there is none
 * @param lag from the event's own time until it was done; null where the log does not say
 * @param json the whole line
 */
public record LogLine(
    Instant at,
    Kind kind,
    @Nullable String provider,
    String outcome,
    @Nullable String reason,
    @Nullable String eventId,
    @Nullable String type,
    boolean conflict,
    int attempt,
    @Nullable Instant notBefore,
    @Nullable Duration lag,
    String json) {
  private static final JsonMapper JSON = new JsonMapper();

  /** What a line is about. */
  public enum Kind {
    /** A delivery was judged. */
    DELIVERY,
    /** A worker is through with a message. */
    EVENT
  }

  /** Checks that what must be there is there. */
  public LogLine {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(json, "json");
  }

  /** Returns what a line of the log says; null if it is about neither a delivery nor an attempt. */
  public static @Nullable LogLine read(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      String message = text(json, "message");
      String outcome = text(json, "outcome");
      Instant at = instant(json, "timestamp");
      if (message == null || outcome == null || at == null) {
        return null;
      }
      Kind kind =
          message.startsWith("delivery ")
              ? Kind.DELIVERY
              : message.startsWith("event ") ? Kind.EVENT : null;
      if (kind == null) {
        return null;
      }
      String reason = text(json, "reason");
      String detail = reason == null ? text(json, "detail") : reason;
      return new LogLine(
          at,
          kind,
          text(json, "provider"),
          outcome,
          detail == null ? text(json, "error") : detail,
          text(json, "eventId"),
          text(json, "type"),
          json.path("conflict").asBoolean(),
          json.path("attempt").asInt(),
          instant(json, "notBefore"),
          json.path("Lag").isNumber() ? Duration.ofMillis(json.path("Lag").longValue()) : null,
          line);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.path(name).textValue();
  }

  private static @Nullable Instant instant(JsonNode json, String name) {
    String text = text(json, name);
    try {
      return text == null ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
