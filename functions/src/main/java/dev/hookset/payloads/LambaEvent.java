package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Event;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of every Lamba event, as Lamba's webhook documentation describes it.
 *
 * @param id the event, the same on every attempt to deliver it
 * @param type what happened, such as {@code user.created}
 * @param workspaceId the workspace where it happened
 * @param projectId the project that it happened in
 * @param environment {@code prod} or {@code test}
 * @param createdAt when Lamba recorded it
 * @param occurredAt when it happened, under the name that Lamba's event reference has for the time;
 *     a body with {@code createdAt} need not have it
 * @param data what else there is to say; its fields differ from type to type, so it stays a tree;
 *     the missing node, never null, where there is no object
 * @param json the whole body, {@code data} too
 */
public record LambaEvent(
    @Nullable String id,
    @Nullable String type,
    @Nullable String workspaceId,
    @Nullable String projectId,
    @Nullable String environment,
    @Nullable Instant createdAt,
    @Nullable Instant occurredAt,
    JsonNode data,
    JsonNode json) {
  /** Checks that the trees are there. */
  public LambaEvent {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(json, "json");
  }

  /** Reads the body of {@code event}; never fails. */
  public static LambaEvent of(Event event) {
    LenientJson body = LenientJson.of(event);
    return new LambaEvent(
        body.text("id"),
        body.text("type"),
        body.text("workspaceId"),
        body.text("projectId"),
        body.text("environment"),
        body.time("createdAt"),
        body.time("occurredAt"),
        body.in("data").node(),
        body.node());
  }
}
