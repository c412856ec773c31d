package dev.hookset.local.operator;

import dev.hookset.EventKey;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.ItemReader;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.providers.Providers;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Lists records, the newest first, from the table's indexes.
 *
 * <p>What is not finished or needs a person has an index of its own, so that it is found at once,
 * however much else there is; there the newest is what failed last, was quarantined last, or is
 * looked after last. Everything else is found by when it came: the index of receipts gives the
 * keys, and the records say where they stand. An index lags behind its table by moments, so each
 * record is read before it is listed. Only {@link #scan} reads the whole table.
 *
 * <p>Safe to share between threads. Nothing is written; the SDK's exceptions fly.
 */
public final class Records {
  /** The most records that DynamoDB reads in one call. */
  private static final int BATCH = 100;

  /** How many entries of an index are read in one call: about 50 kB. */
  private static final int PAGE = 250;

  /** Up to how many entries an index of a local table is read in one call: about 200 kB. */
  private static final int SMALL = 1_000;

  /** All that is listed of a record; a body would have to be carried here to be thrown away. */
  private static final String LISTED =
      "pk, #type, #status, receivedAt, occurredAt, #environment, attempts, replays, lastError,"
          + " notBefore";

  /** What follows an ID and a tilde where other bytes came under it. */
  private static final Pattern CONFLICT = Pattern.compile("[0-9a-f]{16}");

  /** Words of DynamoDB's own, or so general that they might become some. */
  private static final Map<String, String> NAMES =
      Map.of("#type", "type", "#status", "status", "#environment", "environment");

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final Shards shards;
  private final Consumer<UnreadableRecord> passedOver;

  /**
   * Creates a list of the records in a table; calls nothing.
   *
   * @param dynamoDb stays the caller's to close
   * @param passedOver is told of each record that cannot be read, whenever one is met; the others
   *     are listed all the same
   */
  public Records(DynamoDbClient dynamoDb, String table, Consumer<UnreadableRecord> passedOver) {
    this(dynamoDb, table, passedOver, PAGE, 0, Providers.names());
  }

  /**
   * Creates the same, which looks for receipts from {@code providers} alone, unless a query names
   * another: each costs sixteen calls.
   */
  public Records(
      DynamoDbClient dynamoDb,
      String table,
      Consumer<UnreadableRecord> passedOver,
      List<String> providers) {
    this(dynamoDb, table, passedOver, PAGE, 0, providers);
  }

  /**
   * Creates the same for the table of a local stack, where few calls are better than small ones.
   */
  public static Records ofLocalTable(
      DynamoDbClient dynamoDb,
      String table,
      Consumer<UnreadableRecord> passedOver,
      List<String> providers) {
    return new Records(dynamoDb, table, passedOver, PAGE, SMALL, providers);
  }

  Records(
      DynamoDbClient dynamoDb,
      String table,
      Consumer<UnreadableRecord> passedOver,
      int page,
      int whole,
      List<String> providers) {
    this.dynamoDb = Objects.requireNonNull(dynamoDb, "dynamoDb");
    this.table = Objects.requireNonNull(table, "table");
    this.passedOver = Objects.requireNonNull(passedOver, "passedOver");
    this.shards = new Shards(dynamoDb, table, page, whole, passedOver, providers);
  }

  /**
   * The newest records that a query asks for.
   *
   * @param records the newest first
   * @param examined how many entries of the index were looked at to find them
   * @param cutOff the time of the oldest of those, if it was given up there and there are older
   *     ones that may fit; null if all were looked at, or enough was found
   */
  public record Page(List<Listed> records, int examined, @Nullable Instant cutOff) {
    /** Copies the records. */
    public Page {
      records = List.copyOf(records);
    }
  }

  /**
   * Returns the newest records that {@code query} asks for.
   *
   * @param most how many at most
   * @param lookAtMost after how many entries of the index to give up: what is rare may be nowhere
   *     in a long history
   */
  public Page newest(Query query, int most, int lookAtMost) {
    IndexQuery index = index(query);
    List<Listed> found = new ArrayList<>();
    while (found.size() < most && index.examined() < lookAtMost && index.hasNextBatch()) {
      int missing = most - found.size();
      index.nextBatch(Math.min(BATCH, lookAtMost - index.examined())).stream()
          .limit(missing)
          .forEach(found::add);
    }
    boolean gaveUp = found.size() < most && index.hasNextBatch();
    return new Page(found, index.examined(), gaveUp ? index.oldest() : null);
  }

  /**
   * Returns all records that {@code query} asks for, the newest first, page by page as the stream
   * is read.
   */
  public Stream<Listed> stream(Query query) {
    IndexQuery index = index(query);
    Iterator<Listed> records =
        new Iterator<>() {
          private final Deque<Listed> ready = new ArrayDeque<>();

          @Override
          public boolean hasNext() {
            while (ready.isEmpty() && index.hasNextBatch()) {
              ready.addAll(index.nextBatch(BATCH));
            }
            return !ready.isEmpty();
          }

          @Override
          public Listed next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            return ready.remove();
          }
        };
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(records, Spliterator.ORDERED), false);
  }

  /**
   * Returns what came from a time on, the oldest first, page by page as the iterator is read. Asks
   * the index of receipts alone, which lags behind the table: what came last may not be there yet.
   */
  public Iterator<Arrival> arrivals(List<String> providers, Instant from) {
    return new Arrivals(shards.arrivals(providers, from));
  }

  /**
   * Returns all records that {@code query} asks for, in no particular order. Reads the whole table,
   * page by page as the stream is read, and is charged for all of it.
   */
  public Stream<Listed> scan(Query query) {
    return dynamoDb
        .scanPaginator(
            scan ->
                scan.tableName(table)
                    .filterExpression("NOT begins_with(pk, :subject)")
                    .projectionExpression(LISTED)
                    .expressionAttributeNames(NAMES)
                    .expressionAttributeValues(
                        Map.of(":subject", AttributeValue.fromS(DynamoDbInbox.SUBJECT_PREFIX))))
        .items()
        .stream()
        .map(this::listed)
        .flatMap(Stream::ofNullable)
        .filter(query::fits);
  }

  /**
   * Returns what came under an event's ID with other bytes, and was not replayed since. Reads the
   * index of what is quarantined, which is small unless there is a bigger trouble.
   */
  public List<Conflict> conflicts(EventKey key) {
    String prefix = key + "~";
    List<Callable<List<Conflict>>> calls = new ArrayList<>();
    for (Shard shard : shards.of(Query.of(Status.QUARANTINED))) {
      calls.add(() -> conflicts(prefix, shard));
    }
    return ParallelCalls.call(calls).stream().flatMap(List::stream).toList();
  }

  private static List<Conflict> conflicts(String prefix, Shard shard) {
    List<Conflict> conflicts = new ArrayList<>();
    while (shard.hasNext()) {
      Shard.Entry entry = shard.next();
      String found = entry.key().toString();
      if (found.startsWith(prefix)
          && CONFLICT.matcher(found.substring(prefix.length())).matches()) {
        conflicts.add(new Conflict(entry.key(), entry.time()));
      }
    }
    return conflicts;
  }

  private IndexQuery index(Query query) {
    return new IndexQuery(query, shards.of(query), this::read);
  }

  private Map<String, Listed> read(Set<String> keys) {
    Map<String, Listed> read = new HashMap<>();
    if (keys.isEmpty()) {
      return read;
    }
    KeysAndAttributes wanted =
        KeysAndAttributes.builder()
            .keys(keys.stream().map(key -> Map.of("pk", AttributeValue.fromS(key))).toList())
            .projectionExpression(LISTED)
            .expressionAttributeNames(NAMES)
            .consistentRead(true)
            .build();
    dynamoDb
        .batchGetItemPaginator(get -> get.requestItems(Map.of(table, wanted)))
        .forEach(
            response ->
                response
                    .responses()
                    .getOrDefault(table, List.of())
                    .forEach(
                        item -> {
                          Listed record = listed(item);
                          if (record != null) {
                            read.put(record.key().toString(), record);
                          }
                        }));
    return read;
  }

  /** Returns what is listed of an item; null if it cannot be read, which was told then. */
  private @Nullable Listed listed(Map<String, AttributeValue> item) {
    try {
      ItemReader record = new ItemReader(item);
      return new Listed(
          record.key(),
          record.required("type"),
          record.status(),
          record.requiredTime("receivedAt"),
          record.time("occurredAt"),
          record.text("environment"),
          (int) record.number("attempts"),
          (int) record.number("replays"),
          record.text("lastError"),
          record.millis("notBefore"));
    } catch (UnreadableRecord e) {
      passedOver.accept(e);
      return null;
    }
  }

  /** Tells of a record that could not be read. */
  void passOver(UnreadableRecord problem) {
    passedOver.accept(problem);
  }
}
