package dev.hookset.inbox;

/** Where a record stands. */
public enum Status {
  /** Durable, waiting for a worker; also after a failure that is tried again. */
  RECEIVED,
  /** A worker holds a lease on it; once the lease has run out, it may be claimed again. */
  PROCESSING,
  /** Every handler has done its work. */
  DONE,
  /**
   * A newer event of its subject was handled first, and its handlers want the latest alone; all
   * others have done their work.
   */
  SUPERSEDED,
  /** Given up: a handler said that trying again is of no use, or the attempts are used up. */
  FAILED,
  /**
   * Authentic, but not subscribed to or of another environment: kept for the log, never handled.
   */
  SKIPPED,
  /**
   * Authentic, but not a JSON object or in conflict with an earlier body: kept for a person, never
   * handled.
   */
  QUARANTINED;

  /** Returns whether nothing moves the record on but a replay. */
  public boolean isFinal() {
    return switch (this) {
      case RECEIVED, PROCESSING -> false;
      case DONE, SUPERSEDED, FAILED, SKIPPED, QUARANTINED -> true;
    };
  }
}
