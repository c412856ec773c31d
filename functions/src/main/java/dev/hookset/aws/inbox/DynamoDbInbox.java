package dev.hookset.aws.inbox;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The inbox in a DynamoDB table: one item an event, every step one conditional write.
 *
 * <p>Where a condition fails, DynamoDB returns the item as it found it. That tells why without a
 * second read, and tells a repetition of our own write (the SDK retries when an answer got lost)
 * from somebody else's.
 *
 * <p>A body that is too long for an item goes to a {@link BodyStore}, before the item is written
 * and always as gzip, and the item holds its name there. Each later write to an item costs its
 * whole size, so the limit lies far below what an item can hold.
 */
public final class DynamoDbInbox implements Inbox {
  /**
   * The index of the records that are not finished or need a person, by {@code statusShard} and
   * {@code dueAt}.
   */
  public static final String INDEX = "byStatus";

  /**
   * The index of all records as they came, by {@code receiptShard} ({@code <provider>#<shard>}) and
   * {@code receivedAt} (as {@link dev.hookset.Rfc3339#sortable} writes it). No function reads it;
   * it is there for people. What it holds of a record never changes, so that it costs one write an
   * event.
   */
  public static final String RECEIPT_INDEX = "byReceipt";

  /** How long a body may be, compressed, to be kept in its item unless configured otherwise. */
  public static final int DEFAULT_INLINE_BYTES = 16_384;

  /**
   * The most that {@link #DEFAULT_INLINE_BYTES} may be raised to: an item holds 400 kB in all, and
   * what stands beside the body stays well below the rest.
   */
  public static final int MOST_INLINE_BYTES = 380_000;

  private static final String OURS = "#status = :processing AND lease = :owner";

  /** Notes something behind what stands there, whatever that is. */
  private static final String NOTE = "history = list_append(if_not_exists(history, :none), :note)";

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final BodyStore bodies;
  private final int mostInlineBytes;
  private final Duration retention;

  /**
   * Creates an inbox; does not touch the table.
   *
   * @param dynamoDb its timeouts decide how long a method can take; stays the caller's to close
   * @param table the table's name
   * @param bodies keeps the bodies that are too long for an item
   * @param mostInlineBytes how long a body may be, compressed, to be kept in the item; at most
   *     {@link #MOST_INLINE_BYTES}
   * @param retention how long a record is kept once it is final
   */
  public DynamoDbInbox(
      DynamoDbClient dynamoDb,
      String table,
      BodyStore bodies,
      int mostInlineBytes,
      Duration retention) {
    if (mostInlineBytes < 0 || mostInlineBytes > MOST_INLINE_BYTES) {
      throw new IllegalArgumentException("mostInlineBytes must be from 0 to " + MOST_INLINE_BYTES);
    }
    this.dynamoDb = Objects.requireNonNull(dynamoDb, "dynamoDb");
    this.table = Objects.requireNonNull(table, "table");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.mostInlineBytes = mostInlineBytes;
    this.retention = Objects.requireNonNull(retention, "retention");
  }

