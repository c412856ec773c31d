package dev.hookset.local.forget;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Arrival;
import dev.hookset.local.operator.Mention;
import dev.hookset.local.operator.Records;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Erases what is personal of an event: its body, wherever that is, and all of its record but what
 * makes a repeated delivery known (its key, its digest) and what is counted. What is left is final:
 * no handler gets it, and it cannot be replayed.
 *
 * <p>Safe to interrupt and to repeat at any point. The SDK's exceptions fly.
 */
public final class Forgetting {
  /** How long a record is kept that was not final before, like every other. */
  private static final Duration RETENTION = Duration.ofDays(30);

  /** All that may tell of somebody, or leads to what does. */
  private static final String ERASED =
      "body, bodyEncoding, #overflow, headers, deliveryId, workspace, #project, #environment, traceId,"
          + " lastError, history, lease, leaseUntil, notBefore, doneHandlers, statusShard, dueAt, pushes";

  private static final Map<String, String> NAMES =
      Map.of(
          "#status", "status",
          "#overflow", "overflow",
          "#project", "project",
          "#environment", "environment");

  private static final int TRIES = 5;

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final Inbox inbox;
  private final Records records;
  private final StoredBodies bodies;
  private final InstantSource clock;

  /**
   * Creates it; calls nothing.
   *
   * @param table the table that holds the inbox
   * @param inbox reads the records
   * @param records lists them
   * @param bodies where the long bodies are
   * @param clock our clock
   */
  public Forgetting(
      DynamoDbClient dynamoDb,
      String table,
      Inbox inbox,
      Records records,
      StoredBodies bodies,
      InstantSource clock) {
    this.dynamoDb = Objects.requireNonNull(dynamoDb, "dynamoDb");
    this.table = Objects.requireNonNull(table, "table");
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.records = Objects.requireNonNull(records, "records");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** What became of an event that was to be forgotten. */
  public enum Outcome {
    /** It is erased. */
    FORGOTTEN,
    /** There is no record of it. */
    NOT_THERE,
    /** A worker has it; to be tried again when it is through. */
    IN_WORK
  }

  /**
   * What was erased of an event.
   *
   * @param key which event
   * @param outcome what became of it
   * @param digest the digest of its body, which is kept; null if there is no record
   * @param objects how many objects in the bucket, versions counted, were erased
   */
  public record Forgotten(EventKey key, Outcome outcome, @Nullable String digest, int objects) {}

  /** Returns an event and what is kept because it came under its ID with other bytes. */
  public List<EventKey> withConflicts(EventKey key) {
    List<EventKey> keys = new ArrayList<>(List.of(key));
    records.conflicts(key).forEach(conflict -> keys.add(conflict.key()));
    return keys;
  }

  /** Reads all events of a provider, and returns those that mention somebody or something. */
  public List<EventKey> mentioning(String provider, Mention mention) {
    List<EventKey> keys = new ArrayList<>();
    Iterator<Arrival> arrivals = records.arrivals(List.of(provider), Instant.EPOCH);
    while (arrivals.hasNext()) {
      EventKey key = arrivals.next().key();
      try {
        InboxRecord record = inbox.find(key).orElse(null);
        if (record != null && record.forgottenAt() == null && mentions(record, mention)) {
          keys.add(key);
        }
      } catch (UnreadableRecord e) {
        // Nobody can tell; it was named when it was met first, or is by `doctor`.
        keys.add(key);
      }
    }
    return keys;
  }

  private boolean mentions(InboxRecord record, Mention mention) {
    List<String> texts = new ArrayList<>(record.headers().values());
    texts.add(record.key().eventId());
    for (String text :
        new String[] {
          record.environment(),
          record.lastError(),
          record.origin().deliveryId(),
          record.origin().workspace(),
          record.origin().project()
        }) {
      if (text != null) {
        texts.add(text);
      }
    }
    if (mention.isInAnyOf(texts)) {
      return true;
    }
    try {
      Body body = inbox.body(record);
      return mention.isIn(body);
    } catch (BodyLost e) {
      return false;
    }
  }

  /**
   * Erases an event.
   *
   * @throws UnreadableRecord if its record cannot be understood
   */
  public Forgotten forget(EventKey key) {
    for (int i = 0; i < TRIES; i++) {
      InboxRecord found = inbox.find(key).orElse(null);
      if (found == null) {
        return new Forgotten(key, Outcome.NOT_THERE, null, bodies.erase(key));
      }
      if (isHeld(found)) {
        break;
      }
      if (found.forgottenAt() != null || erase(found)) {
        return new Forgotten(key, Outcome.FORGOTTEN, found.digest(), bodies.erase(key));
      }
    }
    return new Forgotten(key, Outcome.IN_WORK, null, 0);
  }

  private boolean isHeld(InboxRecord found) {
    Instant until = found.leaseUntil();
    return found.status() == Status.PROCESSING
        && until != null
        && !until.isBefore(Lifecycle.lapsed(clock.instant()));
  }

  /** Returns false if somebody else has changed the record since it was found. */
  private boolean erase(InboxRecord found) {
    Instant now = clock.instant();
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":now", number(now.toEpochMilli()));
    values.put(":found", AttributeValue.fromS(found.status().name()));
    values.put(":attempts", number(found.attempts()));
    values.put(":replays", number(found.replays()));
    String set = "SET forgottenAt = :now";
    if (!found.status().isFinal()) {
      set += ", #status = :skipped";
      values.put(":skipped", AttributeValue.fromS(Status.SKIPPED.name()));
    }
    if (found.expiresAt() == null) {
      set += ", expiresAt = :expiresAt";
      values.put(
          ":expiresAt",
          number(Lifecycle.expiry(now, found.occurredAt(), RETENTION).getEpochSecond()));
    }
    String update = set + " REMOVE " + ERASED;
    try {
      dynamoDb.updateItem(
          request ->
              request
                  .tableName(table)
                  .key(Map.of("pk", AttributeValue.fromS(found.key().toString())))
                  .updateExpression(update)
                  .conditionExpression(
                      "#status = :found AND attempts = :attempts AND replays = :replays")
                  .expressionAttributeNames(NAMES)
                  .expressionAttributeValues(values));
      return true;
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  /**
   * Erases the mark of a subject, by which older events of it are told from newer ones, unless one
   * of them is in its handlers.
   *
   * @return whether there was one
   */
  public boolean forget(SubjectKey subject) {
    try {
      return !dynamoDb
          .deleteItem(
              delete ->
                  delete
                      .tableName(table)
                      .key(DynamoDbInbox.itemOf(subject))
                      .conditionExpression("attribute_not_exists(leaseUntil)")
                      .returnValues("ALL_OLD"))
          .attributes()
          .isEmpty();
    } catch (ConditionalCheckFailedException e) {
      return false;
    }
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }
}
