package dev.hookset.aws.inbox;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxUnavailable;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * The table, and how it is called.
 *
 * <p>Where a condition fails, DynamoDB returns the item as it found it. That tells why without a
 * second read, and tells a repetition of our own write (the SDK retries when an answer got lost)
 * from somebody else's.
 *
 * @param client what calls it
 * @param name its name
 */
record InboxTable(DynamoDbClient client, String name) {
  static final String UPDATE = "UpdateItem";

  InboxTable {
    Objects.requireNonNull(client, "dynamoDb");
    Objects.requireNonNull(name, "table");
  }

  /**
   * Returns what {@code question} returns.
   *
   * @param call the name of DynamoDB's call, for the message
   * @throws InboxUnavailable if it throws any exception of the SDK's
   */
  static <T> T calling(String call, Supplier<T> question) {
    try {
      return question.get();
    } catch (SdkException e) {
      throw new InboxUnavailable("DynamoDB " + call + " failed", e);
    }
  }

  /**
   * Updates an item, and returns whether that holds.
   *
   * @param wasAppliedBefore whether the item that failed the condition shows this very update
   */
  boolean update(
      ConditionalUpdate update, Predicate<Map<String, AttributeValue>> wasAppliedBefore) {
    return calling(
        UPDATE,
        () -> {
          try {
            client.updateItem(update.on(name).build());
            return true;
          } catch (ConditionalCheckFailedException e) {
            return isThere(e) && wasAppliedBefore.test(e.item());
          }
        });
  }

  /** Returns the item of a record as it is now, empty if there is none. */
  Map<String, AttributeValue> item(EventKey key) {
    return calling(
        "GetItem",
        () ->
            client
                .getItem(get -> get.tableName(name).key(Items.key(key)).consistentRead(true))
                .item());
  }

  /** Whether there was an item to fail the condition. */
  static boolean isThere(ConditionalCheckFailedException e) {
    return e.hasItem() && !e.item().isEmpty();
  }

  static @Nullable String text(Map<String, AttributeValue> item, String attribute) {
    AttributeValue value = item.get(attribute);
    return value == null ? null : value.s();
  }

  static boolean isNumber(Map<String, AttributeValue> item, String attribute, int number) {
    AttributeValue value = item.get(attribute);
    return value != null && Integer.toString(number).equals(value.n());
  }
}
