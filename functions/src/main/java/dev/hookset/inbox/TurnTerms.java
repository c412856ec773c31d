package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * On which terms a turn on a subject is taken.
 *
 * @param holder the event whose turn it is to be
 * @param at its time, by which it is older or newer than others: {@link Lifecycle#order}; null if
 *     nothing says so, and then nothing supersedes it
 * @param owner the token of the claim on the event's record
 * @param now the time
 * @param leaseUntil when the turn ends by itself
 */
public record TurnTerms(
    EventKey holder, @Nullable Instant at, String owner, Instant now, Instant leaseUntil) {
  /** Checks that what must be there is there. */
  public TurnTerms {
    Objects.requireNonNull(holder, "holder");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(now, "now");
    Objects.requireNonNull(leaseUntil, "leaseUntil");
  }
}
