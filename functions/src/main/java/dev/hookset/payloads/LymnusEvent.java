package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Event;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of every Lymnus delivery, as Lymnus's webhook documentation shows it.
 *
 * @param id the delivery, a UUID
 * @param event what happened, such as {@code extraction.completed}
 * @param created when it happened
 * @param livemode false for test traffic
 * @param apiVersion the payload's version, {@code api_version}
 * @param data what else there is to say
 * @param json the whole body
 */
public record LymnusEvent(
    @Nullable String id,
    @Nullable String event,
    @Nullable Instant created,
    @Nullable Boolean livemode,
    @Nullable String apiVersion,
    @Nullable LymnusData data,
    JsonNode json) {
  /** Checks that the tree is there. */
  public LymnusEvent {
    Objects.requireNonNull(json, "json");
  }

  /** Reads the body of {@code event}; never fails. */
  public static LymnusEvent of(Event event) {
    LenientJson body = LenientJson.of(event);
    return new LymnusEvent(
        body.text("id"),
        body.text("event"),
        body.time("created"),
        body.bool("livemode"),
        body.text("api_version"),
        body.object("data", LymnusData::read),
        body.node());
  }
}
