package dev.hookset.inbox;

/** What came of an attempt to record an event. */
public sealed interface Recording {
  /** The event is new, and its record is durable. */
  record Created() implements Recording {}

  /**
   * There is a record under this key already; nothing was written.
   *
   * @param waits whether that record is RECEIVED
   * @param digest the SHA-256 of that record's body, in hexadecimal; empty if it does not say
   */
  record Existing(boolean waits, String digest) implements Recording {}
}
