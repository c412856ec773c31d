package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Event;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of every Lucid event, as Lucid's webhook documentation shows it.
 *
 * @param id the event
 * @param type what happened, such as {@code receipt.created} or {@code budget.exceeded}
 * @param timestamp when it happened
 * @param data what else there is to say
 * @param json the whole body
 */
public record LucidEvent(
    @Nullable String id,
    @Nullable String type,
    @Nullable Instant timestamp,
    @Nullable LucidData data,
    JsonNode json) {
  /** Checks that the tree is there. */
  public LucidEvent {
    Objects.requireNonNull(json, "json");
  }

  /** Reads the body of {@code event}; never fails. */
  public static LucidEvent of(Event event) {
    LenientJson body = LenientJson.of(event);
    return new LucidEvent(
        body.text("id"),
        body.text("type"),
        body.time("timestamp"),
        body.object("data", LucidData::read),
        body.node());
  }
}
