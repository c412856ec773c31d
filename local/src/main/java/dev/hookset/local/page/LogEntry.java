package dev.hookset.local.page;

import dev.hookset.EventKey;
import dev.hookset.inbox.Status;
import dev.hookset.local.stack.Exchange;
import dev.hookset.receive.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An entry of the log of deliveries. */
sealed interface LogEntry {
  /**
   * A delivery came and was answered.
   *
   * @param number counts the deliveries, from 1
   * @param exchange what came, and the answer
   * @param editedFrom the number of the delivery that it was edited from, on the page; null if it
   *     came by itself
   */
  record Delivered(long number, Exchange exchange, @Nullable Long editedFrom) implements LogEntry {
    /** Creates one that came by itself. */
    Delivered(long number, Exchange exchange) {
      this(number, exchange, null);
    }

    /** Checks that there is an exchange. */
    public Delivered {
      Objects.requireNonNull(exchange, "exchange");
    }

    /** Returns the same, without the body. */
    Delivered withoutBody() {
      return new Delivered(number, exchange.withoutBody(), editedFrom);
    }

    /** Returns the key under which it is recorded, or null if it is not. */
    @Nullable EventKey key() {
      Receipt receipt = exchange.receipt();
      return receipt == null ? null : receipt.key();
    }

    /** Whether it brought other bytes under an ID that was taken. */
    boolean isConflict() {
      Receipt receipt = exchange.receipt();
      return receipt != null && receipt.conflict();
    }

    /** Returns the key that its event would have without a conflict. */
    @Nullable EventKey original() {
      EventKey key = key();
      int suffix = key == null ? -1 : key.eventId().lastIndexOf('~');
      return key == null || !isConflict() || suffix < 1
          ? key
          : new EventKey(key.provider(), key.eventId().substring(0, suffix));
    }
  }

  /**
   * All that was there is gone; deliveries are counted on, so that no link leads to another one.
   *
   * @param last the number of the last delivery that has come so far
   */
  record Cleared(long last) implements LogEntry {}

  /**
   * A record changed its state, or was pushed again.
   *
   * @param at when
   * @param key the record's key
   * @param kind what happened
   * @param status its status since
   * @param attempt which attempt it is, from 1; 0 before the first
   * @param detail the handler or the error, where there is one
   * @param until when it goes on, where that is known
   */
  record Transition(
      Instant at,
      EventKey key,
      Kind kind,
      Status status,
      int attempt,
      @Nullable String detail,
      @Nullable Instant until)
      implements LogEntry {
    /** Checks that what must be there is there. */
    public Transition {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(status, "status");
    }
  }

  /** A handler printed a line. */
  record Output(Instant at, EventKey key, String line) implements LogEntry {}

  /**
   * A pointer to an event was put onto the queue.
   *
   * @param from when the queue was called
   * @param to when it had answered
   * @param visible from when on a worker can see it
   */
  record Pushed(EventKey key, Instant from, Instant to, Instant visible) implements LogEntry {}

  /**
   * An attempt has ended.
   *
   * @param attempt which it was, from 1
   * @param runs the handlers that ran in it
   */
  record Worked(EventKey key, int attempt, List<Run> runs) implements LogEntry {
    /** Copies the list. */
    public Worked {
      runs = List.copyOf(runs);
    }

    /** Returns the run that failed, or null if none did. */
    @Nullable Run failed() {
      return runs.stream().filter(run -> run.trace() != null).findFirst().orElse(null);
    }
  }

  /**
   * A handler ran.
   *
   * @param trace what it threw and where, as Java prints it; null if it did its work
   */
  record Run(String handler, Instant from, Instant to, @Nullable String trace) {}

  /** What happens to a record. */
  enum Kind {
    /** It was written. */
    RECORDED,
    /** A worker began an attempt. */
    CLAIMED,
    /** A handler did its work, and another one was next. */
    HANDLED,
    /** The attempt ended well. */
    DONE,
    /** A newer event of its subject was handled first. */
    SUPERSEDED,
    /** The attempt was none, as another event of its subject was in its handlers. */
    RETURNED,
    /** The attempt failed, and there will be another. */
    RETRY,
    /** It was given up. */
    FAILED,
    /** The relay pushed it again. */
    PUSHED_AGAIN,
    /** It was brought back to be handled again. */
    REPLAYED,
    /** Its status was found to be another than that of its last transition. */
    FOUND
  }
}
