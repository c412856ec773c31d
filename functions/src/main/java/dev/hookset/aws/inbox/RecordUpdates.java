package dev.hookset.aws.inbox;

import dev.hookset.EventKey;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The steps of a record's life as DynamoDB's update and condition expressions. */
final class RecordUpdates {
  private static final String OURS = "#status = :processing AND lease = :owner";

  /** Notes something behind what stands there, whatever that is. */
  private static final String NOTE = "history = list_append(if_not_exists(history, :none), :note)";

  /** A lease that is missing, or is no number, is no lease: or nobody could ever take it over. */
  private static final String WAITS_FOR_WORKER =
      "#status = :received OR (#status = :processing"
          + " AND (leaseUntil < :now OR NOT attribute_type(leaseUntil, :number)))";

  private final Duration retention;

  RecordUpdates(Duration retention) {
    this.retention = retention;
  }

  ConditionalUpdate claim(EventKey key, ClaimTerms terms) {
    String waiting =
        "#status = :expected AND (attribute_not_exists(notBefore) OR notBefore <= :soon)";
    String lapsed = "#status = :expected AND leaseUntil < :now";
    ConditionalUpdate update =
        new ConditionalUpdate(
                key,
                "SET #status = :processing, lease = :owner, leaseUntil = :until,"
                    + " attempts = attempts + :one, "
                    + NOTE,
                (terms.takeOver() ? lapsed : waiting) + " AND attempts < :most")
            .with(":processing", Status.PROCESSING.name())
            .with(":owner", terms.owner())
            .with(":until", Items.millis(terms.leaseUntil()))
            .with(":one", 1)
            .with(":most", terms.maxAttempts())
            .with(":none", HistoryAttribute.NONE)
            .with(":note", HistoryAttribute.claimed(terms.now()));
    return terms.takeOver()
        ? update.with(":expected", Status.PROCESSING.name()).with(":now", Items.millis(terms.now()))
        : update
            .with(":expected", Status.RECEIVED.name())
            .with(":soon", Items.millis(terms.now().plus(Lifecycle.CLOCK_DIFFERENCE)));
  }

  ConditionalUpdate mark(InboxRecord claimed, String handler) {
    return ours(
        new ConditionalUpdate(claimed.key(), "ADD doneHandlers :handler", OURS)
            .with(":handler", AttributeValue.fromSs(List.of(handler))),
        claimed);
  }

  ConditionalUpdate settle(InboxRecord claimed, Settlement settlement, Instant now) {
    ConditionalUpdate update =
        switch (settlement) {
          case Settlement.Done(String lastHandler) -> succeed(claimed, lastHandler, now);
          case Settlement.Superseded(String lastHandler) -> succeed(claimed, lastHandler, now);
          // The index keeps what it says, so that this costs no write to it.
          case Settlement.Returned(boolean lapsed) -> {
            ConditionalUpdate back =
                new ConditionalUpdate(
                        claimed.key(),
                        "SET #status = :settled, lease = :returned, attempts = :attempts,"
                            + " history = :history"
                            + (lapsed ? ", leaseUntil = :lapsed" : " REMOVE leaseUntil"),
                        OURS)
                    .with(":returned", settlement.lease(owner(claimed)))
                    .with(":attempts", claimed.attempts() - 1);
            yield lapsed ? back.with(":lapsed", Items.millis(Lifecycle.lapsed(now))) : back;
          }
          case Settlement.Failed failed ->
              fail(claimed, failed.error(), now, "history = :history", OURS);
          case Settlement.Retry retry ->
              new ConditionalUpdate(
                      claimed.key(),
                      "SET #status = :settled, lastError = :error, notBefore = :notBefore,"
                          + " dueAt = :dueAt, history = :history REMOVE leaseUntil, pushes",
                      OURS)
                  .with(":error", Lifecycle.shortened(retry.error()))
                  .with(":notBefore", Items.millis(retry.notBefore()))
                  .with(":dueAt", Items.millis(Lifecycle.dueAfterFailure(retry.notBefore())));
        };
    // Nobody else writes to a history while the claim holds, so it may be written as a whole.
    return ours(update, claimed)
        .with(":settled", settlement.status().name())
        .with(
            ":history",
            HistoryAttribute.write(claimed.history().ended(settlement, now, claimed.pushes())));
  }

