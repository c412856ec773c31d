package dev.hookset.local.operator;

import dev.hookset.Rfc3339;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.ItemReader;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** Which partitions of which index hold what a query asks for. Safe to share between threads. */
final class Shards {
  private final DynamoDbClient dynamoDb;
  private final String table;
  private final int page;
  private final Consumer<UnreadableRecord> passedOver;
  private final List<String> providers;

  Shards(
      DynamoDbClient dynamoDb,
      String table,
      int page,
      Consumer<UnreadableRecord> passedOver,
      List<String> providers) {
    this.providers = List.copyOf(providers);
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.page = page;
    this.passedOver = passedOver;
  }

  /** Returns them, none of them asked yet. */
  List<Shard> of(Query query) {
    return query.asksForPendingAlone() ? pending(query) : receipts(query);
  }

  /** The index of what is not finished or needs a person: by when it is due, or since when. */
  private List<Shard> pending(Query query) {
    Set<String> kinds = new LinkedHashSet<>();
    for (Status status : query.statuses()) {
      kinds.add(status.isFinal() ? status.name() : "OPEN");
    }
    // No record is due, or needs a person, before it has come.
    Instant from = query.from();
    AttributeValue since =
        AttributeValue.fromN(Long.toString(from == null ? 0 : from.toEpochMilli()));
    List<Shard> all = new ArrayList<>();
    for (String kind : kinds) {
      for (int i = 0; i < Lifecycle.SHARDS; i++) {
        all.add(
            shard(
                QueryRequest.builder()
                    .tableName(table)
                    .indexName(DynamoDbInbox.INDEX)
                    .keyConditionExpression("statusShard = :shard AND dueAt >= :from")
                    .expressionAttributeValues(
                        Map.of(":shard", AttributeValue.fromS(kind + "#" + i), ":from", since))
                    .build(),
                Shards::since));
      }
    }
    return all;
  }

  /** The index of receipts: by provider, and by when each came. */
  private List<Shard> receipts(Query query) {
    String whose = query.provider();
    List<String> asked = whose == null ? providers : List.of(whose);
    Instant from = query.from();
    Instant before = query.before();
    AttributeValue first =
        AttributeValue.fromS(Rfc3339.sortable(from == null ? Instant.EPOCH : from));
    AttributeValue last =
        AttributeValue.fromS(before == null ? "9999" : Rfc3339.sortable(before.minusNanos(1)));
    List<Shard> all = new ArrayList<>();
    if (before != null && from != null && !from.isBefore(before)) {
      return all; // DynamoDB refuses a span that ends before it begins.
    }
    for (String provider : asked) {
      for (int i = 0; i < Lifecycle.SHARDS; i++) {
        all.add(
            shard(
                QueryRequest.builder()
                    .tableName(table)
                    .indexName(DynamoDbInbox.RECEIPT_INDEX)
                    .keyConditionExpression(
                        "receiptShard = :shard AND receivedAt BETWEEN :first AND :last")
                    .expressionAttributeValues(
                        Map.of(
                            ":shard",
                            AttributeValue.fromS(provider + "#" + i),
                            ":first",
                            first,
                            ":last",
                            last))
                    .build(),
                entry -> entry.requiredTime("receivedAt")));
      }
    }
    return all;
  }

  private Shard shard(QueryRequest request, Function<ItemReader, Instant> time) {
    return new Shard(dynamoDb, request, page, time, passedOver);
  }

  /** Returns since when a record needs a person, or when it is due. */
  static Instant since(ItemReader entry) {
    return Objects.requireNonNull(entry.millis("dueAt"), "an index's key is always there");
  }
}
