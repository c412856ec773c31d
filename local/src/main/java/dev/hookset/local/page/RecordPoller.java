package dev.hookset.local.page;

import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Query;
import dev.hookset.local.operator.Records;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks, while somebody has the page open, for what other processes do to the records, such as
 * {@code ./hookset replay}: nobody tells this one. What is open is found by its index, so that a
 * look costs the same however many records there are.
 */
final class RecordPoller implements AutoCloseable {
  /** Of more open events than these, the rest are not looked at. */
  private static final int MOST = 1_000;

  private final DeliveryLog log;
  private final Inbox inbox;
  private final Records records;
  private final Polling polling;

  /** Creates one and has it look once, since the records may have moved while nobody did. */
  RecordPoller(DeliveryLog log, Inbox inbox, Records records) {
    this.log = log;
    this.inbox = inbox;
    this.records = records;
    this.polling = new Polling(log, true, this::look);
  }

  private void look() {
    Set<EventKey> open;
    try (Stream<Listed> listed = records.stream(Query.of(Status.RECEIVED, Status.PROCESSING))) {
      open = listed.limit(MOST).map(Listed::key).collect(Collectors.toSet());
    }
    for (EventKey key : log.differing(open)) {
      if (open.size() < MOST || open.contains(key)) {
        try {
          log.find(key, inbox);
        } catch (UnreadableRecord e) {
          // It costs that record alone. Whoever opens its delivery is told.
        }
      }
    }
  }

  @Override
  public void close() {
    polling.close();
  }
}
