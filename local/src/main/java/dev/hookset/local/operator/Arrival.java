package dev.hookset.local.operator;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.Objects;

/**
 * An event that came, as the index of receipts tells of it.
 *
 * @param key provider and ID
 * @param receivedAt when it was received
 * @param type what happened, in the provider's words
 */
public record Arrival(EventKey key, Instant receivedAt, String type) {
  /** Checks that what must be there is there. */
  public Arrival {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(receivedAt, "receivedAt");
    Objects.requireNonNull(type, "type");
  }
}