  @Override
  public Recording record(NewRecord fresh) {
    Map<String, AttributeValue> item = item(fresh);
    return asking(
        "DynamoDB did not take the record",
        () -> {
          try {
            dynamoDb.putItem(
                put ->
                    put.tableName(table)
                        .item(item)
                        .conditionExpression("attribute_not_exists(pk)")
                        .returnValuesOnConditionCheckFailure(
                            ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return new Recording.Created();
          } catch (ConditionalCheckFailedException e) {
            return new Recording.Existing(Items.status(e.item()), Items.digest(e.item()));
          }
        });
  }

  /** Makes the item of a record; a body that is too long for it is stored apart first. */
  private Map<String, AttributeValue> item(NewRecord fresh) {
    Body body = fresh.event().body();
    Items.Packed packed = Items.Packed.of(body);
    if (packed.length() <= mostInlineBytes) {
      return Items.write(fresh, packed, retention);
    }
    String name = Lifecycle.overflowName(fresh.event(), fresh.receivedAt());
    bodies.put(
        name,
        fresh.event().key(),
        packed.gzip() ? packed.bytes().asByteArrayUnsafe() : Items.zip(body));
    return Items.write(fresh, name, retention);
  }

  @Override
  public Body body(InboxRecord record) throws BodyLost {
    Body inline = record.body();
    if (inline != null) {
      return inline;
    }
    String name = Objects.requireNonNull(record.overflow(), "a body is in the record or apart");
    byte[] stored =
        bodies
            .get(name)
            .orElseThrow(
                () -> new BodyLost("the body is not in the overflow bucket any more: " + name));
    try {
      Body body = Items.unzip(stored);
      if (body.sha256().equals(record.digest())) {
        return body;
      }
    } catch (IOException e) {
      // Falls through: either way it is not what was stored.
    }
    throw new BodyLost("the body in the overflow bucket is not the one that came: " + name);
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
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
    if (terms.takeOver()) {
      update.with(":expected", Status.PROCESSING.name()).with(":now", Items.millis(terms.now()));
    } else {
      update
          .with(":expected", Status.RECEIVED.name())
          .with(":soon", Items.millis(terms.now().plus(Lifecycle.CLOCK_DIFFERENCE)));
    }
    UpdateItemRequest request = update.on(table).returnValues(ReturnValue.ALL_NEW).build();
    return asking(
        "DynamoDB did not take the claim",
        () -> {
          try {
            return new Claim.Granted(Items.read(dynamoDb.updateItem(request).attributes()));
          } catch (ConditionalCheckFailedException e) {
            return refused(found(e), terms);
          }
        });
  }

  private static Claim refused(@Nullable InboxRecord found, ClaimTerms terms) {
    if (found != null && isHeldBy(terms.owner(), found)) {
      return new Claim.Granted(found);
    }
    return switch (Lifecycle.judge(found, terms)) {
      // The condition that has just failed would hold now: somebody else is at it.
      case Claim.Granted _ -> new Claim.Held();
      case Claim claim -> claim;
    };
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    ConditionalUpdate update =
        new ConditionalUpdate(claimed.key(), "ADD doneHandlers :handler", OURS)
            .with(":handler", AttributeValue.fromSs(List.of(handler)));
    return applied(
        "DynamoDB did not take the note of a handler", ours(update, claimed), _ -> false);
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    EventKey key = claimed.key();
    ConditionalUpdate update =
        switch (settlement) {
          case Settlement.Done done -> {
            String handler = done.lastHandler();
            ConditionalUpdate finish =
                finish(
                    claimed,
                    now,
                    ", history = :history",
                    "statusShard, dueAt, ",
                    handler == null ? "" : " ADD doneHandlers :handler",
                    OURS);
            yield handler == null
                ? finish
                : finish.with(":handler", AttributeValue.fromSs(List.of(handler)));
          }
          case Settlement.Failed failed ->
              fail(claimed, failed.error(), now, "history = :history", OURS);
          case Settlement.Retry retry ->
              new ConditionalUpdate(
                      key,
                      "SET #status = :settled, lastError = :error, notBefore = :notBefore,"
                          + " dueAt = :dueAt, history = :history REMOVE leaseUntil, pushes",
                      OURS)
                  .with(":error", Lifecycle.shortened(retry.error()))
                  .with(":notBefore", Items.millis(retry.notBefore()))
                  .with(":dueAt", Items.millis(Lifecycle.dueAfterFailure(retry.notBefore())));
        };
    // Nobody else writes to a history while the claim holds, so it may be written as a whole.
    update
        .with(":settled", settlement.status().name())
        .with(
            ":history",
            HistoryAttribute.write(claimed.history().ended(settlement, now, claimed.pushes())));
    return applied(
        "DynamoDB did not take the settlement",
        ours(update, claimed),
        found ->
            found.status() == settlement.status()
                && Objects.equals(found.lease(), claimed.lease()));
  }

  @Override
  public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    ConditionalUpdate update =
        fail(
                found,
                error,
                now,
                NOTE,
                "attempts >= :most AND (#status = :received OR"
                    + " (#status = :processing AND leaseUntil < :now))")
            .with(":settled", Status.FAILED.name())
            .with(":received", Status.RECEIVED.name())
            .with(":processing", Status.PROCESSING.name())
            .with(":most", maxAttempts)
            .with(":now", Items.millis(now))
            .with(":none", HistoryAttribute.NONE)
            .with(":note", HistoryAttribute.givenUp(now, error));
    return applied(
        "DynamoDB did not take the end of a record",
        update,
        old ->
            old.status() == Status.FAILED
                && old.attempts() == found.attempts()
                && Lifecycle.shortened(error).equals(old.lastError()));
  }

  @Override
  public Iterator<Due> due(int shard, Instant now) {
    Iterator<Map<String, AttributeValue>> entries =
        asking(
            "DynamoDB did not list what is due",
            () ->
                dynamoDb
                    .queryPaginator(
                        query ->
                            query
                                .tableName(table)
                                .indexName(INDEX)
                                .keyConditionExpression("statusShard = :shard AND dueAt <= :now")
                                .expressionAttributeValues(
                                    Map.of(
                                        ":shard",
                                        Items.shard(Items.OPEN, shard),
                                        ":now",
                                        Items.millis(now))))
                    .items()
                    .iterator());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return asking("DynamoDB did not list what is due", entries::hasNext);
      }

      @Override
      public Due next() {
        return asking("DynamoDB did not list what is due", () -> Items.readDue(entries.next()));
      }
    };
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    ConditionalUpdate update =
        new ConditionalUpdate(
                due.key(),
                "SET dueAt = :until, pushes = :pushes",
                "dueAt = :seen AND (#status = :received OR"
                    + " (#status = :processing AND leaseUntil < :now))")
            .with(":until", Items.millis(until))
            .with(":pushes", due.pushes() + 1)
            .with(":seen", Items.millis(due.dueAt()))
            .with(":received", Status.RECEIVED.name())
            .with(":processing", Status.PROCESSING.name())
            .with(":now", Items.millis(now));
    // A repetition of our own write looks like another relay's; the record then comes due again one
    // step later.
    return applied("DynamoDB did not move on a record that is due", update, _ -> false);
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    if (!found.status().isFinal()) {
      return false;
    }
    EventKey key = found.key();
    ConditionalUpdate update =
        new ConditionalUpdate(
                key,
                "SET #status = :received, attempts = :none, replays = :replays,"
                    + " statusShard = :shard, dueAt = :dueAt, history = :history"
                    + " REMOVE lease, leaseUntil, notBefore, lastError, pushes, expiresAt"
                    + (found.status() == Status.FAILED ? "" : ", doneHandlers"),
                "#status = :found AND replays = :before")
            .with(":received", Status.RECEIVED.name())
            .with(":none", 0)
            .with(":replays", found.replays() + 1)
            .with(":shard", Items.shard(Items.OPEN, Lifecycle.shard(key)))
            .with(":dueAt", Items.millis(Lifecycle.dueAfterReceipt(now)))
            .with(":history", HistoryAttribute.write(found.history().replayed(now)))
            .with(":found", found.status().name())
            .with(":before", found.replays());
    return applied(
        "DynamoDB did not take the replay",
        update,
        old -> old.status() == Status.RECEIVED && old.replays() == found.replays() + 1);
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    return asking(
        "DynamoDB did not return the record",
        () -> {
          Map<String, AttributeValue> item =
              dynamoDb
                  .getItem(get -> get.tableName(table).key(Items.key(key)).consistentRead(true))
                  .item();
          return item.isEmpty() ? Optional.empty() : Optional.of(Items.read(item));
        });
  }

  private ConditionalUpdate fail(
      InboxRecord record, String error, Instant now, String noting, String condition) {
    EventKey key = record.key();
    return finish(
            record,
            now,
            ", lastError = :error, statusShard = :shard, dueAt = :at, " + noting,
            "",
            "",
            condition)
        .with(":error", Lifecycle.shortened(error))
        .with(":shard", Items.shard(Status.FAILED.name(), Lifecycle.shard(key)))
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
    Instant expiresAt = Lifecycle.expiry(now, record.occurredAt(), retention);
    ConditionalUpdate update =
        new ConditionalUpdate(
            record.key(),
            "SET #status = :settled"
                + (expiresAt == null ? "" : ", expiresAt = :expiresAt")
                + alsoSet
                + " REMOVE "
                + alsoRemove
                + "leaseUntil, notBefore, pushes"
                + alsoAdd,
            condition);
    return expiresAt == null ? update : update.with(":expiresAt", Items.seconds(expiresAt));
  }

  private static ConditionalUpdate ours(ConditionalUpdate update, InboxRecord claimed) {
    return update
        .with(":processing", Status.PROCESSING.name())
        .with(":owner", Objects.requireNonNull(claimed.lease(), "the lease of a claimed record"));
  }

  private boolean applied(
      String otherwise, ConditionalUpdate update, Predicate<InboxRecord> wasAppliedBefore) {
    return asking(
        otherwise,
        () -> {
          try {
            dynamoDb.updateItem(update.on(table).build());
            return true;
          } catch (ConditionalCheckFailedException e) {
            InboxRecord found = found(e);
            return found != null && wasAppliedBefore.test(found);
          }
        });
  }

  private static @Nullable InboxRecord found(ConditionalCheckFailedException e) {
    return e.hasItem() && !e.item().isEmpty() ? Items.read(e.item()) : null;
  }

  private static boolean isHeldBy(String owner, InboxRecord found) {
    return found.status() == Status.PROCESSING && owner.equals(found.lease());
  }

  private static <T> T asking(String otherwise, Supplier<T> question) {
    try {
      return question.get();
    } catch (SdkException e) {
      throw new InboxUnavailable(otherwise, e);
    }
  }
}
