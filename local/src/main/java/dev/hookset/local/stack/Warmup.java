package dev.hookset.local.stack;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * A first write and a first message, of which nothing is left. They load what the servers and the
 * SDK need for it, which on a busy machine takes longer than a receiver waits for its table: it
 * wrote again, and called the first delivery a duplicate of itself, or answered 503.
 *
 * <p>A receiver knows its own record now, and a demo comes again after a 503. That is not enough:
 * at a load of 10 to 33 on two cores, two of five demos without this were told 503, and one of them
 * failed; of five with it none.
 */
final class Warmup {
  private static final String NAME = "hookset-warm-up";
  private static final String KEY = "pk";

  private Warmup() {}

  static void run(LocalClients clients) {
    write(clients.dynamoDb());
    send(clients.sqs());
  }

  private static void write(DynamoDbClient dynamoDb) {
    // One that was killed here has left its table.
    if (!dynamoDb.listTables().tableNames().contains(NAME)) {
      createTable(dynamoDb);
    }
    dynamoDb.putItem(
        put ->
            put.tableName(NAME)
                .item(Map.of(KEY, AttributeValue.fromS(NAME)))
                .conditionExpression("attribute_not_exists(lease)")
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD));
    dynamoDb.deleteTable(delete -> delete.tableName(NAME));
  }

  private static void send(SqsClient sqs) {
    String url = sqs.createQueue(create -> create.queueName(NAME)).queueUrl();
    sqs.sendMessage(send -> send.queueUrl(url).messageBody(NAME));
    sqs.deleteQueue(delete -> delete.queueUrl(url));
  }

  /** Creates the table that a warm-up writes to, and deletes. */
  static void createTable(DynamoDbClient dynamoDb) {
    dynamoDb.createTable(
        create ->
            create
                .tableName(NAME)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName(KEY)
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(
                    KeySchemaElement.builder().attributeName(KEY).keyType(KeyType.HASH).build()));
  }
}
