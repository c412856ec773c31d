package dev.hookset.aws.inbox;

import static dev.hookset.aws.inbox.InboxTable.calling;

import dev.hookset.inbox.Due;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The open records of a shard that are due, page by page as they are asked for. */
final class DueRecords implements Iterator<Due> {
  private static final String QUERY = "Query";

  private final Iterator<Map<String, AttributeValue>> entries;
  private final Consumer<UnreadableRecord> passedOver;
  private @Nullable Due next;

  private DueRecords(
      Iterator<Map<String, AttributeValue>> entries, Consumer<UnreadableRecord> passedOver) {
    this.entries = entries;
    this.passedOver = passedOver;
  }

  /** Returns those of {@code shard} that are due at {@code now}. */
  static DueRecords of(
      InboxTable table, int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    return new DueRecords(
        calling(
            QUERY,
            () ->
                table
                    .client()
                    .queryPaginator(
                        query ->
                            query
                                .tableName(table.name())
                                .indexName(DynamoDbInbox.INDEX)
                                .keyConditionExpression("statusShard = :shard AND dueAt <= :now")
                                .expressionAttributeValues(
                                    Map.of(
                                        ":shard",
                                        Items.shard(Items.OPEN, shard),
                                        ":now",
                                        Items.millis(now))))
                    .items()
                    .iterator()),
        passedOver);
  }

  @Override
  public boolean hasNext() {
    while (next == null && calling(QUERY, entries::hasNext)) {
      try {
        next = new ItemReader(calling(QUERY, entries::next)).due();
      } catch (UnreadableRecord e) {
        passedOver.accept(e);
      }
    }
    return next != null;
  }

  @Override
  public Due next() {
    Due due = hasNext() ? next : null;
    if (due == null) {
      throw new NoSuchElementException();
    }
    next = null;
    return due;
  }
}
