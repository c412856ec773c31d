package dev.hookset.local.operator;

import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.ItemReader;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.receive.WorkQueue;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Brings records back to be handled again. Every step may be interrupted and repeated: what was
 * done stays done, and what was not is found again.
 */
public final class Operator {
  private static final int BATCH = 10;

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final Records records;
  private final Inbox inbox;
  private final WorkQueue queue;
  private final InstantSource clock;

  /**
   * Creates an operator; calls nothing.
   *
   * @param dynamoDb lists the records
   * @param table the table that holds them
   * @param records lists them
   * @param inbox the inbox in that table
   * @param queue takes the pointers to what is replayed
   * @param clock our clock
   */
  public Operator(
      DynamoDbClient dynamoDb,
      String table,
      Records records,
      Inbox inbox,
      WorkQueue queue,
      InstantSource clock) {
    this.dynamoDb = Objects.requireNonNull(dynamoDb, "dynamoDb");
    this.table = Objects.requireNonNull(table, "table");
    this.records = Objects.requireNonNull(records, "records");
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.queue = Objects.requireNonNull(queue, "queue");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Lists what is FAILED, from the index, page by page as the stream is read. */
  public Stream<EventKey> failed() {
    return IntStream.range(0, Lifecycle.SHARDS)
        .boxed()
        .flatMap(
            shard ->
                dynamoDb
                    .queryPaginator(
                        query ->
                            query
                                .tableName(table)
                                .indexName(DynamoDbInbox.INDEX)
                                .keyConditionExpression("statusShard = :shard")
                                .expressionAttributeValues(
                                    Map.of(
                                        ":shard",
                                        AttributeValue.fromS(Status.FAILED.name() + "#" + shard))))
                    .items()
                    .stream())
        .flatMap(this::key);
  }

  /**
   * Lists a provider's final records that were received in a span of time, the newest first, page
   * by page as the stream is read.
   *
   * @param from the first moment
   * @param to the first moment after
   */
  public Stream<Listed> received(String provider, Instant from, Instant to) {
    Query query =
        Query.of(Status.DONE, Status.SUPERSEDED, Status.FAILED, Status.SKIPPED, Status.QUARANTINED)
            .of(provider)
            .received(from, to);
    return records.stream(query);
  }

  /**
   * Replays a record: opens it and pushes a pointer to it.
   *
   * @return false if there is no such record, or it is not final, or cannot be read, or somebody
   *     else was quicker
   * @throws dev.hookset.receive.QueueUnavailable if the pointer could not be pushed; the record is
   *     open, and the relay pushes it
   */
  public boolean replay(EventKey key) {
    Optional<InboxRecord> found;
    try {
      found = inbox.find(key);
    } catch (UnreadableRecord e) {
      records.passOver(e);
      return false;
    }
    if (found.isEmpty() || !inbox.replay(found.get(), clock.instant())) {
      return false;
    }
    queue.push(new Pointer(key, found.get().traceId()), Duration.ZERO);
    return true;
  }

  /** Returns about how many messages a queue holds, those in flight among them. */
  public static int depth(SqsClient sqs, String url) {
    Map<QueueAttributeName, String> attributes =
        sqs.getQueueAttributes(
                get ->
                    get.queueUrl(url)
                        .attributeNames(
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
            .attributes();
    return attributes.values().stream().mapToInt(Integer::parseInt).sum();
  }

  /**
   * Moves messages from one queue to another until none is visible: each is sent before it is
   * deleted, so that an interruption doubles one and loses none. Each keeps the trace that it
   * belongs to.
   *
   * @param moving is told of each that was moved
   * @return how many were moved
   */
  public static int move(SqsClient sqs, String fromUrl, String toUrl, Runnable moving) {
    int moved = 0;
    while (true) {
      List<Message> messages =
          sqs.receiveMessage(
                  receive ->
                      receive
                          .queueUrl(fromUrl)
                          .maxNumberOfMessages(BATCH)
                          .messageSystemAttributeNames(MessageSystemAttributeName.AWS_TRACE_HEADER))
              .messages();
      if (messages.isEmpty()) {
        return moved;
      }
      for (Message message : messages) {
        sqs.sendMessage(
            send ->
                send.queueUrl(toUrl)
                    .messageBody(message.body())
                    .messageSystemAttributes(trace(message)));
        sqs.deleteMessage(
            delete -> delete.queueUrl(fromUrl).receiptHandle(message.receiptHandle()));
        moved++;
        moving.run();
      }
    }
  }

  /** The trace of the delivery, under which its handlers' work is to be found. */
  private static Map<MessageSystemAttributeNameForSends, MessageSystemAttributeValue> trace(
      Message message) {
    String header = message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER);
    return header == null
        ? Map.of()
        : Map.of(
            MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
            MessageSystemAttributeValue.builder().dataType("String").stringValue(header).build());
  }

  private Stream<EventKey> key(Map<String, AttributeValue> entry) {
    try {
      return Stream.of(new ItemReader(entry).key());
    } catch (UnreadableRecord e) {
      records.passOver(e);
      return Stream.empty();
    }
  }
}
