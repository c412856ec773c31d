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
import dev.hookset.inbox.UnreadableRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
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

  private static final String UPDATE = "UpdateItem";
  private static final String QUERY = "Query";

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final BodyStore bodies;
  private final int mostInlineBytes;
  private final Duration retention;
  private final RecordUpdates updates;

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
    this.updates = new RecordUpdates(retention);
  }

  @Override
  public Recording record(NewRecord fresh) {
    Map<String, AttributeValue> item = item(fresh);
    return calling(
        "PutItem",
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
            String digest = text(e.item(), "digest");
            return new Recording.Existing(
                Status.RECEIVED.name().equals(text(e.item(), "status")),
                digest == null ? "" : digest);
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
    String name =
        Objects.requireNonNull(record.overflow(), "a record without a body names its object");
    byte[] stored =
        bodies
            .get(name)
            .orElseThrow(
                () -> new BodyLost("the body is no longer in the overflow bucket: " + name));
    try {
      Body body = Items.unzip(stored);
      if (body.sha256().equals(record.digest())) {
        return body;
      }
    } catch (IOException e) {
      // Falls through: either way it is not what was stored.
    }
    throw new BodyLost(
        "the body in the overflow bucket does not match the digest in its record: " + name);
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
    UpdateItemRequest request =
        updates.claim(key, terms).on(table).returnValues(ReturnValue.ALL_NEW).build();
    return calling(
        UPDATE,
        () -> {
          try {
            return new Claim.Granted(
                new ItemReader(dynamoDb.updateItem(request).attributes()).record());
          } catch (ConditionalCheckFailedException e) {
            return refused(key, e, terms);
          } catch (UnreadableRecord e) {
            return unreadable(key, terms, e.getMessage());
          } catch (DynamoDbException e) {
            if (isOfTheWrongKind(e)) {
              return unreadable(key, terms, "DynamoDB cannot update it: " + e.getMessage());
            }
            throw e;
          }
        });
  }

  /** Whether an attribute that the update computes with is not a number or a list. */
  private static boolean isOfTheWrongKind(DynamoDbException e) {
    return e.awsErrorDetails() != null
        && "ValidationException".equals(e.awsErrorDetails().errorCode());
  }

  private Claim refused(EventKey key, ConditionalCheckFailedException e, ClaimTerms terms) {
    InboxRecord found = null;
    if (exists(e)) {
      ItemReader item = new ItemReader(e.item());
      Status status;
      try {
        status = item.status();
      } catch (UnreadableRecord unknown) {
        // What a newer version has written is not ours to change.
        return new Claim.Unreadable(unknown.getMessage());
      }
      try {
        found = item.record();
      } catch (UnreadableRecord damaged) {
        return status.isFinal()
            ? new Claim.Finished(status)
            : unreadable(key, terms, damaged.getMessage());
      }
    }
    if (found != null && isHeldBy(terms.owner(), found)) {
      return new Claim.Granted(found);
    }
    return switch (Lifecycle.judge(found, terms)) {
      // The condition that has just failed would hold now: somebody else is at it.
      case Claim.Granted _ -> new Claim.Held();
      case Claim claim -> claim;
    };
  }

  private Claim unreadable(EventKey key, ClaimTerms terms, String problem) {
    return applied(updates.failUnreadable(key, terms, problem), _ -> false)
        ? new Claim.Unreadable(problem)
        : new Claim.Held();
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    return applied(updates.mark(claimed, handler), _ -> false);
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    return applied(
        updates.settle(claimed, settlement, now),
        found ->
            settlement.status().name().equals(text(found, "status"))
                && Objects.equals(text(found, "lease"), claimed.lease()));
  }

  @Override
  public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    return applied(
        updates.exhaust(found, maxAttempts, error, now),
        old ->
            Status.FAILED.name().equals(text(old, "status"))
                && isNumber(old, "attempts", found.attempts())
                && Lifecycle.shortened(error).equals(text(old, "lastError")));
  }

  @Override
  public Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    Iterator<Map<String, AttributeValue>> entries =
        calling(
            QUERY,
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
      private @Nullable Due next;

      @Override
      public boolean hasNext() {
        while (next == null && calling(QUERY, entries::hasNext)) {
          try {
            next = new ItemReader(calling(QUERY, entries::next)).due();
          } catch (UnreadableRecord e) {
            passedOver.accept(e);
          }
        }
        return next != null;
      }

      @Override
      public Due next() {
        Due due = hasNext() ? next : null;
        if (due == null) {
          throw new NoSuchElementException();
        }
        next = null;
        return due;
      }
    };
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    // A repetition of our own write looks like another relay's; the record then comes due again one
    // step later.
    return applied(
        updates.defer(due, until, now),
        found -> {
          Status _ = new ItemReader(found).status();
          return false;
        });
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    if (!found.status().isFinal()) {
      return false;
    }
    return applied(
        updates.replay(found, now),
        old ->
            Status.RECEIVED.name().equals(text(old, "status"))
                && isNumber(old, "replays", found.replays() + 1));
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    Map<String, AttributeValue> item =
        calling(
            "GetItem",
            () ->
                dynamoDb
                    .getItem(get -> get.tableName(table).key(Items.key(key)).consistentRead(true))
                    .item());
    return item.isEmpty() ? Optional.empty() : Optional.of(new ItemReader(item).record());
  }

  private boolean applied(
      ConditionalUpdate update, Predicate<Map<String, AttributeValue>> wasAppliedBefore) {
    return calling(
        UPDATE,
        () -> {
          try {
            dynamoDb.updateItem(update.on(table).build());
            return true;
          } catch (ConditionalCheckFailedException e) {
            return exists(e) && wasAppliedBefore.test(e.item());
          }
        });
  }

  private static boolean exists(ConditionalCheckFailedException e) {
    return e.hasItem() && !e.item().isEmpty();
  }

  private static @Nullable String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? null : value.s();
  }

  private static boolean isNumber(Map<String, AttributeValue> item, String name, int number) {
    AttributeValue value = item.get(name);
    return value != null && Integer.toString(number).equals(value.n());
  }

  private static boolean isHeldBy(String owner, InboxRecord found) {
    return found.status() == Status.PROCESSING && owner.equals(found.lease());
  }

  private static <T> T calling(String call, Supplier<T> question) {
    try {
      return question.get();
    } catch (SdkException e) {
      throw new InboxUnavailable("DynamoDB " + call + " failed", e);
    }
  }
}