  ConditionalUpdate exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    return fail(found, error, now, NOTE, "attempts >= :most AND (" + WAITS_FOR_WORKER + ")")
        .with(":settled", Status.FAILED.name())
        .with(":received", Status.RECEIVED.name())
        .with(":processing", Status.PROCESSING.name())
        .with(":most", maxAttempts)
        .with(":now", Items.millis(now))
        .with(":number", "N")
        .with(":none", HistoryAttribute.NONE)
        .with(":note", HistoryAttribute.givenUp(now, error));
  }

  /**
   * Fails a record that cannot be read, so that it is listed and alarmed and holds nobody up; what
   * it holds stays as it is, for a person to mend and replay. Refers to no attribute but those that
   * it sets: any other may be of the wrong kind.
   *
   * @param occurredAt the event's own time, if at least that can be read
   */
  ConditionalUpdate failUnreadable(
      EventKey key, ClaimTerms terms, @Nullable Instant occurredAt, String error) {
    return new ConditionalUpdate(
            key,
            "SET #status = :failed, lastError = :error, statusShard = :shard, dueAt = :now,"
                + " expiresAt = :expiresAt REMOVE leaseUntil, notBefore, pushes",
            WAITS_FOR_WORKER + " OR (#status = :processing AND lease = :owner)")
        .with(":failed", Status.FAILED.name())
        .with(":error", Lifecycle.shortened(error))
        .with(":shard", Items.shard(Status.FAILED.name(), Lifecycle.shard(key)))
        .with(":expiresAt", Items.seconds(Lifecycle.expiry(terms.now(), occurredAt, retention)))
        .with(":received", Status.RECEIVED.name())
        .with(":processing", Status.PROCESSING.name())
        .with(":owner", terms.owner())
        .with(":now", Items.millis(terms.now()))
        .with(":number", "N");
  }

  ConditionalUpdate defer(Due due, Instant until, Instant now) {
    return new ConditionalUpdate(
            due.key(),
            "SET dueAt = :until, pushes = :pushes",
            "dueAt = :seen AND (" + WAITS_FOR_WORKER + ")")
        .with(":until", Items.millis(until))
        .with(":pushes", due.pushes() + 1)
        .with(":seen", Items.millis(due.dueAt()))
        .with(":received", Status.RECEIVED.name())
        .with(":processing", Status.PROCESSING.name())
        .with(":now", Items.millis(now))
        .with(":number", "N");
  }

  ConditionalUpdate replay(InboxRecord found, Instant now) {
    EventKey key = found.key();
    return new ConditionalUpdate(
            key,
            "SET #status = :received, attempts = :none, replays = :replays,"
                + " statusShard = :shard, dueAt = :dueAt, history = :history"
                + " REMOVE lease, leaseUntil, notBefore, lastError, pushes, expiresAt"
                + (found.status() == Status.FAILED ? "" : ", doneHandlers"),
            "#status = :found AND replays = :before AND attribute_not_exists(forgottenAt)")
        .with(":received", Status.RECEIVED.name())
        .with(":none", 0)
        .with(":replays", found.replays() + 1)
        .with(":shard", Items.shard(Items.OPEN, Lifecycle.shard(key)))
        .with(":dueAt", Items.millis(Lifecycle.dueAfterReceipt(now)))
        .with(":history", HistoryAttribute.write(found.history().replayed(now)))
        .with(":found", found.status().name())
        .with(":before", found.replays());
  }

  private ConditionalUpdate succeed(InboxRecord claimed, @Nullable String handler, Instant now) {
    ConditionalUpdate finish =
        finish(
            claimed,
            now,
            ", history = :history",
            "statusShard, dueAt, ",
            handler == null ? "" : " ADD doneHandlers :handler",
            OURS);
    return handler == null
        ? finish
        : finish.with(":handler", AttributeValue.fromSs(List.of(handler)));
  }

  private ConditionalUpdate fail(
      InboxRecord record, String error, Instant now, String noting, String condition) {
    return finish(
            record,
            now,
            ", lastError = :error, statusShard = :shard, dueAt = :at, " + noting,
            "",
            "",
            condition)
        .with(":error", Lifecycle.shortened(error))
        .with(":shard", Items.shard(Status.FAILED.name(), Lifecycle.shard(record.key())))
        .with(":at", Items.millis(now));
  }

  /** The part that all final states share; {@code :settled} is left to the caller. */
  private ConditionalUpdate finish(
      InboxRecord record,
      Instant now,
      String alsoSet,
      String alsoRemove,
      String alsoAdd,
      String condition) {
    return new ConditionalUpdate(
            record.key(),
            "SET #status = :settled, expiresAt = :expiresAt"
                + alsoSet
                + " REMOVE "
                + alsoRemove
                + "leaseUntil, notBefore, pushes"
                + alsoAdd,
            condition)
        .with(":expiresAt", Items.seconds(Lifecycle.expiry(now, record.occurredAt(), retention)));
  }

  private static ConditionalUpdate ours(ConditionalUpdate update, InboxRecord claimed) {
    return update.with(":processing", Status.PROCESSING.name()).with(":owner", owner(claimed));
  }

  static String owner(InboxRecord claimed) {
    return Objects.requireNonNull(claimed.lease(), "the lease of a claimed record");
  }
}
