package dev.hookset.aws.inbox;

import dev.hookset.EventKey;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * An {@code UpdateItem} in the making. Whatever else it is conditional on, it is conditional on the
 * item's existence: DynamoDB would otherwise create the item that it does not find.
 */
final class ConditionalUpdate {
  private final EventKey key;
  private final String update;
  private final String condition;
  private final Map<String, AttributeValue> values = new HashMap<>();

  ConditionalUpdate(EventKey key, String update, String condition) {
    this.key = key;
    this.update = update;
    this.condition = condition;
  }

  ConditionalUpdate with(String name, AttributeValue value) {
    values.put(name, value);
    return this;
  }

  ConditionalUpdate with(String name, String value) {
    return with(name, AttributeValue.fromS(value));
  }

  ConditionalUpdate with(String name, int value) {
    return with(name, AttributeValue.fromN(Integer.toString(value)));
  }

  UpdateItemRequest.Builder on(String table) {
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(Items.key(key))
        .updateExpression(update)
        .conditionExpression("attribute_exists(pk) AND (" + condition + ")")
        .expressionAttributeNames(Map.of("#status", "status"))
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
  }
}
