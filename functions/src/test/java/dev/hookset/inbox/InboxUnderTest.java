package dev.hookset.inbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.StrangeIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The inbox under test, with the steps that bring a record to where a test begins and the looks at
 * it afterwards. It may hold records of other tests: this one's are those of a provider of its own.
 */
final class InboxUnderTest implements Inbox {
  static final Duration RETENTION = Duration.ofDays(30);
  static final Duration TICK = Duration.ofMillis(1);

  /** Far ahead: DynamoDB Local deletes by its own clock what has expired, in a test as well. */
  static final Instant NOW = Instant.parse("2096-06-01T12:00:00Z");

  static final Instant OCCURRED = NOW.minusSeconds(30);

  /** The last moment of a claim that was granted {@link #NOW}. */
  static final Instant LEASE_UNTIL = NOW.plusSeconds(60);

  /** The first moment at which such a claim may be taken over. */
  static final Instant LAPSED = LEASE_UNTIL.plus(TICK);

  /** When the relay first looks after a record that came {@link #NOW}. */
  static final Instant DUE = Lifecycle.dueAfterReceipt(NOW);

  static final Instant IN_A_YEAR = NOW.plus(Duration.ofDays(400));

  static final int THREADS = 16;

  /** A race that is lost once in a while shall be lost here. */
  static final int ROUNDS = 20;

  private static final int MAX_ATTEMPTS = 9;

  private final Inbox inbox;
  private final Consumer<EventKey> deletion;
  private final String provider = "p" + UUID.randomUUID();

  InboxUnderTest(Inbox inbox, Consumer<EventKey> deletion) {
    this.inbox = inbox;
    this.deletion = deletion;
  }

  // Where a test begins

  EventKey key(String id) {
    return new EventKey(provider, id);
  }

  Event event(String id) {
    return event(id, OCCURRED);
  }

  Event event(String id, @Nullable Instant occurredAt) {
    Body body = Body.ofUtf8("{\"id\":\"" + id.hashCode() + "\"}");
    return new Event(key(id), "type", occurredAt, null, body);
  }

  Event eventWith(String id, Body body) {
    return new Event(key(id), "type", OCCURRED, null, body);
  }

  static NewRecord fresh(Event event, Status status) {
    return new NewRecord(event, NOW, status, Map.of(), null);
  }

  static ClaimTerms terms(String owner, Instant now) {
    return terms(owner, now, MAX_ATTEMPTS);
  }

  static ClaimTerms terms(String owner, Instant now, int maxAttempts) {
    return new ClaimTerms(owner, now, now.plusSeconds(60), maxAttempts, false);
  }

  static ClaimTerms takeOver(String owner, Instant now) {
    return new ClaimTerms(owner, now, now.plusSeconds(60), MAX_ATTEMPTS, true);
  }

  static Due due(EventKey key, Instant dueAt, int pushes) {
    return new Due(key, dueAt, pushes, false, null);
  }

  /** Returns one settlement of each kind. */
  static Stream<Settlement> settlements() {
    return Stream.of(
        new Settlement.Done("last"),
        new Settlement.Superseded("last"),
        new Settlement.Returned(false),
        new Settlement.Returned(true),
        new Settlement.Retry("later", NOW.plusSeconds(600)),
        new Settlement.Failed("no use"));
  }

  /** Records an event that waits for a worker. */
  Event received(String id) {
    Event event = event(id);
    assertEquals(new Recording.Created(), record(fresh(event, Status.RECEIVED)));
    return event;
  }

  /** Records an event and claims it, until {@link #LEASE_UNTIL}. */
  InboxRecord claimed(String id, String owner) {
    return claim(received(id).key(), owner);
  }

  /** Claims a record {@link #NOW}. */
  InboxRecord claim(EventKey key, String owner) {
    return granted(claim(key, terms(owner, NOW)));
  }

  /** Takes a claim over whose lease has run out, as soon as may be. */
  InboxRecord takenOver(EventKey key, String owner) {
    return granted(claim(key, takeOver(owner, LAPSED)));
  }

  static InboxRecord granted(Claim claim) {
    return assertInstanceOf(Claim.Granted.class, claim).claimed();
  }

