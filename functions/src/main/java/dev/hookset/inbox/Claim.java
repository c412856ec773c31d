package dev.hookset.inbox;

import java.time.Instant;

/** What came of an attempt to claim a record. */
public sealed interface Claim {
  /**
   * The record is ours until the lease ends.
   *
   * @param claimed the whole record as it now is, this attempt counted
   */
  record Granted(InboxRecord claimed) implements Claim {}

  /**
   * An earlier worker's lease ran out before it settled, and the claim did not ask to take it over.
   * The record may be what killed that worker.
   *
   * @param attempts how many attempts it has had
   */
  record Lapsed(int attempts) implements Claim {}

  /** Another worker holds it, or was quicker this moment. */
  record Held() implements Claim {}

  /**
   * Its next attempt lies ahead.
   *
   * @param notBefore when
   */
  record TooEarly(Instant notBefore) implements Claim {}

  /**
   * There is nothing left to do.
   *
   * @param status DONE, SUPERSEDED, FAILED, SKIPPED or QUARANTINED
   */
  record Finished(Status status) implements Claim {}

  /**
   * No attempt is left. {@link Inbox#exhaust} is due.
   *
   * @param found the record as it is; PROCESSING if its last attempt never reported back
   */
  record Exhausted(InboxRecord found) implements Claim {}

  /**
   * It cannot be read, see {@link UnreadableRecord}. If it was open and in a state that we know, it
   * is FAILED now, with the problem as its last error.
   *
   * @param problem what is wrong with it
   */
  record Unreadable(String problem) implements Claim {}

  /** There is no such record: it never was, or it has expired. */
  record Unknown() implements Claim {}
}
