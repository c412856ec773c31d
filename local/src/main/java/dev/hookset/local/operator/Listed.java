package dev.hookset.local.operator;

import dev.hookset.EventKey;
import dev.hookset.inbox.Status;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record as it is listed: what tells it from others and where it stands, without its body.
 *
 * @param key provider and ID
 * @param type what happened, in the provider's words
 * @param status where it stands
 * @param receivedAt when it was recorded
 * @param occurredAt when it happened; null where the body gives no readable time
 * @param environment the provider's environment; null where it names none
 * @param attempts how often a worker has claimed it since it was recorded or last replayed
 * @param replays how often it was replayed
 * @param lastError what the last failed attempt said; null if none failed
 * @param notBefore when it may be claimed again, after a failure
 */
public record Listed(
    EventKey key,
    String type,
    Status status,
    Instant receivedAt,
    @Nullable Instant occurredAt,
    @Nullable String environment,
    int attempts,
    int replays,
    @Nullable String lastError,
    @Nullable Instant notBefore) {
  /** Checks that what must be there is there. */
  public Listed {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(receivedAt, "receivedAt");
  }
}
