package dev.hookset.local.stack;

import dev.hookset.local.template.Template;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;

/**
 * Creates the template's table, queues and bucket, where they are not there yet. Safe to share
 * between threads.
 */
public final class Resources {
  private final Template template;

  /** Creates resources by the facts of {@code template}. */
  public Resources(Template template) {
    this.template = template;
  }

  /**
   * Creates the table that holds the inbox, with its indexes and its time to live. One that was kept
   * from an earlier run gets the indexes that the template has been given since.
   */
  public void createTable(DynamoDbClient dynamoDb, String name) {
    Map<?, ?> table = template.properties("InboxTable");
    List<AttributeDefinition> attributes =
        list(table, "AttributeDefinitions").stream()
            .map(
                attribute ->
                    AttributeDefinition.builder()
                        .attributeName(text(attribute, "AttributeName"))
                        .attributeType(text(attribute, "AttributeType"))
                        .build())
            .toList();
    try {
      dynamoDb.createTable(
          create ->
              create
                  .tableName(name)
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .attributeDefinitions(attributes)
                  .keySchema(keySchema(table))
                  .globalSecondaryIndexes(
                      list(table, "GlobalSecondaryIndexes").stream()
                          .map(
                              index ->
                                  GlobalSecondaryIndex.builder()
                                      .indexName(text(index, "IndexName"))
                                      .keySchema(keySchema(index))
                                      .projection(projection(index))
                                      .build())
                          .toList()));
    } catch (ResourceInUseException e) {
      // It was kept from an earlier run, its time to live included.
      addMissingIndexes(dynamoDb, name, table, attributes);
      return;
    }
    dynamoDb.updateTimeToLive(
        update ->
            update
                .tableName(name)
                .timeToLiveSpecification(
                    ttl ->
                        ttl.enabled(true)
                            .attributeName(
                                text(table, "TimeToLiveSpecification", "AttributeName"))));
  }

  private static void addMissingIndexes(
      DynamoDbClient dynamoDb, String name, Map<?, ?> table, List<AttributeDefinition> attributes) {
    Set<String> there =
        dynamoDb
            .describeTable(describe -> describe.tableName(name))
            .table()
            .globalSecondaryIndexes()
            .stream()
            .map(GlobalSecondaryIndexDescription::indexName)
            .collect(Collectors.toSet());
    for (Object index : list(table, "GlobalSecondaryIndexes")) {
      if (!there.contains(text(index, "IndexName"))) {
        dynamoDb.updateTable(
            update ->
                update
                    .tableName(name)
                    .attributeDefinitions(attributes)
                    .globalSecondaryIndexUpdates(
                        List.of(
                            GlobalSecondaryIndexUpdate.builder()
                                .create(
                                    create ->
                                        create
                                            .indexName(text(index, "IndexName"))
                                            .keySchema(keySchema(index))
                                            .projection(projection(index)))
                                .build())));
      }
    }
  }

  /**
   * Creates a queue.
   *
   * @param deadLetterQueueArn where messages go that came back too often; null for nowhere
   * @return the queue's URL
   */
  String createQueue(
      SqsClient sqs, String resource, String name, @Nullable String deadLetterQueueArn) {
    Map<?, ?> queue = template.properties(resource);
    Map<QueueAttributeName, String> attributes = new EnumMap<>(QueueAttributeName.class);
    for (QueueAttributeName attribute :
        List.of(
            QueueAttributeName.VISIBILITY_TIMEOUT, QueueAttributeName.MESSAGE_RETENTION_PERIOD)) {
      Object value = queue.get(attribute.toString());
      if (value != null) {
        attributes.put(attribute, value.toString());
      }
    }
    if (deadLetterQueueArn != null) {
      attributes.put(
          QueueAttributeName.REDRIVE_POLICY,
          "{\"deadLetterTargetArn\":\""
              + deadLetterQueueArn
              + "\",\"maxReceiveCount\":"
              + text(queue, "RedrivePolicy", "maxReceiveCount")
              + "}");
    }
    try {
      return sqs.createQueue(create -> create.queueName(name).attributes(attributes)).queueUrl();
    } catch (QueueNameExistsException e) {
      // It was kept from an earlier run, and the template has changed since.
      String url = sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
      sqs.setQueueAttributes(set -> set.queueUrl(url).attributes(attributes));
      return url;
    }
  }

  /** Creates the bucket of what is too long for the table. */
  public static void createBucket(S3Client s3, String name) {
    try {
      s3.createBucket(create -> create.bucket(name));
    } catch (BucketAlreadyOwnedByYouException e) {
      // It was kept from an earlier run.
    }
  }

  private static List<KeySchemaElement> keySchema(Object owner) {
    return list(owner, "KeySchema").stream()
        .map(
            key ->
                KeySchemaElement.builder()
                    .attributeName(text(key, "AttributeName"))
                    .keyType(text(key, "KeyType"))
                    .build())
        .toList();
  }

  private static Projection projection(Object index) {
    Projection.Builder projection =
        Projection.builder().projectionType(text(index, "Projection", "ProjectionType"));
    if (Template.below(index, "Projection", "NonKeyAttributes") instanceof List<?> attributes) {
      projection.nonKeyAttributes(attributes.stream().map(String::valueOf).toList());
    }
    return projection.build();
  }

  private static List<?> list(Object owner, String name) {
    return Template.below(owner, name) instanceof List<?> list ? list : List.of();
  }

  private static String text(Object owner, Object... path) {
    return Objects.requireNonNull(Template.below(owner, path), () -> "the template's " + path[0])
        .toString();
  }
}
