package dev.hookset.inbox;

/** What came of an attempt to record an event. */
public sealed interface Recording {
  /** The event is new, and its record is durable. */
  record Created() implements Recording {}

  /**
   * There is a record under this key already; nothing was written.
   *
   * @param status where that record stands
   * @param digest the SHA-256 of that record's body, in hexadecimal
   */
  record Existing(Status status, String digest) implements Recording {}
}