  /** Settles a claim and returns the record as it is then. */
  InboxRecord settled(InboxRecord claimed, Settlement settlement, Instant now) {
    assertTrue(settle(claimed, settlement, now), () -> "settled as " + settlement);
    return found(claimed.key());
  }

  /** Records an event and lets its first attempt fail. */
  EventKey failedOnce(String id, Instant notBefore) {
    Settlement failed = new Settlement.Retry("failed once", notBefore);
    return settled(claimed(id, "a"), failed, NOW).key();
  }

  /** Records an event and brings it to {@code status}. */
  InboxRecord broughtTo(Status status, String id) {
    InboxRecord brought =
        switch (status) {
          case RECEIVED -> found(received(id).key());
          case SKIPPED, QUARANTINED -> {
            record(fresh(event(id), status));
            yield found(key(id));
          }
          case PROCESSING -> claimed(id, "a");
          case SUPERSEDED -> settled(claimed(id, "a"), new Settlement.Superseded("handler"), NOW);
          case DONE -> settled(claimed(id, "a"), new Settlement.Done("handler"), NOW);
          case FAILED -> settled(claimed(id, "a"), new Settlement.Failed("no use"), NOW);
        };
    assertEquals(status, brought.status());
    return brought;
  }

  /** Deletes a record behind the inbox's back, as the store's time-to-live would. */
  void delete(EventKey key) {
    deletion.accept(key);
  }

  /** Returns keys that the index keeps in the same shard. */
  List<EventKey> keysOfOneShard(int count) {
    int shard = Lifecycle.shard(key("evt 0"));
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> key("evt " + i))
        .filter(key -> Lifecycle.shard(key) == shard)
        .limit(count)
        .toList();
  }

  /** Does a step on {@link #THREADS} threads at the same time. */
  static <T> List<T> atOnce(IntFunction<T> step) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        running.add(
            executor.submit(
                () -> {
                  start.await();
                  return step.apply(number);
                }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : running) {
        results.add(future.get());
      }
      return results;
    }
  }

  // What it has come to

  InboxRecord found(EventKey key) {
    return find(key)
        .orElseThrow(
            () -> new AssertionError("no record of " + StrangeIds.printable(key.eventId())));
  }

  void assertUnchanged(InboxRecord before) {
    assertEquals(before, found(before.key()));
  }

  /** Returns the event of a record, with its body from wherever that is kept. */
  Event event(InboxRecord record) {
    try {
      return record.event(body(record));
    } catch (BodyLost e) {
      throw new AssertionError(e);
    }
  }

  /** Returns what is due in one shard. */
  List<Due> dueOf(int shard, Instant now) {
    List<Due> due = new ArrayList<>();
    due(
            shard,
            now,
            problem -> {
              throw problem;
            })
        .forEachRemaining(due::add);
    return due.stream().filter(entry -> entry.key().provider().equals(provider)).toList();
  }

  /** Returns the keys of what is due in the shard of {@code shardOf}. */
  List<EventKey> dueKeys(EventKey shardOf, Instant now) {
    return dueOf(Lifecycle.shard(shardOf), now).stream().map(Due::key).toList();
  }

  Due onlyDue(EventKey key, Instant now) {
    List<Due> due =
        dueOf(Lifecycle.shard(key), now).stream().filter(d -> d.key().equals(key)).toList();
    assertEquals(1, due.size(), () -> "entries of the index: " + due);
    return due.getFirst();
  }

  // The inbox itself

  @Override
  public Recording record(NewRecord fresh) {
    return inbox.record(fresh);
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
    return inbox.claim(key, terms);
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    return inbox.mark(claimed, handler);
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    return inbox.settle(claimed, settlement, now);
  }

  @Override
  public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    return inbox.exhaust(found, maxAttempts, error, now);
  }

  @Override
  public Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    return inbox.due(shard, now, passedOver);
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    return inbox.defer(due, until, now);
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    return inbox.replay(found, now);
  }

  @Override
  public Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    return inbox.takeTurn(subject, terms);
  }

  @Override
  public boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    return inbox.endTurn(subject, owner, handled, now);
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    return inbox.find(key);
  }

  @Override
  public Body body(InboxRecord record) throws BodyLost {
    return inbox.body(record);
  }
}
