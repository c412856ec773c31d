package dev.hookset.inbox;

import dev.hookset.Body;
import dev.hookset.EventKey;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable record of events; the truth about each.
 *
 * <p>Every method is one atomic step on one record, or on one subject, and holds whatever else
 * happens at the same time: a condition is judged and the write applied as one. A write never
 * creates a record that {@link #record} has not created, so that one which has expired or was
 * deleted does not come back half-made. A repetition of a step by the same caller, such as a client
 * library's own retry of a write that had been applied, gives the same answer as the first time;
 * but for {@link #defer}, which is repeated a step later anyway.
 *
 * <p>Claims, settlements, the end of a record without attempts and replays are noted in its {@link
 * History}, by the same write.
 *
 * <p>Safe to use from several threads and processes at once. Methods block; each throws {@link
 * InboxUnavailable} if the store cannot be asked, within the time that a caller of the function can
 * wait.
 */
public interface Inbox {
  /**
   * Records an event unless there is a record under its key. When this returns {@link
   * Recording.Created}, the event is durable.
   *
   * <p>A new record that is RECEIVED is open: the relay looks after it from {@link
   * Lifecycle#dueAfterReceipt} on. A SKIPPED or QUARANTINED one is final from the start.
   */
  Recording record(NewRecord fresh);

  /**
   * Claims a record for one attempt: counts the attempt, notes the owner and the end of the lease,
   * sets PROCESSING. Granted if {@link Lifecycle#judge} says so.
   */
  Claim claim(EventKey key, ClaimTerms terms);

  /**
   * Notes that a handler has done its work, so that later attempts leave it out.
   *
   * @param claimed the record as it was when the claim was granted
   * @return false if that claim no longer holds the record
   */
  boolean mark(InboxRecord claimed, String handler);

  /**
   * Ends a claim.
   *
   * <p>{@link Settlement.Retry} leaves the record open, and the relay looks after it from {@link
   * Lifecycle#dueAfterFailure} on. {@link Settlement.Returned} makes as if there had been no claim.
   * The others are final: the record expires as {@link Lifecycle#expiry} says.
   *
   * @param claimed the record as it was when the claim was granted
   * @param now the time
   * @return false if that claim no longer holds the record
   */
  boolean settle(InboxRecord claimed, Settlement settlement, Instant now);

  /**
   * Gives up a record that no attempt is left for: FAILED, unless it is held, has attempts left or
   * is final by now.
   *
   * @param found the record as it was when the claim was refused
   * @param maxAttempts how many attempts a record gets
   * @param error what to note as the last error
   * @param now the time
   * @return whether the record is FAILED through this call
   */
  boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now);

  /**
   * Lists the open records of one shard that are due at {@code now}, the longest due first. Reads
   * page by page as the iterator is asked, and may throw {@link InboxUnavailable} there. What it
   * returns is a hint: it may lag behind the records.
   *
   * @param shard from 0 to {@link Lifecycle#SHARDS} less one
   * @param passedOver is told of each record that cannot be read; the others are listed all the
   *     same
   */
  Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver);

  /**
   * Moves on the time at which an open record is due, and counts a push, if the record is still as
   * {@code due} says and waits for a worker: RECEIVED, or PROCESSING with a lease that has run out.
   *
   * @param until when it is due next
   * @param now the time
   * @return whether it was so; if not, somebody else is at it
   * @throws UnreadableRecord if its status is not one that this version knows; it was left alone
   */
  boolean defer(Due due, Instant until, Instant now);

  /**
   * Brings a final record back to be handled again: RECEIVED, without attempts, waits, lease and
   * last error, open and due as if it had just come, not to expire. What its handlers have done is
   * forgotten, unless it was FAILED: then only what is left is done. What came with the delivery
   * stays, and the replay is counted.
   *
   * @param found the record as it was read
   * @param now the time
   * @return false if the record is no longer as it was found, is not final, or was forgotten
   */
  boolean replay(InboxRecord found, Instant now);

  /**
   * Takes a turn on a subject, so that at most one event of it is in its handlers at any time, and
   * none after a newer one. Granted if {@link Lifecycle#judge(SubjectState, TurnTerms)} says so.
   *
   * <p>A subject is nothing but a lease and the time of the newest event that was handled. It comes
   * into being with its first turn and is kept for as long as an older event may still come, see
   * {@link Lifecycle#subjectExpiry}. The states that its events go through:
   *
   * <ul>
   *   <li><i>free</i>: who is not older than {@code newest} gets the turn; who is, is superseded.
   *   <li><i>held</i>: likewise superseded; any other event waits, without a claim on its record.
   *   <li><i>lapsed</i>: the holder never reported back. Its own record says whether it has done
   *       handlers; with that its turn is ended, and the subject is free.
   * </ul>
   *
   * <p>{@code newest} never goes back: only a holder moves it on, to its own time, and no holder is
   * older. The holder ends its turn after it has written to its record what it did, so that a death
   * between the two leaves <i>lapsed</i>, from which nothing is lost.
   */
  Turn takeTurn(SubjectKey subject, TurnTerms terms);

  /**
   * Ends a turn.
   *
   * @param owner whose turn it is
   * @param handled the time of its event if a handler has done its work on it, in this turn or an
   *     earlier one; null if none has, or the event has no time to go by
   * @return false if the turn is no longer {@code owner}'s
   */
  boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now);

  /**
   * Reads a record as it is now.
   *
   * @throws UnreadableRecord if it holds something that this version does not understand
   */
  Optional<InboxRecord> find(EventKey key);

  /**
   * Returns the body of a record: the one that it holds itself, or else the one that is kept apart
   * because it is too long for a record.
   *
   * @throws BodyLost if that is gone, or is not what came; trying again is of no use
   */
  Body body(InboxRecord record) throws BodyLost;
}
