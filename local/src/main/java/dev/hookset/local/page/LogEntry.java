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
   */
  record Delivered(long number, Exchange exchange) implements LogEntry {
    /** Checks that there is an exchange. */
    public Delivered {
      Objects.requireNonNull(exchange, "exchange");
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
   * The worker is through with an attempt.
   *
   * @param handlers those that ran, one that failed included
   */
  record Worked(EventKey key, List<String> handlers) implements LogEntry {
    /** Copies the names. */
    public Worked {
      Objects.requireNonNull(key, "key");
      handlers = List.copyOf(handlers);
    }
  }

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
