package dev.hookset.local.operator;

import dev.hookset.Rfc3339;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.ItemReader;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * Which partitions of which index hold what a query asks for. Of a local table an index is read as
 * a whole, as long as one call can: a call costs more there than what it reads. Safe to share
 * between threads.
 */
final class Shards {
  private final DynamoDbClient dynamoDb;
  private final String table;
  private final int page;
  private final int whole;
  private final Consumer<UnreadableRecord> passedOver;
  private final List<String> providers;

  /**
   * Creates them; calls nothing.
   *
   * @param page how many entries are read in one call
   * @param whole up to how many entries an index is read as a whole; 0 for never
   */
  Shards(
      DynamoDbClient dynamoDb,
      String table,
      int page,
      int whole,
      Consumer<UnreadableRecord> passedOver,
      List<String> providers) {
    this.providers = List.copyOf(providers);
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.page = page;
    this.whole = whole;
    this.passedOver = passedOver;
  }

  /** Returns them; what is not read as a whole is not asked yet. */
  List<Shard> of(Query query) {
    return query.asksForPendingAlone() ? pending(query) : receipts(query);
  }

  /** The index of what is not finished or needs a person: by when it is due, or since when. */
  private List<Shard> pending(Query query) {
    Set<String> shards = new LinkedHashSet<>();
    for (Status status : query.statuses()) {
      shards.addAll(partitions(status.isFinal() ? status.name() : "OPEN"));
    }
    // No record is due, or needs a person, before it has come.
    Instant from = Objects.requireNonNullElse(query.from(), Instant.EPOCH);
    List<Map<String, AttributeValue>> all = whole(DynamoDbInbox.INDEX);
    if (all != null) {
      return sorted(all, "statusShard", shards, Shards::since, since -> !since.isBefore(from));
    }
    AttributeValue since = AttributeValue.fromN(Long.toString(from.toEpochMilli()));
    return shards.stream()
        .map(
            shard ->
                shard(
                    QueryRequest.builder()
                        .tableName(table)
                        .indexName(DynamoDbInbox.INDEX)
                        .keyConditionExpression("statusShard = :shard AND dueAt >= :from")
                        .expressionAttributeValues(
                            Map.of(":shard", AttributeValue.fromS(shard), ":from", since))
                        .scanIndexForward(false),
                    Shards::since))
        .toList();
  }

  /** The index of receipts: by provider, and by when each came. */
  private List<Shard> receipts(Query query) {
    String whose = query.provider();
    List<String> asked = whose == null ? providers : List.of(whose);
    Instant from = Objects.requireNonNullElse(query.from(), Instant.EPOCH);
    Instant before = query.before();
    if (before != null && !from.isBefore(before)) {
      return List.of(); // DynamoDB refuses a span that ends before it begins.
    }
    List<Map<String, AttributeValue>> all = whole(DynamoDbInbox.RECEIPT_INDEX);
    if (all != null) {
      return sorted(
          all,
          "receiptShard",
          asked.stream().map(Shards::partitions).flatMap(List::stream).collect(Collectors.toSet()),
          Shards::receipt,
          time -> !time.isBefore(from) && (before == null || time.isBefore(before)));
    }
    return receipts(asked, from, before).stream()
        .map(request -> shard(request.scanIndexForward(false), Shards::receipt))
        .toList();
  }

  /** Returns the partitions of what came from a time on, each from its oldest entry on. */
  List<Shard> arrivals(List<String> whose, Instant from) {
    return receipts(whose, from, null).stream()
        .map(request -> shard(request.scanIndexForward(true), Shards::receipt))
        .toList();
  }

  private List<QueryRequest.Builder> receipts(
      List<String> whose, Instant from, @Nullable Instant before) {
    AttributeValue first = AttributeValue.fromS(Rfc3339.sortable(from));
    AttributeValue last =
        AttributeValue.fromS(before == null ? "9999" : Rfc3339.sortable(before.minusNanos(1)));
    return whose.stream()
        .map(Shards::partitions)
        .flatMap(List::stream)
        .map(
            shard ->
                QueryRequest.builder()
                    .tableName(table)
                    .indexName(DynamoDbInbox.RECEIPT_INDEX)
                    .keyConditionExpression(
                        "receiptShard = :shard AND receivedAt BETWEEN :first AND :last")
                    .expressionAttributeValues(
                        Map.of(
                            ":shard", AttributeValue.fromS(shard), ":first", first, ":last", last)))
        .toList();
  }

  private static List<String> partitions(String kind) {
    return IntStream.range(0, Lifecycle.SHARDS).mapToObj(i -> kind + "#" + i).toList();
  }

  /** Returns all entries of an index; null if they are too many for one call. */
  private @Nullable List<Map<String, AttributeValue>> whole(String index) {
    if (whole == 0) {
      return null;
    }
    ScanResponse read = dynamoDb.scan(scan -> scan.tableName(table).indexName(index).limit(whole));
    return read.lastEvaluatedKey().isEmpty() ? read.items() : null;
  }

  /** Makes one partition, the newest first, of those entries of an index that are asked for. */
  private List<Shard> sorted(
      List<Map<String, AttributeValue>> all,
      String attribute,
      Set<String> shards,
      Function<ItemReader, Instant> time,
      Predicate<Instant> fits) {
    List<Map<String, AttributeValue>> asked =
        all.stream()
            .filter(item -> shards.contains(Objects.requireNonNull(item.get(attribute)).s()))
            .toList();
    List<Shard.Entry> entries =
        entries(asked, time).stream()
            .filter(entry -> fits.test(entry.time()))
            .sorted(Comparator.comparing(Shard.Entry::time).reversed())
            .toList();
    return List.of(new Shard(List.of(entries).iterator()));
  }

  private Shard shard(QueryRequest.Builder request, Function<ItemReader, Instant> time) {
    return new Shard(
        dynamoDb.queryPaginator(request.limit(page).build()).stream()
            .map(response -> entries(response.items(), time))
            .iterator());
  }

  /** Reads entries; passes over those that cannot be read. */
  private List<Shard.Entry> entries(
      List<Map<String, AttributeValue>> items, Function<ItemReader, Instant> time) {
    List<Shard.Entry> entries = new ArrayList<>();
    for (Map<String, AttributeValue> item : items) {
      try {
        ItemReader entry = new ItemReader(item);
        entries.add(new Shard.Entry(entry.key(), time.apply(entry), entry.text("type")));
      } catch (UnreadableRecord e) {
        passedOver.accept(e);
      }
    }
    return entries;
  }

  private static Instant receipt(ItemReader entry) {
    return entry.requiredTime("receivedAt");
  }

  /** Returns since when a record needs a person, or when it is due. */
  private static Instant since(ItemReader entry) {
    return Objects.requireNonNull(entry.millis("dueAt"), "an index's key is always there");
  }
}
