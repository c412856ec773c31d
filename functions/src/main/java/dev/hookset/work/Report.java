package dev.hookset.work;

import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.InboxRecord;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message, for the log and whoever counts. It holds nothing of the event's body.
 *
 * @param messageId the queue's name for the message
 * @param outcome what became of it
 * @param key the record that it points to; null if it could not be read
 * @param type the event's type; null where the record was not read
 * @param occurredAt when the event happened; null where that is not known
 * @param environment the event's environment; null where it names none
 * @param origin where the event comes from, in the provider's words
 * @param replays how often the event was replayed before
 * @param attempt which attempt this was, from 1; 0 where the record was not read
 * @param handlers the names of the handlers that did their work in this attempt
 * @param failedHandler the name of the handler that failed in this attempt; null if none did
 * @param runs the handlers that ran in this attempt, and from when to when
 * @param error what went wrong; null if nothing did
 * @param notBefore when the next attempt may start; null if there is none
 * @param postponed whether the queue brings the next attempt; if not, the relay does
 * @param traceId the trace that the delivery belonged to
 * @param via how the event came, where no delivery brought it; null for a delivery
 */
public record Report(
    String messageId,
    Outcome outcome,
    @Nullable EventKey key,
    @Nullable String type,
    @Nullable Instant occurredAt,
    @Nullable String environment,
    Origin origin,
    int replays,
    int attempt,
    List<String> handlers,
    @Nullable String failedHandler,
    List<Run> runs,
    @Nullable String error,
    @Nullable Instant notBefore,
    boolean postponed,
    @Nullable String traceId,
    @Nullable String via) {
  /** Copies the lists. */
  public Report {
    Objects.requireNonNull(messageId, "messageId");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(origin, "origin");
    handlers = List.copyOf(handlers);
    runs = List.copyOf(runs);
  }

  /**
   * A handler has run.
   *
   * @param handler its name
   * @param from when it began
   * @param to when it ended
   * @param failure what it threw, for a developer who looks on: neither log nor record hold more of
   *     it than the report's {@code error}; null if it did its work
   */
  public record Run(String handler, Instant from, Instant to, @Nullable Throwable failure) {
    /** Checks that what must be there is there. */
    public Run {
      Objects.requireNonNull(handler, "handler");
      Objects.requireNonNull(from, "from");
      Objects.requireNonNull(to, "to");
    }

    /** Returns whether it threw. */
    public boolean failed() {
      return failure != null;
    }
  }

  /** Returns a report of a message whose record was read. */
  static Report of(
      Message message,
      InboxRecord record,
      Outcome outcome,
      List<String> handlers,
      @Nullable String failedHandler,
      List<Run> runs,
      @Nullable String error,
      @Nullable Instant notBefore,
      boolean postponed) {
    return new Report(
        message.id(),
        outcome,
        record.key(),
        record.type(),
        record.occurredAt(),
        record.environment(),
        record.origin(),
        record.replays(),
        record.attempts(),
        handlers,
        failedHandler,
        runs,
        error,
        notBefore,
        postponed,
        record.traceId(),
        record.via());
  }

  /** Returns a report of a message whose record was not read. */
  static Report unclaimed(Message message, Outcome outcome, @Nullable String error) {
    return new Report(
        message.id(),
        outcome,
        message.pointer(),
        null,
        null,
        null,
        Origin.UNKNOWN,
        0,
        0,
        List.of(),
        null,
        List.of(),
        error,
        null,
        false,
        null,
        null);
  }

  /** What can become of a message. */
  public enum Outcome {
    /** Every handler has done its work. */
    DONE(false),
    /** A handler failed; tried again later. */
    RETRY(false),
    /** Given up for good. */
    FAILED(false),
    /**
     * A newer event of its subject was handled first; the handlers that want the latest alone left
     * it out.
     */
    SUPERSEDED(false),
    /**
     * Another event of its subject is in its handlers; comes back soon, without an attempt made.
     */
    BUSY(false),
    /** The record is final already. */
    FINISHED(false),
    /** The record's next attempt lies ahead, and something else will bring it. */
    TOO_EARLY(false),
    /** Another worker holds the record. */
    HELD(true),
    /** There is no such record. */
    UNKNOWN(true),
    /** The message is no pointer. */
    UNREADABLE(true),
    /** The record that it points to cannot be read; nothing was run. */
    UNREADABLE_RECORD(true),
    /** Too little of the invocation's time was left to start. */
    NO_TIME(true),
    /** The lease went to another worker while the handlers ran. */
    LEASE_LOST(true),
    /** The inbox did not answer. */
    INBOX_UNAVAILABLE(true);

    private final boolean comesBack;

    Outcome(boolean comesBack) {
      this.comesBack = comesBack;
    }

    /**
     * Returns whether the message is left to the queue, which delivers it again or in the end moves
     * it aside.
     */
    public boolean comesBack() {
      return comesBack;
    }

    /** Returns the word that the log uses. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
