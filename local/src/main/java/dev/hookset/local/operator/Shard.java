package dev.hookset.local.operator;

import dev.hookset.EventKey;
import dev.hookset.aws.inbox.ItemReader;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** One partition of an index, from its newest entry on, or from its oldest. */
final class Shard implements Iterator<Shard.Entry> {
  /** An entry of an index; {@code type} is null where the index does not hold it. */
  record Entry(EventKey key, Instant time, @Nullable String type) {}

  private final DynamoDbClient dynamoDb;
  private final QueryRequest request;
  private final int page;
  private final Function<ItemReader, Instant> time;
  private final Consumer<UnreadableRecord> passedOver;
  private final Deque<Entry> read = new ArrayDeque<>();
  private Map<String, AttributeValue> resumeAt = Map.of();
  private boolean ended;

  /**
   * Creates it; calls nothing.
   *
   * @param request which entries, and in which order
   * @param page how many entries are read in one call
   * @param time reads what the entries are ordered by
   * @param passedOver is told of each entry that cannot be read
   */
  Shard(
      DynamoDbClient dynamoDb,
      QueryRequest request,
      int page,
      Function<ItemReader, Instant> time,
      Consumer<UnreadableRecord> passedOver) {
    this.dynamoDb = dynamoDb;
    this.request = request;
    this.page = page;
    this.time = time;
    this.passedOver = passedOver;
  }

  /** The time of the next entry; only after {@link #hasNext} has said that there is one. */
  Instant head() {
    return read.element().time();
  }

  @Override
  public boolean hasNext() {
    while (read.isEmpty() && !ended) {
      QueryResponse response =
          dynamoDb.query(
              request.toBuilder()
                  .limit(page)
                  .exclusiveStartKey(resumeAt.isEmpty() ? null : resumeAt)
                  .build());
      response.items().forEach(this::add);
      resumeAt = response.lastEvaluatedKey();
      ended = resumeAt.isEmpty();
    }
    return !read.isEmpty();
  }

  private void add(Map<String, AttributeValue> item) {
    try {
      ItemReader entry = new ItemReader(item);
      read.add(new Entry(entry.key(), time.apply(entry), entry.text("type")));
    } catch (UnreadableRecord e) {
      passedOver.accept(e);
    }
  }

  @Override
  public Entry next() {
    return read.remove();
  }
}
