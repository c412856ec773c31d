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
import org.jspecify.annotations.Nullable;
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
                        Map.of(":shard", AttributeValue.fromS(kind + "#" + i), ":from", since)),
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
    if (before != null && from != null && !from.isBefore(before)) {
      return List.of(); // DynamoDB refuses a span that ends before it begins.
    }
    return receipts(asked, from, before).stream()
        .map(request -> shard(request, Shards::receipt))
        .toList();
  }

  /** Returns the partitions of what came from a time on, each from its oldest entry on. */
  List<Shard> arrivals(List<String> whose, Instant from) {
    return receipts(whose, from, null).stream()
        .map(
            request ->
                new Shard(
                    dynamoDb,
                    request.scanIndexForward(true).build(),
                    page,
                    Shards::receipt,
                    passedOver))
        .toList();
  }

  private List<QueryRequest.Builder> receipts(
      List<String> whose, @Nullable Instant from, @Nullable Instant before) {
    AttributeValue first =
        AttributeValue.fromS(Rfc3339.sortable(from == null ? Instant.EPOCH : from));
    AttributeValue last =
        AttributeValue.fromS(before == null ? "9999" : Rfc3339.sortable(before.minusNanos(1)));
    List<QueryRequest.Builder> all = new ArrayList<>();
    for (String provider : whose) {
      for (int i = 0; i < Lifecycle.SHARDS; i++) {
        all.add(
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
                        last)));
      }
    }
    return all;
  }

  private static Instant receipt(ItemReader entry) {
    return entry.requiredTime("receivedAt");
  }

  private Shard shard(QueryRequest.Builder request, Function<ItemReader, Instant> time) {
    return new Shard(dynamoDb, request.scanIndexForward(false).build(), page, time, passedOver);
  }

  /** Returns since when a record needs a person, or when it is due. */
  static Instant since(ItemReader entry) {
    return Objects.requireNonNull(entry.millis("dueAt"), "an index's key is always there");
  }
}
