package dev.hookset.inbox;

import java.time.Instant;
import java.util.Objects;

/**
 * On which terms a record is claimed.
 *
 * @param owner the claimant's token: the same for a repetition of this very claim, and for no other
 *     claim ever
 * @param now the time
 * @param leaseUntil when the claim ends by itself
 * @param maxAttempts how many attempts a record gets
 * @param takeOver false to claim a waiting record; true to claim one whose lease has run out
 */
public record ClaimTerms(
    String owner, Instant now, Instant leaseUntil, int maxAttempts, boolean takeOver) {
  /** Checks that what must be there is there. */
  public ClaimTerms {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(now, "now");
    Objects.requireNonNull(leaseUntil, "leaseUntil");
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts must be at least 1");
    }
  }
}
