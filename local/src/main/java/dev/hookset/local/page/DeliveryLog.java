package dev.hookset.local.page;

import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Mention;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The log of deliveries as they came, those that were refused and so are recorded nowhere else
 * included, and of what their events did since. It keeps the last ones in memory, writes all to a
 * journal, and publishes each to the tabs that have the page open.
 *
 * <p>Safe to share between threads.
 */
public final class DeliveryLog implements StackListener, AutoCloseable {
  private static final Duration SETTLED_DOWN = Duration.ofSeconds(1);

  private final InstantSource clock;
  private final @Nullable Journal journal;
  private final RecentDeliveries recent = new RecentDeliveries();
  private final List<Feed> feeds = new ArrayList<>();
  private final Edits edits = new Edits();
  private @Nullable String flaw;
  private boolean withoutFeeds;
  private boolean closed;

  /** Creates a log that is kept in memory. */
  public DeliveryLog(InstantSource clock) {
    this(clock, null);
  }

  /**
   * Creates a log that goes on where {@code journal} ends.
   *
   * @param journal where it is kept; it is closed with the log
   */
  public DeliveryLog(InstantSource clock, @Nullable Journal journal) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.journal = journal;
    if (journal != null) {
      journal.read().forEach(recent::add);
      journal.rewrite(recent.entries());
    }
  }

  @Override
  public void delivered(Receipt receipt) {} // It comes again with the whole exchange.

  /** The steps say how it ended; this, which handlers ran, and what one of them threw. */
  @Override
  public void worked(Report report) {
    EventKey key = report.key();
    if (key == null || report.runs().isEmpty()) {
      return;
    }
    LogEntry.Worked worked =
        new LogEntry.Worked(
            key,
            report.attempt(),
            report.runs().stream()
                .map(
                    run ->
                        new LogEntry.Run(
                            run.handler(),
                            run.from(),
                            run.to(),
                            run.failure() == null ? null : FailureTrace.of(run.failure())))
                .toList());
    synchronized (this) {
      append(worked);
    }
  }

  @Override
  public synchronized void troubled(String message) {
    publish(PageJson.trouble(message));
  }

  @Override
  public synchronized void reloaded(@Nullable String flaw) {
    this.flaw = flaw;
    publish(PageJson.handlers(flaw));
  }

  @Override
  public synchronized void answered(Exchange exchange) {
    long number = recent.nextNumber();
    Edits.Edit edit = edits.take(exchange);
    append(new LogEntry.Delivered(number, exchange, edit == null ? null : edit.from()));
    if (edit != null) {
      edit.number().complete(number);
    }
  }

  /**
   * Has the delivery of {@code request}, which is sent next, marked as edited from another.
   *
   * @param from the other one's number
   */
  synchronized Edits.Edit expect(DeliveryRequest request, long from) {
    return edits.expect(request, from);
  }

  /** Waits no more for a delivery that could not be sent. */
  synchronized void forget(Edits.Edit edit) {
    edits.remove(edit);
  }

  @Override
  public void stepped(Step step) {
    switch (step) {
      case Step.Recorded recorded ->
          record(recorded.key(), LogEntry.Kind.RECORDED, recorded.status(), 0, null, null);
      case Step.Claimed claimed ->
          record(
              claimed.key(),
              LogEntry.Kind.CLAIMED,
              Status.PROCESSING,
              claimed.record().attempts(),
              null,
              claimed.record().leaseUntil());
      case Step.Handled handled ->
          record(
              handled.key(),
              LogEntry.Kind.HANDLED,
              Status.PROCESSING,
              null,
              handled.handler(),
              null);
      case Step.Settled settled -> settled(settled.key(), settled.settlement());
      case Step.GivenUp givenUp ->
          record(givenUp.key(), LogEntry.Kind.FAILED, Status.FAILED, null, givenUp.error(), null);
      case Step.PushedAgain pushed ->
          record(pushed.key(), LogEntry.Kind.PUSHED_AGAIN, null, null, null, pushed.until());
      case Step.Pushed pushed -> pushed(pushed);
      case Step.Replayed replayed ->
          record(replayed.key(), LogEntry.Kind.REPLAYED, Status.RECEIVED, 0, null, null);
    }
  }

  private synchronized void pushed(Step.Pushed pushed) {
    append(
        new LogEntry.Pushed(
            pushed.key(), pushed.from(), pushed.to(), pushed.to().plus(pushed.delay())));
  }

  private void settled(EventKey key, Settlement settlement) {
    switch (settlement) {
      case Settlement.Done done ->
          record(key, LogEntry.Kind.DONE, Status.DONE, null, done.lastHandler(), null);
      case Settlement.Superseded superseded ->
          record(
              key,
              LogEntry.Kind.SUPERSEDED,
              Status.SUPERSEDED,
              null,
              superseded.lastHandler(),
              null);
      case Settlement.Returned returned ->
          record(key, LogEntry.Kind.RETURNED, returned.status(), null, null, null);
      case Settlement.Retry retry ->
          record(key, LogEntry.Kind.RETRY, Status.RECEIVED, null, retry.error(), retry.notBefore());
      case Settlement.Failed failed ->
          record(key, LogEntry.Kind.FAILED, Status.FAILED, null, failed.error(), null);
    }
  }

  /**
   * Reads a record, and logs its status if that is not what its last transition led to: somebody
   * else may have changed it, such as a command, or a function under {@code sam local}.
   *
   * @throws UnreadableRecord if it holds something that this version does not understand
   */
  Optional<InboxRecord> find(EventKey key, Inbox inbox) {
    LogEntry.Transition before = lastTransition(key);
    Optional<InboxRecord> record = inbox.find(key);
    if (record.isPresent() && (before == null || isSettledDown(before))) {
      found(record.get(), before);
    }
    return record;
  }

  /** Whether a transition is not so recent that the next one may be on its way here. */
  private boolean isSettledDown(LogEntry.Transition transition) {
    return transition.at().isBefore(clock.instant().minus(SETTLED_DOWN));
  }

  private synchronized LogEntry.@Nullable Transition lastTransition(EventKey key) {
    EventActivity event = recent.activityOf(key);
    return event == null ? null : event.last();
  }

  private synchronized void found(InboxRecord record, LogEntry.@Nullable Transition before) {
    if (Objects.equals(lastTransition(record.key()), before)
        && (before == null || before.status() != record.status())) {
      record(
          record.key(),
          LogEntry.Kind.FOUND,
          record.status(),
          record.attempts(),
          record.lastError(),
          record.notBefore());
    }
  }

  /** Logs where a record stands that others work on. */
  synchronized void stands(Listed record) {
    record(
        record.key(),
        LogEntry.Kind.FOUND,
        record.status(),
        record.attempts(),
        record.lastError(),
        record.notBefore());
  }

  @Override
  public synchronized void printed(EventKey key, String line) {
    append(new LogEntry.Output(clock.instant(), key, line));
  }

  /** Where a transition leaves status or attempt as it was, null stands for it. */
  private synchronized void record(
      EventKey key,
      LogEntry.Kind kind,
      @Nullable Status status,
      @Nullable Integer attempt,
      @Nullable String detail,
      @Nullable Instant until) {
    LogEntry.Transition before = lastTransition(key);
    append(
        new LogEntry.Transition(
            clock.instant(),
            key,
            kind,
            status != null ? status : before == null ? Status.RECEIVED : before.status(),
            attempt != null ? attempt : before == null ? 0 : before.attempt(),
            detail,
            until));
  }

  private void append(LogEntry entry) {
    if (closed) {
      return;
    }
    recent.add(entry);
    if (journal != null && journal.append(entry)) {
      journal.rewrite(recent.entries());
    }
    publish(
        switch (entry) {
          case LogEntry.Delivered delivered -> PageJson.delivery(delivered);
          case LogEntry.Cleared cleared -> PageJson.cleared(cleared.last());
          case LogEntry.Transition transition -> PageJson.event(transition);
          case LogEntry.Output output -> PageJson.line(output.key());
          case LogEntry.Pushed pushed -> PageJson.line(pushed.key());
          case LogEntry.Worked worked ->
              PageJson.ran(worked.key(), activityOf(worked.key()).handlers());
        });
  }

  /**
   * Forgets events, the deliveries that brought them, and those that mention a text, refused ones
   * too. Tabs that have the page open get everything anew.
   *
   * @param mention null for none
   * @return how many deliveries it was
   */
  synchronized int forget(Set<EventKey> keys, @Nullable Mention mention) {
    int count = recent.forget(keys, mention);
    if (journal != null) {
      journal.rewrite(recent.entries());
    }
    feeds.forEach(Feed::end);
    feeds.clear();
    return count;
  }

  /**
   * Forgets all deliveries and what was seen of their events; the records stay.
   *
   * @return how many deliveries it was
   */
  synchronized int clear() {
    int count = recent.deliveries().size();
    append(new LogEntry.Cleared(recent.nextNumber() - 1));
    if (journal != null) {
      journal.rewrite(recent.entries());
    }
    return count;
  }

  /** Returns the deliveries of the numbers between two others, the newest first. */
  synchronized List<LogEntry.Delivered> between(long above, long below) {
    return recent.between(above, below);
  }

  /** Returns the delivery of that number, or null if it is not there any more. */
  synchronized LogEntry.@Nullable Delivered delivery(long number) {
    return recent.delivery(number);
  }

  /** Returns how many deliveries are kept. */
  synchronized int count() {
    return recent.deliveries().size();
  }

  /** Returns what was seen of an event. */
  synchronized EventActivity activityOf(EventKey key) {
    EventActivity event = recent.activityOf(key);
    return event == null ? new EventActivity() : event.copy();
  }

  /**
   * Returns the events that were last seen open and are not among those, or are and were not last
   * seen so.
   */
  synchronized List<EventKey> differing(Set<EventKey> open) {
    return recent.differing(open);
  }

  /** Returns whether anybody has the page open. */
  synchronized boolean isWatched() {
    feeds.removeIf(Feed::hasEnded);
    return !feeds.isEmpty();
  }

  /** Returns the numbers of the deliveries that brought other bytes under the ID of {@code key}. */
  synchronized List<Long> conflictsOf(EventKey key) {
    return recent.conflictsOf(key);
  }

  /**
   * Opens a feed: first all that is kept, then each entry as it is added, and nothing is missed in
   * between.
   *
   * @param head writes what goes before all that is kept
   */
  synchronized Feed feed(Function<PageJson.Snapshot, Feed> head) {
    Feed feed =
        head.apply(
            new PageJson.Snapshot(
                List.copyOf(recent.deliveries()),
                recent.lastTransitions(),
                recent.handlers(),
                flaw));
    if (withoutFeeds) {
      feed.end();
    } else {
      feeds.add(feed);
    }
    return feed;
  }

  private void publish(String message) {
    for (Iterator<Feed> each = feeds.iterator(); each.hasNext(); ) {
      if (!each.next().add(message)) {
        each.remove();
      }
    }
  }

  /** Ends all feeds, those to come included; what comes is still logged. */
  synchronized void endFeeds() {
    withoutFeeds = true;
    feeds.forEach(Feed::end);
    feeds.clear();
  }

  /** Ends all feeds; nothing is logged from here on. */
  @Override
  public synchronized void close() {
    closed = true;
    endFeeds();
    if (journal != null) {
      journal.close();
    }
  }
}
