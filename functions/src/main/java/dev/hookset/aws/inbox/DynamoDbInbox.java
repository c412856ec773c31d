package dev.hookset.aws.inbox;

import static dev.hookset.aws.inbox.InboxTable.calling;
import static dev.hookset.aws.inbox.InboxTable.isNumber;
import static dev.hookset.aws.inbox.InboxTable.text;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.Rfc3339;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.Turn;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The inbox in a DynamoDB table: one item an event, every step one conditional write.
 *
 * <p>A body that is too long for an item goes to a {@link BodyStore}. Each later write to an item
 * costs its whole size, so the limit lies far below what an item can hold.
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

  /** What the key of a subject's item begins with, and no record's does. */
  public static final String SUBJECT_PREFIX = "#";

  /** How long a body may be, compressed, to be kept in its item unless configured otherwise. */
  public static final int DEFAULT_INLINE_BYTES = 16_384;

  /**
   * The most that {@link #DEFAULT_INLINE_BYTES} may be raised to: an item holds 400 kB in all, and
   * what stands beside the body stays well below the rest.
   */
  public static final int MOST_INLINE_BYTES = 380_000;

  private final InboxTable table;
  private final ItemBodies bodies;
  private final Duration retention;
  private final RecordUpdates updates;
  private final Claims claims;

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
    this.table = new InboxTable(dynamoDb, table);
    this.bodies = new ItemBodies(bodies, mostInlineBytes);
    this.retention = Objects.requireNonNull(retention, "retention");
    this.updates = new RecordUpdates(retention);
    this.claims = new Claims(this.table, updates);
  }

  @Override
  public Recording record(NewRecord fresh) {
    Map<String, AttributeValue> item = bodies.item(fresh, retention);
    return calling(
        "PutItem",
        () -> {
          try {
            table
                .client()
                .putItem(
                    put ->
                        put.tableName(table.name())
                            .item(item)
                            .conditionExpression("attribute_not_exists(pk)")
                            .returnValuesOnConditionCheckFailure(
                                ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return new Recording.Created();
          } catch (ConditionalCheckFailedException e) {
            if (isOurs(e.item(), fresh)) {
              return new Recording.Created();
            }
            String digest = text(e.item(), "digest");
            return new Recording.Existing(
                Status.RECEIVED.name().equals(text(e.item(), "status")),
                digest == null ? "" : digest);
          }
        });
  }

  /**
   * Whether this very delivery wrote what is there: the SDK repeats a write whose answer was lost,
   * or came too late, and the repetition finds the record.
   */
  private static boolean isOurs(Map<String, AttributeValue> found, NewRecord fresh) {
    return fresh.traceId() != null
        && fresh.traceId().equals(text(found, "traceId"))
        && Rfc3339.sortable(fresh.receivedAt()).equals(text(found, "receivedAt"))
        && fresh.event().body().sha256().equals(text(found, "digest"));
  }

  @Override
  public Body body(InboxRecord record) throws BodyLost {
    if (record.forgottenAt() != null) {
      throw new BodyLost("the body was forgotten at " + record.forgottenAt());
    }
    return bodies.body(record);
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
    return claims.claim(key, terms);
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    return table.update(updates.mark(claimed, handler), _ -> false);
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    return table.update(
        updates.settle(claimed, settlement, now),
        found ->
            settlement.status().name().equals(text(found, "status"))
                && settlement.lease(RecordUpdates.owner(claimed)).equals(text(found, "lease")));
  }

  @Override
  public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    return table.update(
        updates.exhaust(found, maxAttempts, error, now),
        old ->
            Status.FAILED.name().equals(text(old, "status"))
                && isNumber(old, "attempts", found.attempts())
                && Lifecycle.shortened(error).equals(text(old, "lastError")));
  }

  @Override
  public Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    return DueRecords.of(table, shard, now, passedOver);
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    // A repetition of our own write looks like another relay's; the record then comes due again one
    // step later.
    return table.update(
        updates.defer(due, until, now),
        found -> {
          Status _ = new ItemReader(found).status();
          return false;
        });
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    if (!found.status().isFinal() || found.forgottenAt() != null) {
      return false;
    }
    return table.update(
        updates.replay(found, now),
        old ->
            Status.RECEIVED.name().equals(text(old, "status"))
                && isNumber(old, "replays", found.replays() + 1));
  }

  @Override
  public Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    return subjects().takeTurn(subject, terms);
  }

  @Override
  public boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    return subjects().endTurn(subject, owner, handled, now);
  }

  /** Made when it is needed: a receiver never does, and should not load it. */
  private Subjects subjects() {
    return new Subjects(table, retention);
  }

  /** Returns the key of the item in which a subject stands. */
  public static Map<String, AttributeValue> itemOf(SubjectKey subject) {
    return Subjects.key(subject);
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    Map<String, AttributeValue> item = table.item(key);
    return item.isEmpty() ? Optional.empty() : Optional.of(new ItemReader(item).record());
  }
}
