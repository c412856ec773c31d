package dev.hookset.local.stack;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import java.time.Duration;
import java.time.Instant;

/** What a function of this stack has just done to a record, or about it. */
public sealed interface Step {
  /** Returns the record's key. */
  EventKey key();

  /**
   * A receiver has recorded an event.
   *
   * @param status where it begins
   */
  record Recorded(EventKey key, Status status) implements Step {}

  /**
   * A worker has begun an attempt.
   *
   * @param record the record as it is now
   */
  record Claimed(InboxRecord record) implements Step {
    @Override
    public EventKey key() {
      return record.key();
    }
  }

  /** A handler has done its work, and another one is next. */
  record Handled(EventKey key, String handler) implements Step {}

  /** The attempt has ended. */
  record Settled(EventKey key, Settlement settlement) implements Step {}

  /** No attempt was left. */
  record GivenUp(EventKey key, String error) implements Step {}

  /**
   * The relay pushes it again, because no worker has come for it.
   *
   * @param until when it looks after it next
   */
  record PushedAgain(EventKey key, Instant until) implements Step {}

  /**
   * A pointer to it is on the queue; the record is as it was. A worker may have come for it before
   * this is told.
   *
   * @param from when the call of the queue began
   * @param to when the queue had answered
   * @param delay for how long no worker sees it
   */
  record Pushed(EventKey key, Instant from, Instant to, Duration delay) implements Step {}

  /** Somebody has brought it back to be handled again. */
  record Replayed(EventKey key) implements Step {}
}
