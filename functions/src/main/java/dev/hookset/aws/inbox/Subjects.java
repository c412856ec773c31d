package dev.hookset.aws.inbox;

import static dev.hookset.aws.inbox.InboxTable.UPDATE;
import static dev.hookset.aws.inbox.InboxTable.calling;
import static dev.hookset.aws.inbox.InboxTable.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.SubjectState;
import dev.hookset.inbox.Turn;
import dev.hookset.inbox.TurnTerms;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The subjects in the inbox's table: one small item each, {@code lease}, {@code leaseUntil}, {@code
 * holder}, {@code newest} and {@code expiresAt}, in no index.
 *
 * <p>Its key begins with {@code #}, as no record's can: before the first {@code #} of a record's
 * key stands its provider. A receiver may write to its provider's keys alone, so none reaches a
 * subject.
 *
 * <p>An attribute of another type than ours is taken for none, by the conditions and the reading
 * alike: else nobody could ever take a turn again.
 */
final class Subjects {
  private static final String FREE =
      "(NOT attribute_type(leaseUntil, :number) OR NOT attribute_type(lease, :string)"
          + " OR lease = :owner)";
  private static final String NOT_OLDER =
      " AND (NOT attribute_type(newest, :number) OR newest <= :at)";

  /** The longest subject that stands in a key as it is, in bytes of UTF-8. */
  private static final int LONGEST_NAME = 256;

  private final InboxTable table;
  private final Duration retention;

  Subjects(InboxTable table, Duration retention) {
    this.table = table;
    this.retention = retention;
  }

  Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    Instant at = terms.at();
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":owner", AttributeValue.fromS(terms.owner()));
    values.put(":until", Items.millis(terms.leaseUntil()));
    values.put(":holder", AttributeValue.fromS(terms.holder().toString()));
    values.put(":expiresAt", expiry(terms.now()));
    values.put(":number", AttributeValue.fromS("N"));
    values.put(":string", AttributeValue.fromS("S"));
    if (at != null) {
      values.put(":at", time(at));
    }
    Map<String, AttributeValue> refusal =
        refusal(
            subject,
            "SET lease = :owner, leaseUntil = :until, holder = :holder, expiresAt = :expiresAt",
            at == null ? FREE : FREE + NOT_OLDER,
            values);
    if (refusal == null) {
      return new Turn.Granted();
    }
    return switch (Lifecycle.judge(read(refusal), terms)) {
      // The condition that has just failed would hold now: somebody else is at it.
      case Turn.Granted _ -> new Turn.Held();
      case Turn turn -> turn;
    };
  }

  boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":owner", AttributeValue.fromS(owner));
    values.put(":expiresAt", expiry(now));
    if (handled != null) {
      values.put(":handled", time(handled));
    }
    Map<String, AttributeValue> refusal =
        refusal(
            subject,
            "SET expiresAt = :expiresAt"
                + (handled == null ? "" : ", newest = :handled")
                + " REMOVE leaseUntil",
            "lease = :owner AND attribute_exists(leaseUntil)",
            values);
    // A repetition of our own write finds the turn ended.
    return refusal == null
        || (owner.equals(text(refusal, "lease")) && !refusal.containsKey("leaseUntil"));
  }

  /** Updates a subject; returns null, or the item that failed the condition: empty if none did. */
  private @Nullable Map<String, AttributeValue> refusal(
      SubjectKey subject, String update, String condition, Map<String, AttributeValue> values) {
    return calling(
        UPDATE,
        () -> {
          try {
            table
                .client()
                .updateItem(
                    request ->
                        request
                            .tableName(table.name())
                            .key(key(subject))
                            .updateExpression(update)
                            .conditionExpression(condition)
                            .expressionAttributeValues(values)
                            .returnValuesOnConditionCheckFailure(
                                ReturnValuesOnConditionCheckFailure.ALL_OLD));
            return null;
          } catch (ConditionalCheckFailedException e) {
            return e.item();
          }
        });
  }

  private AttributeValue expiry(Instant now) {
    return Items.seconds(Lifecycle.subjectExpiry(now, retention));
  }

  static Map<String, AttributeValue> key(SubjectKey subject) {
    String name = subject.name();
    boolean asItIs =
        UTF_8.newEncoder().canEncode(name) && name.getBytes(UTF_8).length <= LONGEST_NAME;
    return Map.of(
        "pk",
        AttributeValue.fromS(
            DynamoDbInbox.SUBJECT_PREFIX
                + "subject#"
                + subject.provider()
                + '#'
                + (asItIs ? name : "sha256:" + digest(name))));
  }

  /** An encoding would make one of all unpaired surrogates, and so of two subjects. */
  private static String digest(String name) {
    ByteBuffer units = ByteBuffer.allocate(name.length() * 2);
    units.asCharBuffer().put(name);
    return Body.wrap(units.array()).sha256();
  }

  /** Milliseconds since 1970, with a fraction: equal times must be told from nearly equal ones. */
  private static AttributeValue time(Instant instant) {
    return AttributeValue.fromN(
        BigDecimal.valueOf(instant.getEpochSecond())
            .movePointRight(3)
            .add(BigDecimal.valueOf(instant.getNano(), 6))
            .toPlainString());
  }

  private static SubjectState read(Map<String, AttributeValue> item) {
    String holder = text(item, "holder");
    EventKey key;
    try {
      key = holder == null ? null : EventKey.parse(holder);
    } catch (IllegalArgumentException e) {
      key = null;
    }
    return new SubjectState(
        text(item, "lease"), key, instant(item, "leaseUntil"), instant(item, "newest"));
  }

  private static @Nullable Instant instant(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null || value.n() == null) {
      return null;
    }
    BigDecimal[] parts =
        new BigDecimal(value.n()).movePointLeft(3).divideAndRemainder(BigDecimal.ONE);
    try {
      return Instant.ofEpochSecond(
          parts[0].longValueExact(), parts[1].movePointRight(9).longValue());
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }
}
