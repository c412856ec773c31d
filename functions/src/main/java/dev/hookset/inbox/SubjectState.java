package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a subject stands.
 *
 * @param owner the token of who took the last turn; stays after the turn has ended
 * @param holder whose turn that is or was
 * @param leaseUntil when the turn ends by itself; null if it has ended
 * @param newest the time of the newest event that was handled; null if none was that has a time
 */
public record SubjectState(
    @Nullable String owner,
    @Nullable EventKey holder,
    @Nullable Instant leaseUntil,
    @Nullable Instant newest) {}
