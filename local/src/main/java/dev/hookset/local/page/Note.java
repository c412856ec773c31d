package dev.hookset.local.page;

import dev.hookset.EventKey;
import dev.hookset.inbox.Status;
import dev.hookset.local.stack.Exchange;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something that the stack told, as the book keeps it. */
sealed interface Note {
  /**
   * A delivery came and was answered.
   *
   * @param number counts the deliveries, from 1
   * @param exchange what came, and the answer
   */
  record Delivered(long number, Exchange exchange) implements Note {
    /** Checks that there is an exchange. */
    public Delivered {
      Objects.requireNonNull(exchange, "exchange");
    }
  }

  /**
   * A record took a step.
   *
   * @param at when
   * @param key the record's key
   * @param what the step
   * @param status where the record stands since
   * @param attempt which attempt it is, from 1; 0 before the first
   * @param detail the handler or the error, where there is one
   * @param until when it goes on, where that is known
   */
  record Moved(
      Instant at,
      EventKey key,
      What what,
      Status status,
      int attempt,
      @Nullable String detail,
      @Nullable Instant until)
      implements Note {
    /** Checks that what must be there is there. */
    public Moved {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(what, "what");
      Objects.requireNonNull(status, "status");
    }
  }

  /** A handler printed a line. */
  record Printed(Instant at, EventKey key, String line) implements Note {}

  /** The steps that a record takes. */
  enum What {
    /** It was written. */
    RECORDED,
    /** A worker began an attempt. */
    CLAIMED,
    /** A handler did its work, and another one was next. */
    HANDLED,
    /** The attempt ended well. */
    DONE,
    /** The attempt failed, and there will be another. */
    RETRY,
    /** It was given up. */
    FAILED,
    /** The relay pushed it again. */
    PUSHED_AGAIN,
    /** It was brought back to be handled again. */
    REPLAYED,
    /** It was found to stand elsewhere than the steps that were told had left it. */
    FOUND
  }
}
