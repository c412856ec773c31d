package dev.hookset.local.page;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last deliveries as they came, those that were refused and so are recorded nowhere else
 * included, and the steps of their events. What is oldest makes room: beyond {@link
 * #MOST_DELIVERIES} a delivery goes, beyond {@link #MOST_BODY_BYTES} its body.
 *
 * <p>Safe to share between threads.
 */
public final class DeliveryBook implements StackListener, AutoCloseable {
  /** How many deliveries are kept. */
  static final int MOST_DELIVERIES = 10_000;

  /** How many bytes the bodies that are kept may have together. */
  static final long MOST_BODY_BYTES = 64L * 1024 * 1024;

  private static final Duration SETTLED_DOWN = Duration.ofSeconds(1);
  private static final int MOST_STEPS_OF_AN_EVENT = 500;
  private static final int MOST_LINES_OF_AN_EVENT = 500;

  private final InstantSource clock;
  private final @Nullable Journal journal;
  private final Deque<Note.Delivered> withBody = new ArrayDeque<>();
  private final TreeMap<Long, Note.Delivered> deliveries = new TreeMap<>();
  private final Map<EventKey, Story> stories = new HashMap<>();
  private final List<Feed> feeds = new ArrayList<>();
  private long bodyBytes;
  private long last;
  private boolean withoutFeeds;
  private boolean closed;

  /** Creates a book that is kept in memory. */
  public DeliveryBook(InstantSource clock) {
    this(clock, null);
  }

  /**
   * Creates a book that goes on where {@code journal} ends.
   *
   * @param journal where it is kept; it is closed with the book
   */
  public DeliveryBook(InstantSource clock, @Nullable Journal journal) {
    this.clock = Objects.requireNonNull(clock, "clock");
    this.journal = journal;
    if (journal != null) {
      journal.read().forEach(this::keep);
      journal.rewrite(notes());
    }
  }

  /** What is known of an event, but for what its record says. */
  static final class Story {
    private final List<Note.Moved> steps = new ArrayList<>();
    private final List<Note.Printed> lines = new ArrayList<>();
    private final List<Long> deliveries = new ArrayList<>();

    private Story() {}

    private Story(Story other) {
      steps.addAll(other.steps);
      lines.addAll(other.lines);
      deliveries.addAll(other.deliveries);
    }

    /** Returns its steps, the oldest first. */
    List<Note.Moved> steps() {
      return steps;
    }

    /** Returns what its handlers printed. */
    List<Note.Printed> lines() {
      return lines;
    }

    /** Returns the numbers of the deliveries that brought it. */
    List<Long> deliveries() {
      return deliveries;
    }

    /** Returns where it stood after the last step, or null if there was none. */
    @Nullable Status status() {
      return steps.isEmpty() ? null : steps.getLast().status();
    }
  }

  @Override
  public void delivered(Receipt receipt) {} // It comes again with the whole exchange.

  @Override
  public void worked(Report report) {} // The steps say it all.

  @Override
  public synchronized void troubled(String message) {
    tell(PageJson.trouble(message));
  }

  @Override
  public synchronized void answered(Exchange exchange) {
    note(new Note.Delivered(last + 1, exchange));
  }

  @Override
  public void stepped(Step step) {
    switch (step) {
      case Step.Recorded recorded ->
          moved(recorded.key(), Note.What.RECORDED, recorded.status(), 0, null, null);
      case Step.Claimed claimed ->
          moved(
              claimed.key(),
              Note.What.CLAIMED,
              Status.PROCESSING,
              claimed.record().attempts(),
              null,
              claimed.record().leaseUntil());
      case Step.Handled handled ->
          moved(handled.key(), Note.What.HANDLED, Status.PROCESSING, null, handled.handler(), null);
      case Step.Settled settled -> settled(settled.key(), settled.settlement());
      case Step.GivenUp givenUp ->
          moved(givenUp.key(), Note.What.FAILED, Status.FAILED, null, givenUp.error(), null);
      case Step.PushedAgain pushed ->
          moved(pushed.key(), Note.What.PUSHED_AGAIN, null, null, null, pushed.until());
      case Step.Replayed replayed ->
          moved(replayed.key(), Note.What.REPLAYED, Status.RECEIVED, 0, null, null);
    }
  }

  private void settled(EventKey key, Settlement settlement) {
    switch (settlement) {
      case Settlement.Done done ->
          moved(key, Note.What.DONE, Status.DONE, null, done.lastHandler(), null);
      case Settlement.Retry retry ->
          moved(key, Note.What.RETRY, Status.RECEIVED, null, retry.error(), retry.notBefore());
      case Settlement.Failed failed ->
          moved(key, Note.What.FAILED, Status.FAILED, null, failed.error(), null);
    }
  }

  /**
   * Reads a record, and notes where it stands if its steps have left it elsewhere: somebody else
   * may have moved it, such as a command, or a function under {@code sam local}.
   */
  Optional<InboxRecord> compared(EventKey key, Inbox inbox) {
    Note.Moved before = lastStep(key);
    Optional<InboxRecord> record = inbox.find(key);
    if (record.isPresent() && (before == null || isSettledDown(before))) {
      found(record.get(), before);
    }
    return record;
  }

  /** Whether a step was not told just now, so that the next one is not about to be. */
  private boolean isSettledDown(Note.Moved step) {
    return step.at().isBefore(clock.instant().minus(SETTLED_DOWN));
  }

  private synchronized Note.@Nullable Moved lastStep(EventKey key) {
    Story story = stories.get(key);
    return story == null || story.steps.isEmpty() ? null : story.steps.getLast();
  }

  private synchronized void found(InboxRecord record, Note.@Nullable Moved before) {
    if (Objects.equals(lastStep(record.key()), before)
        && (before == null || before.status() != record.status())) {
      moved(
          record.key(),
          Note.What.FOUND,
          record.status(),
          record.attempts(),
          record.lastError(),
          record.notBefore());
    }
  }

  @Override
  public synchronized void printed(EventKey key, String line) {
    note(new Note.Printed(clock.instant(), key, line));
  }

  /** Where a step leaves status or attempt as it was, null stands for it. */
  private synchronized void moved(
      EventKey key,
      Note.What what,
      @Nullable Status status,
      @Nullable Integer attempt,
      @Nullable String detail,
      @Nullable Instant until) {
    Note.Moved before = lastStep(key);
    note(
        new Note.Moved(
            clock.instant(),
            key,
            what,
            status != null ? status : before == null ? Status.RECEIVED : before.status(),
            attempt != null ? attempt : before == null ? 0 : before.attempt(),
            detail,
            until));
  }

  private void note(Note note) {
    if (closed) {
      return;
    }
    keep(note);
    if (journal != null && journal.append(note)) {
      journal.rewrite(notes());
    }
    switch (note) {
      case Note.Delivered delivered -> tell(PageJson.delivery(delivered));
      case Note.Moved moved -> tell(PageJson.event(moved));
      case Note.Printed printed -> tell(PageJson.line(printed));
    }
  }

  private void keep(Note note) {
    switch (note) {
      case Note.Delivered delivered -> keep(delivered);
      case Note.Moved moved -> {
        // The record is written before the delivery is answered. What came otherwise, or is not
        // shown any more, gets no story.
        Story story =
            moved.what() == Note.What.RECORDED ? story(moved.key()) : stories.get(moved.key());
        if (story != null) {
          add(story.steps, moved, MOST_STEPS_OF_AN_EVENT);
        }
      }
      case Note.Printed printed -> {
        Story story = stories.get(printed.key());
        if (story != null) {
          add(story.lines, printed, MOST_LINES_OF_AN_EVENT);
        }
      }
    }
  }

  private static <T> void add(List<T> list, T next, int most) {
    if (list.size() == most) {
      list.removeFirst();
    }
    list.add(next);
  }

  private void keep(Note.Delivered delivered) {
    last = Math.max(last, delivered.number());
    deliveries.put(delivered.number(), delivered);
    EventKey key = key(delivered);
    if (key != null) {
      story(key).deliveries.add(delivered.number());
    }
    Body body = delivered.exchange().body();
    if (body != null) {
      withBody.add(delivered);
      bodyBytes += body.size();
    }
    while (bodyBytes > MOST_BODY_BYTES) {
      forgetBody(withBody.remove());
    }
    while (deliveries.size() > MOST_DELIVERIES) {
      forget(deliveries.firstEntry().getValue());
    }
  }

  private void forgetBody(Note.Delivered delivered) {
    Exchange whole = delivered.exchange();
    bodyBytes -= Objects.requireNonNull(whole.body()).size();
    deliveries.computeIfPresent(
        delivered.number(), (number, _) -> new Note.Delivered(number, whole.withoutBody()));
  }

  private void forget(Note.Delivered delivered) {
    deliveries.remove(delivered.number());
    if (delivered.exchange().body() != null) {
      withBody.remove(delivered);
      bodyBytes -= delivered.exchange().body().size();
    }
    EventKey key = key(delivered);
    Story story = key == null ? null : stories.get(key);
    if (story != null) {
      story.deliveries.remove(delivered.number());
      if (story.deliveries.isEmpty()) {
        stories.remove(key);
      }
    }
  }

  private Story story(EventKey key) {
    return stories.computeIfAbsent(key, _ -> new Story());
  }

  /** Returns all that is kept, in an order in which it can be noted again. */
  private Stream<Note> notes() {
    return Stream.<Collection<? extends Note>>concat(
            Stream.of(deliveries.values()),
            stories.values().stream()
                .filter(story -> !story.deliveries.isEmpty())
                .flatMap(story -> Stream.of(story.steps, story.lines)))
        .flatMap(Collection::stream);
  }

  /** Returns the delivery of that number, or null if it is not there any more. */
  synchronized Note.@Nullable Delivered delivery(long number) {
    return deliveries.get(number);
  }

  /** Returns how many deliveries are kept. */
  synchronized int count() {
    return deliveries.size();
  }

  /** Returns what is known of an event. */
  synchronized Story storyOf(EventKey key) {
    Story story = stories.get(key);
    return story == null ? new Story() : new Story(story);
  }

  /**
   * Returns the events that were last heard of as open and are not among those, or are and were
   * not.
   */
  synchronized List<EventKey> differing(Set<EventKey> open) {
    return stories.entrySet().stream()
        .filter(
            entry -> {
              Status status = entry.getValue().status();
              return status != null && status.isFinal() == open.contains(entry.getKey());
            })
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns whether anybody is told what is noted. */
  synchronized boolean isWatched() {
    feeds.removeIf(Feed::hasEnded);
    return !feeds.isEmpty();
  }

  /** Returns the numbers of the deliveries that brought other bytes under the ID of {@code key}. */
  synchronized List<Long> conflictsOf(EventKey key) {
    return deliveries.values().stream()
        .filter(other -> isConflict(other) && key.equals(original(other)))
        .map(Note.Delivered::number)
        .toList();
  }

  private static boolean isConflict(Note.Delivered delivered) {
    Receipt receipt = delivered.exchange().receipt();
    return receipt != null && receipt.conflict();
  }

  /** Returns the key under which a delivery is recorded, or null if it is not. */
  static @Nullable EventKey key(Note.Delivered delivered) {
    Receipt receipt = delivered.exchange().receipt();
    return receipt == null ? null : receipt.key();
  }

  /** Returns the key that a delivery's event would have without a conflict. */
  static @Nullable EventKey original(Note.Delivered delivered) {
    EventKey key = key(delivered);
    int suffix = key == null ? -1 : key.eventId().lastIndexOf('~');
    return key == null || !isConflict(delivered) || suffix < 1
        ? key
        : new EventKey(key.provider(), key.eventId().substring(0, suffix));
  }

  /**
   * Opens a feed: first all that is kept, then everything as it is noted, and nothing is missed in
   * between.
   *
   * @param head writes what goes before all that is kept
   */
  synchronized Feed feed(Function<PageJson.Snapshot, Feed> head) {
    Feed feed =
        head.apply(
            new PageJson.Snapshot(
                List.copyOf(deliveries.values()),
                stories.values().stream()
                    .filter(story -> !story.steps.isEmpty())
                    .map(story -> story.steps.getLast())
                    .toList()));
    if (withoutFeeds) {
      feed.end();
    } else {
      feeds.add(feed);
    }
    return feed;
  }

  private void tell(String message) {
    for (Iterator<Feed> each = feeds.iterator(); each.hasNext(); ) {
      if (!each.next().add(message)) {
        each.remove();
      }
    }
  }

  /** Ends all feeds, those to come included; what comes is still noted. */
  synchronized void endFeeds() {
    withoutFeeds = true;
    feeds.forEach(Feed::end);
    feeds.clear();
  }

  /** Ends all feeds; nothing is noted from here on. */
  @Override
  public synchronized void close() {
    closed = true;
    endFeeds();
    if (journal != null) {
      journal.close();
    }
  }
}
