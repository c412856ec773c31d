package dev.hookset.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.testing.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A worker with all that it needs: records in memory, a clock that stands still until it is moved,
 * and ears for what the worker says. Safe to share between threads.
 */
final class Workbench {
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  static final Duration START_MARGIN = Duration.ofSeconds(20);
  static final Duration STOP_MARGIN = Duration.ofSeconds(10);
  static final Duration LAST_CALL_MARGIN = Duration.ofSeconds(5);

  /** The end of an invocation that begins {@link #NOW}. */
  static final Instant DEADLINE = NOW.plus(Duration.ofMinutes(15));

  static final String PROVIDER = "lemma";
  static final Body BODY = Body.ofUtf8("{\"id\":\"x\"}");
  static final String TYPE = "incident.created";

  /** A handler that fails as a handler may for a while. */
  static final Handler FAILING = throwing(() -> new IllegalStateException("not yet"));

  final InMemoryInbox store = new InMemoryInbox(Duration.ofDays(30));
  final WatchedInbox inbox = new WatchedInbox(store);

  private final ThreadLocal<Duration> waited = ThreadLocal.withInitial(() -> Duration.ZERO);
  private final List<Duration> pauses = new ArrayList<>();
  private final List<Postponed> postponed = new ArrayList<>();
  private final Map<String, Report> reports = new ConcurrentHashMap<>();
  private volatile Instant now = NOW;
  private final AtomicInteger invocations = new AtomicInteger();

  /** A pointer that the worker wanted to have brought back. */
  record Postponed(EventKey key, Duration delay) {}

  Worker worker(Routes routes) {
    return worker(routes, Lifecycle.DEFAULT_MAX_ATTEMPTS);
  }

  Worker worker(Routes routes, int maxAttempts) {
    return worker(routes, maxAttempts, this::postpone);
  }

  Worker worker(Routes routes, int maxAttempts, DelayedPointers delayedPointers) {
    return new Worker(
        inbox,
        delayedPointers,
        routes,
        maxAttempts,
        new Margins(START_MARGIN, STOP_MARGIN, LAST_CALL_MARGIN),
        this::now,
        this::sleep,
        report ->
            assertEquals(
                null, reports.put(report.messageId(), report), "one report for each message"),
        new CapturedLog());
  }

  /** Sends every event to {@code handler} alone. */
  static Routes all(Handler handler) {
    return Routes.builder().on(PROVIDER, "*", "only", handler).build();
  }

  /** Sends every event to {@code first}, then to {@code second}. */
  static Routes both(Handler first, Handler second) {
    return Routes.builder()
        .on(PROVIDER, TYPE, "first", first)
        .on(PROVIDER, TYPE, "second", second)
        .build();
  }

  /** Returns a handler that throws what {@code failure} supplies: an exception or an error. */
  static Handler throwing(Supplier<? extends Throwable> failure) {
    return (_, _) -> {
      Throwable thrown = failure.get();
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (Exception) thrown;
    };
  }

  /** Returns a handler that leaves the event {@code key} to {@code handler} and does no other. */
  static Handler only(EventKey key, Handler handler) {
    return (event, context) -> {
      if (event.key().equals(key)) {
        handler.handle(event, context);
      }
    };
  }

  void moveTo(Instant time) {
    now = time;
  }

  /** Returns the time as this thread has it. */
  Instant now() {
    return now.plus(waited.get());
  }

  /** Records an event that waits for a worker. */
  EventKey received(String id) {
    return recorded(id, Status.RECEIVED);
  }

  /** Records an event that happened at {@code occurredAt} and waits for a worker. */
  EventKey received(String id, @Nullable Instant occurredAt) {
    return recorded(id, occurredAt, Status.RECEIVED);
  }

  EventKey recorded(String id, Status status) {
    return recorded(id, NOW.minusSeconds(30), status);
  }

  private EventKey recorded(String id, @Nullable Instant occurredAt, Status status) {
    Event event = new Event(key(id), TYPE, occurredAt, "prod", BODY);
    assertEquals(
        new Recording.Created(),
        store.record(new NewRecord(event, NOW, status, Map.of(), "trace of " + id)));
    return event.key();
  }

