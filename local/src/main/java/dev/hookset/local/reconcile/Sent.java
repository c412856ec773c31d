package dev.hookset.local.reconcile;

import dev.hookset.Event;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event of which the provider says that it was to be sent.
 *
 * @param id how the provider names it
 * @param type what happened, in the provider's words
 * @param at when it happened, or was sent first
 * @param delivered whether the provider was answered with success; null if it does not say
 * @param forUs whether it was surely to come here; where the provider lists all that happened, what
 *     nobody has subscribed to is there, too
 * @param event the event as it would have been recorded; null if it is to be fetched apart
 */
public record Sent(
    String id,
    String type,
    Instant at,
    @Nullable Boolean delivered,
    boolean forUs,
    @Nullable Event event) {
  /** Checks that what must be there is there. */
  public Sent {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(at, "at");
  }
}
