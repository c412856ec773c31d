package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.aws.WorkerFunction;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.receive.WorkQueue;
import dev.hookset.relay.Relay;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Handler;
import dev.hookset.work.Margins;
import dev.hookset.work.Message;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The worker and the relay over DynamoDB Local and ElasticMQ, as the template sets them up.
 *
 * <p>The clock is the test's own, and far ahead: the embedded DynamoDB deletes what has expired by
 * the real one. Only the queue's delays run in real time, and no test waits for their end.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerOnRealPartsTest {
  private static final Margins MARGINS =
      new Margins(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(2));

  private static final Instant START = Instant.parse("2100-01-01T00:00:00Z");
  private static final String TYPE = "incident.created";
  private static final Relay.Sweep NOTHING = new Relay.Sweep(0, 0, 0, List.of());
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private static EmbeddedParts parts;
  private static Instant lastStart = START;

  private final String prefix = "evt " + NUMBERS.incrementAndGet() + ".";
  private final AtomicInteger handled = new AtomicInteger();
  private final Handler counting = (_, _) -> handled.incrementAndGet();
  private volatile Instant now = START;

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
  }

  @AfterAll
  static void stop() {
    parts.close();
  }

  /** Each test begins with an empty queue, and long before an earlier one's records are due. */
  @BeforeEach
  void begin() {
    parts.purge();
    lastStart = lastStart.minus(Duration.ofDays(365));
    now = lastStart;
  }

  // The whole way

  @Test
  void event_recordedAndNeverPushed_comesToTheWorkerThroughTheRelay() {
    EventKey key = received("a");
    Relay relay = relay();
    assertEquals(NOTHING, relay.sweep(now.plusSeconds(60)));
    now = Lifecycle.dueAfterReceipt(now);

    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), relay.sweep(now.plusSeconds(60)));
    assertEquals(List.of(), workOnce(worker(all(counting))));

    InboxRecord found = found(key);
    assertEquals(Status.DONE, found.status());
    assertEquals(1, found.attempts());
    assertEquals(1, handled.get());
    assertEquals(now.plus(EmbeddedParts.RETENTION), found.expiresAt());
    assertEquals(0, parts.visible());
    now = now.plus(Duration.ofDays(1));
    assertEquals(NOTHING, relay.sweep(now.plusSeconds(60)));
    assertFalse(
        parts.inbox().due(Lifecycle.shard(key), now, _ -> {}).hasNext(), "it is out of the index");
  }

  @Test
  void event_handlerFails_comesBackDelayedAndThenByTheRelay() {
    EventKey key = received("a");
    parts.queue().push(Pointer.to(key), Duration.ZERO);
    Worker worker =
        worker(
            all(
                (_, _) -> {
                  handled.incrementAndGet();
                  throw new IllegalStateException("no answer");
                }));

    assertEquals(List.of(), workOnce(worker));

    assertEquals(1, parts.delayed());
    assertEquals(0, parts.visible());
    InboxRecord found = found(key);
    assertEquals(Status.RECEIVED, found.status());
    assertEquals(1, found.attempts());
    assertEquals("only: java.lang.IllegalStateException: no answer", found.lastError());
    assertEquals(now.plus(Lifecycle.backoff(key, 1)), found.notBefore());

    // Another pointer does not cut the wait short.
    parts.queue().push(Pointer.to(key), Duration.ZERO);
    assertEquals(List.of(), workOnce(worker));
    assertEquals(found, found(key));
    assertEquals(1, handled.get());

    // Should the delayed one get lost, the relay brings it a minute later.
    parts.purge();
    now = Lifecycle.dueAfterFailure(now.plus(Lifecycle.backoff(key, 1)));
    assertEquals(1, relay().sweep(now.plusSeconds(60)).pushed());
    assertEquals(List.of(), workOnce(worker));
    assertEquals(2, found(key).attempts());
    assertEquals(2, handled.get());
  }

  @Test
  void event_alwaysFailing_isFailedInTheEndAndListedForAPerson() {
    EventKey key = received("a");
    Worker worker =
        worker(
            all(
                (_, _) -> {
                  handled.incrementAndGet();
                  throw new IllegalStateException("no answer");
                }));

    for (int attempt = 1; attempt <= Lifecycle.DEFAULT_MAX_ATTEMPTS; attempt++) {
      parts.purge();
      parts.queue().push(Pointer.to(key), Duration.ZERO);
      assertEquals(List.of(), workOnce(worker));
      InboxRecord found = found(key);
      assertEquals(attempt, found.attempts());
      Instant notBefore = found.notBefore();
      if (notBefore != null) {
        boolean isShort = Duration.between(now, notBefore).compareTo(WorkQueue.LONGEST_DELAY) <= 0;
        assertEquals(isShort ? 1 : 0, parts.delayed(), "after attempt " + attempt);
        now = notBefore;
      }
    }

    InboxRecord found = found(key);
    assertEquals(Status.FAILED, found.status());
    assertEquals(Lifecycle.DEFAULT_MAX_ATTEMPTS, handled.get());
    assertEquals(now, found.dueAt());
    assertEquals(0, parts.delayed());
    parts.queue().push(Pointer.to(key), Duration.ZERO);
    assertEquals(List.of(), workOnce(worker));
    assertEquals(found, found(key));
  }

  @Test
  void event_permanentFailure_isFailedAtOnce() {
    EventKey key = received("a");
    parts.queue().push(Pointer.to(key), Duration.ZERO);

    assertEquals(
        List.of(),
        workOnce(
            worker(
                all(
                    (_, _) -> {
                      throw new PermanentFailure("\uD83D\uDE00 half of it: \uD83D");
                    }))));

    InboxRecord found = found(key);
    assertEquals(Status.FAILED, found.status());
    assertTrue(String.valueOf(found.lastError()).contains("\uD83D\uDE00 half of it"));
  }

  @Test
  void event_secondHandlerFails_firstIsNotRunAgain() {
    EventKey key = received("a");
    parts.queue().push(Pointer.to(key), Duration.ZERO);
    List<String> ran = new ArrayList<>();
    Worker worker =
        worker(
            Routes.builder()
                .on("lemma", "*", "first", (_, _) -> ran.add("first"))
                .on(
                    "lemma",
                    "*",
                    "second",
                    (_, _) -> {
                      ran.add("second");
                      if (ran.size() == 2) {
                        throw new IOException("not yet");
                      }
                    })
                .build());

    assertEquals(List.of(), workOnce(worker));
    assertEquals(Set.of("first"), found(key).doneHandlers());
    now = now.plus(Lifecycle.backoff(key, 1));
    parts.queue().push(Pointer.to(key), Duration.ZERO);
    assertEquals(List.of(), workOnce(worker));

    assertEquals(List.of("first", "second", "second"), ran);
    assertEquals(Status.DONE, found(key).status());
    assertEquals(Set.of("first", "second"), found(key).doneHandlers());
  }

  @Test
  void event_workerKilledInTheMiddle_isTakenOverWhenItsLeaseHasLapsed() {
    EventKey key = received("a");
    Inbox inbox = parts.inbox();
    Claim claim = inbox.claim(key, new ClaimTerms("killed", now, now.plusSeconds(65), 9, false));
    assertTrue(inbox.mark(assertInstanceOf(Claim.Granted.class, claim).claimed(), "first"));
    parts.queue().push(Pointer.to(key), Duration.ZERO);
    Worker worker =
        worker(
            Routes.builder()
                .on("lemma", "*", "first", counting)
                .on("lemma", "*", "second", counting)
                .build());

    List<Message> held = messages(parts.receive());
    assertEquals(
        held.stream().map(Message::id).toList(),
        worker.work(held, "while it is held", now.plusSeconds(60)));
    now = now.plusSeconds(65).plusMillis(1);
    assertEquals(List.of(), worker.work(held, "after it lapsed", now.plusSeconds(60)));

    assertEquals(1, handled.get(), "the second handler alone");
    assertEquals(Status.DONE, found(key).status());
    assertEquals(2, found(key).attempts());
  }

  @Test
  void event_workerKilledEachTime_isFailedWithoutRunningAgain() {
    EventKey key = received("a");
    for (int i = 0; i < 9; i++) {
      Claim claim =
          parts
              .inbox()
              .claim(key, new ClaimTerms("killed " + i, now, now.plusSeconds(65), 9, i > 0));
      assertInstanceOf(Claim.Granted.class, claim);
      now = now.plusSeconds(66);
    }
    parts.queue().push(Pointer.to(key), Duration.ZERO);

    assertEquals(List.of(), workOnce(worker(all(counting))));

    assertEquals(0, handled.get());
    assertEquals(Status.FAILED, found(key).status());
    assertTrue(String.valueOf(found(key).lastError()).contains("never reported back"));
  }

  @Test
  void pointers_doubledAndWorkedOnAtOnce_runEachHandlerOnce() throws Exception {
    List<EventKey> keys = received(60);
    for (int copy = 0; copy < 3; copy++) {
      for (int i = 0; i < keys.size(); i += WorkQueue.LARGEST_BATCH) {
        assertEquals(
            List.of(),
            parts.queue().pushAll(pointers(keys.subList(i, i + WorkQueue.LARGEST_BATCH))));
      }
    }
    Map<EventKey, Integer> runs = new ConcurrentHashMap<>();
    Worker worker = worker(all((event, _) -> runs.merge(event.key(), 1, Integer::sum)));
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        String name = "worker " + i;
        workers.add(
            threads.submit(
                () -> {
                  int batches = 0;
                  for (List<software.amazon.awssdk.services.sqs.model.Message> batch =
                          parts.receive();
                      !batch.isEmpty();
                      batch = parts.receive()) {
                    worker.work(messages(batch), name + "/" + batches++, now.plusSeconds(60));
                  }
                }));
      }
    }
    for (Future<?> each : workers) {
      each.get();
    }

    Map<EventKey, Integer> once = new HashMap<>();
    keys.forEach(key -> once.put(key, 1));
    assertEquals(once, runs);
    for (EventKey key : keys) {
      assertEquals(Status.DONE, found(key).status());
      assertEquals(1, found(key).attempts());
    }
  }

  @Test
  void pointer_toNothingOrUnreadable_comesBackUntilItIsADeadLetter() {
    parts.drainDeadLetters();
    List<String> lies =
        List.of(
            "no pointer",
            "[]",
            "{\"provider\":\"lemma\"}",
            "{\"provider\":\"lem#ma\",\"eventId\":\"evt\"}",
            "{\"provider\":\"lemma\",\"eventId\":\"\"}",
            "{\"provider\":\"lemma\",\"eventId\":{\"provider\":\"lemma\",\"eventId\":\"evt\"}}",
            "{\"provider\":\"nobody\",\"eventId\":\"evt\"}",
            "{\"provider\":\"lemma\",\"eventId\":\"" + "x".repeat(3000) + "\"}");
    lies.forEach(parts::send);
    parts.queue().push(Pointer.to(new EventKey("lemma", prefix + "never recorded")), Duration.ZERO);
    EventKey expired = received("expired");
    parts.queue().push(Pointer.to(expired), Duration.ZERO);
    parts.delete(expired);
    WorkerFunction worker = new WorkerFunction(worker(all(counting)), () -> now);

    for (int i = 0; i < 20; i++) {
      List<software.amazon.awssdk.services.sqs.model.Message> batch = parts.receive();
      assertEquals(lies.size() + 2, batch.size(), "receipt " + i);
      assertEquals(
          batch.stream()
              .map(software.amazon.awssdk.services.sqs.model.Message::messageId)
              .sorted()
              .toList(),
          failed(worker, batch).stream().sorted().toList());
      batch.forEach(parts::showAgain);
    }

    assertEquals(List.of(), parts.receive());
    assertEquals(lies.size() + 2, parts.drainDeadLetters().size());
    assertEquals(0, handled.get());
  }

  @Test
  void inbox_doesNotAnswer_bringsAllBackAndThrowsNothing() {
    List<EventKey> keys = received(5);
    parts.queue().pushAll(pointers(keys));
    List<Message> batch = messages(parts.receive());
    try (DynamoDbClient nowhere =
        DynamoDbClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:1"))
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(parts.http())
            .overrideConfiguration(override -> override.retryStrategy(r -> r.maxAttempts(1)))
            .build()) {
      Inbox inbox = parts.inbox(nowhere);

      List<String> comeBack = worker(inbox, all(counting)).work(batch, "inv", now.plusSeconds(60));

      assertEquals(
          batch.stream().map(Message::id).sorted().toList(), comeBack.stream().sorted().toList());
      Relay relay = new Relay(inbox, parts.queue(), Duration.ofSeconds(12), () -> now);
      assertEquals(Lifecycle.SHARDS, relay.sweep(now.plusSeconds(60)).outages().size());
    }
    assertEquals(0, handled.get());
    keys.forEach(key -> assertEquals(0, found(key).attempts()));
  }

  // The relay

  @Test
  void relay_thousandsDue_pushesEachOnceAlthoughTwoSweepAtOnce() throws Exception {
    List<EventKey> keys = receivedAtOnce(2000);
    now = Lifecycle.dueAfterReceipt(now);
    Instant deadline = now.plus(Duration.ofMinutes(10));
    List<Future<Relay.Sweep>> sweeps = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2; i++) {
        sweeps.add(threads.submit(() -> relay().sweep(deadline)));
      }
    }

    int pushed = 0;
    for (Future<Relay.Sweep> sweep : sweeps) {
      assertEquals(List.of(), sweep.get().outages());
      assertEquals(0, sweep.get().notPushed());
      pushed += sweep.get().pushed();
    }
    assertEquals(keys.size(), pushed);
    assertEquals(keys.size(), parts.visible());
    List<EventKey> pointers = parts.drain().stream().map(EmbeddedParts::pointer).toList();
    assertEquals(keys.size(), pointers.size());
    assertEquals(Set.copyOf(keys), new HashSet<>(pointers));
    assertEquals(NOTHING, relay().sweep(deadline));
    for (EventKey key : keys.subList(0, 20)) {
      assertEquals(now.plus(Duration.ofMinutes(2)), found(key).dueAt());
    }
    now = now.plus(Duration.ofMinutes(2)).minusMillis(1);
    assertEquals(NOTHING, relay().sweep(now.plusSeconds(60)));
  }

  // Answers that get lost: the SDK repeats a write that had been applied

  @Test
  void record_answerLost_isExistingAndStillWaiting() {
    LostAnswers http = new LostAnswers(parts.http());
    try (DynamoDbClient dynamoDb = parts.dynamoDb(http)) {
      Event event = event("a");
      http.loseNext("PutItem");

      Recording recording =
          parts.inbox(dynamoDb).record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null));

      assertEquals(1, http.lost());
      assertEquals(new Recording.Existing(true, event.body().sha256()), recording);
      assertEquals(Status.RECEIVED, found(event.key()).status());
    }
  }

  @Test
  void work_answerToAnyOneWriteLost_isDoneOnceAllTheSame() {
    // Claim, mark, mark, settle.
    for (int write = 1; write <= 4; write++) {
      EventKey key = received("write " + write);
      handled.set(0);
      LostAnswers http = new LostAnswers(parts.http());
      try (DynamoDbClient dynamoDb = parts.dynamoDb(http)) {
        int unlucky = write;
        if (write == 1) {
          http.loseNext("UpdateItem");
        }
        Handler handler =
            (_, _) -> {
              if (handled.incrementAndGet() == unlucky - 1) {
                http.loseNext("UpdateItem");
              }
            };
        Worker worker =
            worker(
                parts.inbox(dynamoDb),
                Routes.builder()
                    .on("lemma", "*", handler)
                    .on("lemma", "*", handler)
                    .on("lemma", "*", handler)
                    .build());

        assertEquals(
            List.of(),
            worker.work(List.of(new Message("m", key)), "inv " + write, now.plusSeconds(60)));

        assertEquals(1, http.lost(), "write " + write);
        assertEquals(3, handled.get());
        assertEquals(Status.DONE, found(key).status());
        assertEquals(1, found(key).attempts());
        assertEquals(3, found(key).doneHandlers().size());
      }
    }
  }

  @Test
  void work_answerToARetryLost_isTriedAgainLaterAllTheSame() {
    EventKey key = received("a");
    LostAnswers http = new LostAnswers(parts.http());
    try (DynamoDbClient dynamoDb = parts.dynamoDb(http)) {
      Worker worker =
          worker(
              parts.inbox(dynamoDb),
              all(
                  (_, _) -> {
                    http.loseNext("UpdateItem");
                    throw new IllegalStateException("not yet");
                  }));

      assertEquals(
          List.of(), worker.work(List.of(new Message("m", key)), "inv", now.plusSeconds(60)));

      assertEquals(1, http.lost());
      assertEquals(Status.RECEIVED, found(key).status());
      assertEquals(1, parts.delayed());
    }
  }

  @Test
  void claim_answerToATakeOverLost_isGrantedAndCountedOnce() {
    EventKey key = received("a");
    parts.inbox().claim(key, new ClaimTerms("killed", now, now.plusSeconds(1), 9, false));
    now = now.plusSeconds(2);
    LostAnswers http = new LostAnswers(parts.http());
    try (DynamoDbClient dynamoDb = parts.dynamoDb(http)) {
      http.loseNext("UpdateItem");

      Claim claim =
          parts
              .inbox(dynamoDb)
              .claim(key, new ClaimTerms("next", now, now.plusSeconds(60), 9, true));

      assertEquals(1, http.lost());
      assertEquals(2, assertInstanceOf(Claim.Granted.class, claim).claimed().attempts());
      assertEquals(2, found(key).attempts());
    }
  }

  @Test
  void exhaust_answerLost_isFailedAllTheSame() {
    EventKey key = received("a");
    parts.inbox().claim(key, new ClaimTerms("killed", now, now.plusSeconds(1), 9, false));
    now = now.plusSeconds(2);
    LostAnswers http = new LostAnswers(parts.http());
    try (DynamoDbClient dynamoDb = parts.dynamoDb(http)) {
      http.loseNext("UpdateItem");

      assertTrue(parts.inbox(dynamoDb).exhaust(found(key), 1, "no attempt is left", now));

      assertEquals(1, http.lost());
      assertEquals(Status.FAILED, found(key).status());
    }
  }

  @Test
  void relay_answerToAMoveOnLost_pushesOneStepLater() {
    EventKey key = received("a");
    now = Lifecycle.dueAfterReceipt(now);
    LostAnswers http = new LostAnswers(parts.http());
    try (DynamoDbClient dynamoDb = parts.dynamoDb(http)) {
      http.loseNext("UpdateItem");
      Relay relay =
          new Relay(parts.inbox(dynamoDb), parts.queue(), Duration.ofSeconds(12), () -> now);

      assertEquals(NOTHING, relay.sweep(now.plusSeconds(60)));

      assertEquals(1, http.lost());
      now = now.plus(Duration.ofMinutes(2));
      assertEquals(new Relay.Sweep(1, 0, 0, List.of()), relay.sweep(now.plusSeconds(60)));
      assertEquals(List.of(key), parts.drain().stream().map(EmbeddedParts::pointer).toList());
    }
  }

  @Test
  void push_answerLost_doublesThePointerAndRunsTheHandlerOnce() {
    EventKey key = received("a");
    LostAnswers http = new LostAnswers(parts.http());
    try (var sqs = parts.sqs(http)) {
      http.loseNext("SendMessage");

      parts.queue(sqs).push(Pointer.to(key), Duration.ZERO);

      assertEquals(1, http.lost());
      assertEquals(2, parts.visible());
      workOnce(worker(all(counting)));
      assertEquals(1, handled.get());
      assertEquals(Status.DONE, found(key).status());
    }
  }

  @Test
  void settle_recordDeletedMeanwhile_doesNotComeBackHalfMade() {
    EventKey key = received("a");
    parts.queue().push(Pointer.to(key), Duration.ZERO);

    List<String> comeBack = workOnce(worker(all((_, _) -> parts.delete(key))));

    assertEquals(1, comeBack.size());
    assertFalse(parts.inbox().find(key).isPresent());
  }

  @Test
  void settle_anErrorThatNoTableCanHold_isNotMistakenForAnOutage() {
    EventKey key = received("a");
    Claim claim = parts.inbox().claim(key, new ClaimTerms("w", now, now.plusSeconds(60), 9, false));
    InboxRecord claimed = assertInstanceOf(Claim.Granted.class, claim).claimed();
    try {
      assertTrue(parts.inbox().settle(claimed, new Settlement.Failed("half a pair: \uD83D"), now));
    } catch (InboxUnavailable e) {
      throw new AssertionError("the record could never be settled", e);
    }
  }

  @Test
  void batch_workerTimesOutInTheMiddle_leavesTheOthersDoneAndTheSlowOneToItsSuccessor()
      throws Exception {
    EventKey first = received("first");
    EventKey slow = received("slow");
    EventKey last = received("last");
    List.of(first, slow, last).forEach(key -> parts.queue().push(Pointer.to(key), Duration.ZERO));
    Map<EventKey, Integer> effects = new ConcurrentHashMap<>();
    List<Report> reports = new CopyOnWriteArrayList<>();
    CountDownLatch begun = new CountDownLatch(3);
    CountDownLatch thawed = new CountDownLatch(1);
    Handler handler =
        (event, _) -> {
          effects.merge(event.key(), 1, Integer::sum);
          begun.countDown();
          if (event.key().equals(slow)) {
            awaitThoughInterrupted(thawed);
          }
        };
    Worker timingOut =
        new Worker(
            parts.inbox(),
            parts.queue()::push,
            all(handler),
            Lifecycle.DEFAULT_MAX_ATTEMPTS,
            MARGINS,
            () -> now,
            this::sleep,
            reports::add,
            new CapturedLog());
    List<software.amazon.awssdk.services.sqs.model.Message> batch = parts.receive();
    assertEquals(3, batch.size());
    Thread invocation =
        Thread.ofVirtual()
            .start(() -> timingOut.work(messages(batch), "times out", now.plusSeconds(60)));
    begun.await();
    while (reports.size() < 2) {
      Thread.onSpinWait();
    }

    // Lambda cuts the invocation off: it never answered, so all three messages come back.
    assertTrue(invocation.isAlive(), "it does not answer while a handler's thread lives");
    assertEquals(Status.DONE, found(first).status());
    assertEquals(Status.DONE, found(last).status());
    assertEquals(Status.PROCESSING, found(slow).status());
    batch.forEach(parts::showAgain);
    now = now.plus(Duration.ofMinutes(10));
    assertEquals(
        List.of(),
        workOnce(worker(all((event, _) -> effects.merge(event.key(), 1, Integer::sum)))));

    assertEquals(Status.DONE, found(slow).status());
    assertEquals(2, found(slow).attempts());
    assertEquals(Map.of(first, 1, slow, 2, last, 1), effects);
    thawed.countDown();
    invocation.join();
    assertEquals(Report.Outcome.LEASE_LOST, reports.getLast().outcome(), "thawed beside it");
    assertEquals(2, found(slow).attempts());
    assertEquals(0, parts.visible());
  }

  private void sleep(Duration pause) {
    now = now.plus(pause);
  }

  private static void awaitThoughInterrupted(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        // It is the handler that does not listen.
      }
    }
  }

  private Relay relay() {
    return new Relay(parts.inbox(), parts.queue(), Duration.ofSeconds(12), () -> now);
  }

  private Worker worker(Routes routes) {
    return worker(parts.inbox(), routes);
  }

  private Worker worker(Inbox inbox, Routes routes) {
    return new Worker(
        inbox,
        parts.queue()::push,
        routes,
        Lifecycle.DEFAULT_MAX_ATTEMPTS,
        MARGINS,
        () -> now,
        this::sleep,
        _ -> {},
        new CapturedLog());
  }

  private static Routes all(Handler handler) {
    return Routes.builder().on("lemma", "*", "only", handler).build();
  }

  /** Does what Lambda does with one batch, and returns the IDs of the messages that come back. */
  private List<String> workOnce(Worker worker) {
    List<software.amazon.awssdk.services.sqs.model.Message> batch = parts.receive();
    List<String> comeBack =
        worker.work(
            messages(batch), "invocation " + NUMBERS.incrementAndGet(), now.plusSeconds(60));
    batch.stream()
        .filter(message -> !comeBack.contains(message.messageId()))
        .forEach(parts::delete);
    return comeBack;
  }

  /** Has the function work on a batch as it comes from the queue, and returns what it failed. */
  private List<String> failed(
      WorkerFunction worker, List<software.amazon.awssdk.services.sqs.model.Message> batch) {
    SQSEvent event = new SQSEvent();
    event.setRecords(
        batch.stream()
            .map(
                message -> {
                  SQSEvent.SQSMessage record = new SQSEvent.SQSMessage();
                  record.setMessageId(message.messageId());
                  record.setBody(message.body());
                  return record;
                })
            .toList());
    return worker
        .handleRequest(event, new LocalContext("WorkerFunction", Duration.ofMinutes(1), () -> now))
        .getBatchItemFailures()
        .stream()
        .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
        .toList();
  }

  private static List<Message> messages(
      List<software.amazon.awssdk.services.sqs.model.Message> batch) {
    return batch.stream()
        .map(message -> new Message(message.messageId(), EmbeddedParts.pointer(message)))
        .toList();
  }

  private Event event(String id) {
    return new Event(
        new EventKey("lemma", prefix + id), TYPE, now, null, Body.ofUtf8("{\"id\":\"x\"}"));
  }

  private EventKey received(String id) {
    Event event = event(id);
    assertEquals(
        new Recording.Created(),
        parts.inbox().record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null)));
    return event.key();
  }

  private List<EventKey> received(int count) {
    return IntStream.range(0, count).mapToObj(i -> received(i + "")).toList();
  }

  private List<EventKey> receivedAtOnce(int count) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<EventKey>> recorded =
          IntStream.range(0, count).mapToObj(i -> threads.submit(() -> received(i + ""))).toList();
      List<EventKey> keys = new ArrayList<>();
      for (Future<EventKey> key : recorded) {
        keys.add(key.get());
      }
      return keys;
    }
  }

  private InboxRecord found(EventKey key) {
    return parts.inbox().find(key).orElseThrow();
  }

  private static List<Pointer> pointers(List<EventKey> keys) {
    return keys.stream().map(Pointer::to).toList();
  }
}