  /** Records events that wait for a worker: {@code evt 0} and so on. */
  List<EventKey> received(int count) {
    return IntStream.range(0, count).mapToObj(i -> received("evt " + i)).toList();
  }

  /** Records an event whose worker never reported back, the {@code attempts}-th time. */
  EventKey lapsed(String id, int attempts) {
    EventKey key = received(id);
    Instant past = now.minus(Duration.ofHours(1));
    for (int i = 0; i < attempts; i++) {
      claim(key, "killed " + i, past.plusSeconds(i), past.plusSeconds(i).plusMillis(500), i > 0);
    }
    return key;
  }

  /** Records an event that has failed so often and may be tried again. */
  EventKey failed(String id, int attempts) {
    EventKey key = received(id);
    for (int i = 0; i < attempts; i++) {
      InboxRecord claimed = claim(key, "failed " + i, now, now.plusSeconds(1), false);
      store.settle(claimed, new Settlement.Retry("an earlier failure", now), now);
    }
    return key;
  }

  /** Records an event that another worker holds until {@code until}. */
  EventKey held(String id, Instant until) {
    EventKey key = received(id);
    claim(key, "another worker", now, until, false);
    return key;
  }

  InboxRecord claim(EventKey key, String owner, Instant at, Instant until, boolean takeOver) {
    Claim claim = store.claim(key, new ClaimTerms(owner, at, until, Integer.MAX_VALUE, takeOver));
    return assertInstanceOf(Claim.Granted.class, claim).claimed();
  }

  /** Returns the messages that point to {@code keys}: {@code m0} and so on. */
  static List<Message> messages(List<EventKey> keys) {
    return IntStream.range(0, keys.size())
        .mapToObj(i -> new Message("m" + i, keys.get(i)))
        .toList();
  }

  static List<Message> messages(EventKey... keys) {
    return messages(List.of(keys));
  }

  /**
   * Has {@code worker} work on messages that point to {@code keys}, in an invocation of its own.
   */
  List<String> work(Worker worker, EventKey... keys) {
    return work(worker, messages(keys));
  }

  List<String> work(Worker worker, List<Message> messages) {
    return work(worker, messages, now.plus(Duration.between(NOW, DEADLINE)));
  }

  List<String> work(Worker worker, List<Message> messages, Instant deadline) {
    reports.clear();
    List<String> comeBack = worker.work(messages, "inv" + invocations.incrementAndGet(), deadline);
    assertEquals(messages.size(), reports.size(), "one report for each message");
    assertEquals(
        messages.stream()
            .map(Message::id)
            .filter(id -> report(id).outcome().comesBack())
            .sorted()
            .toList(),
        comeBack.stream().sorted().toList(),
        "what the reports say comes back");
    return comeBack;
  }

  /** Returns what was said of a message in the last invocation. */
  Report report(String messageId) {
    return Objects.requireNonNull(reports.get(messageId), () -> "no report of " + messageId);
  }

  Report.Outcome outcome(String messageId) {
    return report(messageId).outcome();
  }

  InboxRecord found(EventKey key) {
    return store.find(key).orElseThrow();
  }

  Status status(EventKey key) {
    return found(key).status();
  }

  List<Postponed> postponed() {
    synchronized (postponed) {
      return List.copyOf(postponed);
    }
  }

  /** Returns how long the worker has waited between two tries, each time. */
  List<Duration> pauses() {
    synchronized (pauses) {
      return List.copyOf(pauses);
    }
  }

  /** Lets the time pass at once, for the thread that waits and for no other. */
  private void sleep(Duration pause) {
    waited.set(waited.get().plus(pause));
    synchronized (pauses) {
      pauses.add(pause);
    }
  }

  private void postpone(Pointer pointer, Duration wait) {
    synchronized (postponed) {
      postponed.add(new Postponed(pointer.key(), wait));
    }
  }

  static EventKey key(String id) {
    return new EventKey(PROVIDER, id);
  }
}
