package dev.hookset.inbox;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event as the inbox holds it.
 *
 * @param key provider and ID
 * @param type what happened, in the provider's words
 * @param occurredAt when it happened; null where the body gives no readable time
 * @param environment the provider's environment; null where it names none
 * @param origin where it comes from, in the provider's words
 * @param body the signed bytes, if the record itself holds them; {@link Inbox#body} has them in any
 *     case
 * @param overflow the name under which a {@link BodyStore} holds the body, if the record does not
 * @param receivedAt when it was recorded
 * @param status where it stands
 * @param attempts how often a worker has claimed it since it was recorded or last replayed
 * @param lease the token of the worker that claimed it last; stays after the claim has ended
 * @param leaseUntil when that worker's claim ends, while it is {@link Status#PROCESSING}
 * @param notBefore when it may be claimed again, after a failure
 * @param doneHandlers the names of the handlers that need not run again
 * @param lastError what the last failed attempt said, at most {@link Lifecycle#LAST_ERROR_BYTES}
 *     bytes of UTF-8
 * @param digest the SHA-256 of the body, in hexadecimal
 * @param replays how often it was replayed
 * @param headers those headers of the delivery that the provider wants kept, by lower-cased name;
 *     never a signature
 * @param traceId the trace that the delivery belongs to
 * @param dueAt while it is open, when the relay looks after it; while it needs a person, since when
 * @param pushes how often the relay has pushed it since it was last due anew
 * @param expiresAt when it may be deleted; null while it is open
 * @param history what was done about it
 * @param via how it came, where no delivery brought it: {@code stack prod}, for what was played
 *     from a deployed stack, or {@code backfill}; null for a delivery
 * @param forgottenAt when its body and what is personal in it were erased; null if they are there
 */
public record InboxRecord(
    EventKey key,
    String type,
    @Nullable Instant occurredAt,
    @Nullable String environment,
    Origin origin,
    @Nullable Body body,
    @Nullable String overflow,
    Instant receivedAt,
    Status status,
    int attempts,
    @Nullable String lease,
    @Nullable Instant leaseUntil,
    @Nullable Instant notBefore,
    Set<String> doneHandlers,
    @Nullable String lastError,
    String digest,
    int replays,
    Map<String, String> headers,
    @Nullable String traceId,
    @Nullable Instant dueAt,
    int pushes,
    @Nullable Instant expiresAt,
    History history,
    @Nullable String via,
    @Nullable Instant forgottenAt) {
  /** Checks that what must be there is there, and copies the collections. */
  public InboxRecord {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(origin, "origin");
    if ((body == null) == (overflow == null)) {
      throw new IllegalArgumentException(
          "a record holds its body or the name of the object that does, never both");
    }
    Objects.requireNonNull(receivedAt, "receivedAt");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(history, "history");
    doneHandlers = Set.copyOf(doneHandlers);
    headers = Map.copyOf(headers);
  }

  /** Returns the event, given its body. */
  public Event event(Body whole) {
    return new Event(key, type, occurredAt, environment, whole, origin);
  }
}
