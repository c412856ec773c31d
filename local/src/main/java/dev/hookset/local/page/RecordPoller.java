package dev.hookset.local.page;

import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Query;
import dev.hookset.local.operator.Records;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks, while somebody has the page open, for what other processes do to the records, such as
 * {@code ./hookset replay}: nobody tells this one. What is open is found by its index, so that a
 * look costs the same however many records there are.
 */
final class RecordPoller implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(3);

  /** Of more open events than these, the rest are not looked at. */
  private static final int MOST = 1_000;

  private final DeliveryLog log;
  private final Inbox inbox;
  private final Records records;
  private final Thread thread;
  private boolean troubled;

  /** Creates one and has it look once, since the records may have moved while nobody did. */
  RecordPoller(DeliveryLog log, Inbox inbox, Records records) {
    this.log = log;
    this.inbox = inbox;
    this.records = records;
    this.thread = Thread.ofVirtual().name("page-poller").start(this::poll);
  }

  private void poll() {
    try {
      for (boolean first = true; ; first = false) {
        if (first || log.isWatched()) {
          tryToPoll();
        }
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Looks; what is in the way is told once, until it is out of the way. */
  private void tryToPoll() {
    try {
      look();
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled && !Thread.currentThread().isInterrupted()) {
        log.troubled("the records cannot be read: " + e.getMessage());
      }
      troubled = true;
    }
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
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
