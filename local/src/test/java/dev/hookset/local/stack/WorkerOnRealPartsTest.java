package dev.hookset.local.stack;

import static dev.hookset.local.stack.WorkerFixture.MARGINS;
import static dev.hookset.local.stack.WorkerFixture.NOTHING;
import static dev.hookset.local.stack.WorkerFixture.all;
import static dev.hookset.local.stack.WorkerFixture.messages;
import static dev.hookset.local.stack.WorkerFixture.pointers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.aws.WorkerFunction;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.receive.WorkQueue;
import dev.hookset.relay.Relay;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Handler;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The worker and the relay over DynamoDB Local and ElasticMQ. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerOnRealPartsTest {
  @RegisterExtension final WorkerFixture on = new WorkerFixture();

  // The whole way

  @Test
  void event_recordedAndNeverPushed_comesToTheWorkerThroughTheRelay() {
    EventKey key = on.received("a");
    Relay relay = on.relay();
    assertEquals(NOTHING, relay.sweep(on.now.plusSeconds(60)));
    on.now = Lifecycle.dueAfterReceipt(on.now);

    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), relay.sweep(on.now.plusSeconds(60)));
    assertEquals(List.of(), on.workOnce(on.worker(all(on.counting))));

    InboxRecord found = on.found(key);
    assertEquals(Status.DONE, found.status());
    assertEquals(1, found.attempts());
    assertEquals(1, on.handled.get());
    assertEquals(on.now.plus(EmbeddedParts.RETENTION), found.expiresAt());
    assertEquals(0, on.parts().visible());
    on.now = on.now.plus(Duration.ofDays(1));
    assertEquals(NOTHING, relay.sweep(on.now.plusSeconds(60)));
    assertFalse(
        on.parts().inbox().due(Lifecycle.shard(key), on.now, _ -> {}).hasNext(),
        "it is out of the index");
  }

  @Test
  void event_handlerFails_comesBackDelayedAndThenByTheRelay() {
    EventKey key = on.pushed("a");
    Worker worker =
        on.worker(
            all(
                (_, _) -> {
                  on.handled.incrementAndGet();
                  throw new IllegalStateException("no answer");
                }));

    assertEquals(List.of(), on.workOnce(worker));

    assertEquals(1, on.parts().delayed());
    assertEquals(0, on.parts().visible());
    InboxRecord found = on.found(key);
    assertEquals(Status.RECEIVED, found.status());
    assertEquals(1, found.attempts());
    assertEquals("only: java.lang.IllegalStateException: no answer", found.lastError());
    assertEquals(on.now.plus(Lifecycle.backoff(key, 1)), found.notBefore());

    // Another pointer does not cut the wait short.
    on.push(key);
    assertEquals(List.of(), on.workOnce(worker));
    assertEquals(found, on.found(key));
    assertEquals(1, on.handled.get());

    // Should the delayed one get lost, the relay brings it a minute later.
    on.parts().purge();
    on.now = Lifecycle.dueAfterFailure(on.now.plus(Lifecycle.backoff(key, 1)));
    assertEquals(1, on.relay().sweep(on.now.plusSeconds(60)).pushed());
    assertEquals(List.of(), on.workOnce(worker));
    assertEquals(2, on.found(key).attempts());
    assertEquals(2, on.handled.get());
  }

  @Test
  void event_alwaysFailing_isFailedInTheEndAndListedForAPerson() {
    EventKey key = on.received("a");
    Worker worker =
        on.worker(
            all(
                (_, _) -> {
                  on.handled.incrementAndGet();
                  throw new IllegalStateException("no answer");
                }));

    for (int attempt = 1; attempt <= Lifecycle.DEFAULT_MAX_ATTEMPTS; attempt++) {
      on.parts().purge();
      on.push(key);
      assertEquals(List.of(), on.workOnce(worker));
      InboxRecord found = on.found(key);
      assertEquals(attempt, found.attempts());
      Instant notBefore = found.notBefore();
      if (notBefore != null) {
        boolean isShort =
            Duration.between(on.now, notBefore).compareTo(WorkQueue.LONGEST_DELAY) <= 0;
        assertEquals(isShort ? 1 : 0, on.parts().delayed(), "after attempt " + attempt);
        on.now = notBefore;
      }
    }

    InboxRecord found = on.found(key);
    assertEquals(Status.FAILED, found.status());
    assertEquals(Lifecycle.DEFAULT_MAX_ATTEMPTS, on.handled.get());
    assertEquals(on.now, found.dueAt());
    assertEquals(0, on.parts().delayed());
    on.push(key);
    assertEquals(List.of(), on.workOnce(worker));
    assertEquals(found, on.found(key));
  }

  @Test
  void event_permanentFailure_isFailedAtOnce() {
    EventKey key = on.pushed("a");

    assertEquals(
        List.of(),
        on.workOnce(
            on.worker(
                all(
                    (_, _) -> {
                      throw new PermanentFailure("\uD83D\uDE00 half of it: \uD83D");
                    }))));

    InboxRecord found = on.found(key);
    assertEquals(Status.FAILED, found.status());
    assertTrue(String.valueOf(found.lastError()).contains("\uD83D\uDE00 half of it"));
  }

  @Test
  void event_secondHandlerFails_firstIsNotRunAgain() {
    EventKey key = on.pushed("a");
    List<String> ran = new ArrayList<>();
    Worker worker =
        on.worker(
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

    assertEquals(List.of(), on.workOnce(worker));
    assertEquals(Set.of("first"), on.found(key).doneHandlers());
    on.now = on.now.plus(Lifecycle.backoff(key, 1));
    on.push(key);
    assertEquals(List.of(), on.workOnce(worker));

    assertEquals(List.of("first", "second", "second"), ran);
    assertEquals(Status.DONE, on.found(key).status());
    assertEquals(Set.of("first", "second"), on.found(key).doneHandlers());
  }

  @Test
  void event_workerKilledInTheMiddle_isTakenOverWhenItsLeaseHasLapsed() {
    EventKey key = on.received("a");
    Inbox inbox = on.parts().inbox();
    Claim claim =
        inbox.claim(key, new ClaimTerms("killed", on.now, on.now.plusSeconds(65), 9, false));
    assertTrue(inbox.mark(assertInstanceOf(Claim.Granted.class, claim).claimed(), "first"));
    on.push(key);
    Worker worker =
        on.worker(
            Routes.builder()
                .on("lemma", "*", "first", on.counting)
                .on("lemma", "*", "second", on.counting)
                .build());

    List<Message> held = messages(on.parts().receive());
    assertEquals(
        held.stream().map(Message::id).toList(),
        worker.work(held, "while it is held", on.now.plusSeconds(60)));
    on.now = on.now.plusSeconds(65).plusMillis(1);
    assertEquals(List.of(), worker.work(held, "after it lapsed", on.now.plusSeconds(60)));

    assertEquals(1, on.handled.get(), "the second handler alone");
    assertEquals(Status.DONE, on.found(key).status());
    assertEquals(2, on.found(key).attempts());
  }

  @Test
  void event_workerKilledEachTime_isFailedWithoutRunningAgain() {
    EventKey key = on.received("a");
    for (int i = 0; i < 9; i++) {
      Claim claim =
          on.parts()
              .inbox()
              .claim(key, new ClaimTerms("killed " + i, on.now, on.now.plusSeconds(65), 9, i > 0));
      assertInstanceOf(Claim.Granted.class, claim);
      on.now = on.now.plusSeconds(66);
    }
    on.push(key);

    assertEquals(List.of(), on.workOnce(on.worker(all(on.counting))));

    assertEquals(0, on.handled.get());
    assertEquals(Status.FAILED, on.found(key).status());
    assertTrue(String.valueOf(on.found(key).lastError()).contains("never reported back"));
  }

  @Test
  void pointers_doubledAndWorkedOnAtOnce_runEachHandlerOnce() throws Exception {
    List<EventKey> keys = on.received(60);
    for (int copy = 0; copy < 3; copy++) {
      for (int i = 0; i < keys.size(); i += WorkQueue.LARGEST_BATCH) {
        assertEquals(
            List.of(),
            on.parts().queue().pushAll(pointers(keys.subList(i, i + WorkQueue.LARGEST_BATCH))));
      }
    }
    Map<EventKey, Integer> runs = new ConcurrentHashMap<>();
    Worker worker = on.worker(all((event, _) -> runs.merge(event.key(), 1, Integer::sum)));
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        String name = "worker " + i;
        workers.add(
            threads.submit(
                () -> {
                  int batches = 0;
                  for (List<software.amazon.awssdk.services.sqs.model.Message> batch =
                          on.parts().receive();
                      !batch.isEmpty();
                      batch = on.parts().receive()) {
                    worker.work(messages(batch), name + "/" + batches++, on.now.plusSeconds(60));
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
      assertEquals(Status.DONE, on.found(key).status());
      assertEquals(1, on.found(key).attempts());
    }
  }

  @Test
  void pointer_toNothingOrUnreadable_comesBackUntilItIsADeadLetter() {
    on.parts().drainDeadLetters();
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
    lies.forEach(on.parts()::send);
    on.parts().queue().push(Pointer.to(new EventKey("lemma", "never recorded")), Duration.ZERO);
    EventKey expired = on.received("expired");
    on.push(expired);
    on.parts().delete(expired);
    WorkerFunction worker = new WorkerFunction(on.worker(all(on.counting)), () -> on.now);

    for (int i = 0; i < 20; i++) {
      List<software.amazon.awssdk.services.sqs.model.Message> batch = on.parts().receive();
      assertEquals(lies.size() + 2, batch.size(), "receipt " + i);
      assertEquals(
          batch.stream()
              .map(software.amazon.awssdk.services.sqs.model.Message::messageId)
              .sorted()
              .toList(),
          failed(worker, batch).stream().sorted().toList());
      batch.forEach(on.parts()::showAgain);
    }

    assertEquals(List.of(), on.parts().receive());
    assertEquals(lies.size() + 2, on.parts().drainDeadLetters().size());
    assertEquals(0, on.handled.get());
  }

  @Test
  void inbox_doesNotAnswer_bringsAllBackAndThrowsNothing() {
    List<EventKey> keys = on.received(5);
    on.parts().queue().pushAll(pointers(keys));
    List<Message> batch = messages(on.parts().receive());
    try (DynamoDbClient nowhere =
        DynamoDbClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:1"))
            .region(Region.US_EAST_1)
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(on.parts().http())
            .overrideConfiguration(override -> override.retryStrategy(r -> r.maxAttempts(1)))
            .build()) {
      Inbox inbox = on.parts().inbox(nowhere);

      List<String> comeBack =
          on.worker(inbox, all(on.counting)).work(batch, "inv", on.now.plusSeconds(60));

      assertEquals(
          batch.stream().map(Message::id).sorted().toList(), comeBack.stream().sorted().toList());
      Relay relay = new Relay(inbox, on.parts().queue(), Duration.ofSeconds(12), () -> on.now);
      assertEquals(Lifecycle.SHARDS, relay.sweep(on.now.plusSeconds(60)).outages().size());
    }
    assertEquals(0, on.handled.get());
    keys.forEach(key -> assertEquals(0, on.found(key).attempts()));
  }

  // The relay

  @Test
  void relay_manyDue_pushesEachOnceAlthoughTwoSweepAtOnce() throws Exception {
    // DynamoDB Local takes 20 ms for each; with -Dproof there are thousands.
    List<EventKey> keys = receivedAtOnce(System.getProperty("proof") == null ? 500 : 5_000);
    on.now = Lifecycle.dueAfterReceipt(on.now);
    Instant deadline = on.now.plus(Duration.ofMinutes(10));
    List<Future<Relay.Sweep>> sweeps = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 2; i++) {
        sweeps.add(threads.submit(() -> on.relay().sweep(deadline)));
      }
    }

    int pushed = 0;
    for (Future<Relay.Sweep> sweep : sweeps) {
      assertEquals(List.of(), sweep.get().outages());
      assertEquals(0, sweep.get().notPushed());
      pushed += sweep.get().pushed();
    }
    assertEquals(keys.size(), pushed);
    assertEquals(keys.size(), on.parts().visible());
    List<EventKey> pointers = on.parts().drain().stream().map(EmbeddedParts::pointer).toList();
    assertEquals(keys.size(), pointers.size());
    assertEquals(Set.copyOf(keys), new HashSet<>(pointers));
    assertEquals(NOTHING, on.relay().sweep(deadline));
    for (EventKey key : keys.subList(0, 20)) {
      assertEquals(on.now.plus(Duration.ofMinutes(2)), on.found(key).dueAt());
    }
    on.now = on.now.plus(Duration.ofMinutes(2)).minusMillis(1);
    assertEquals(NOTHING, on.relay().sweep(on.now.plusSeconds(60)));
  }

  @Test
  void settle_recordDeletedMeanwhile_doesNotComeBackHalfMade() {
    EventKey key = on.pushed("a");

    List<String> comeBack = on.workOnce(on.worker(all((_, _) -> on.parts().delete(key))));

    assertEquals(1, comeBack.size());
    assertFalse(on.parts().inbox().find(key).isPresent());
  }

  @Test
  void settle_anErrorThatNoTableCanHold_isNotMistakenForAnOutage() {
    EventKey key = on.received("a");
    Claim claim =
        on.parts()
            .inbox()
            .claim(key, new ClaimTerms("w", on.now, on.now.plusSeconds(60), 9, false));
    InboxRecord claimed = assertInstanceOf(Claim.Granted.class, claim).claimed();
    try {
      assertTrue(
          on.parts().inbox().settle(claimed, new Settlement.Failed("half a pair: \uD83D"), on.now));
    } catch (InboxUnavailable e) {
      throw new AssertionError("the record could never be settled", e);
    }
  }

  @Test
  void batch_workerTimesOutInTheMiddle_leavesTheOthersDoneAndTheSlowOneToItsSuccessor()
      throws Exception {
    EventKey first = on.received("first");
    EventKey slow = on.received("slow");
    EventKey last = on.received("last");
    List.of(first, slow, last).forEach(key -> on.push(key));
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
            on.parts().inbox(),
            on.parts().queue()::push,
            all(handler),
            Lifecycle.DEFAULT_MAX_ATTEMPTS,
            MARGINS,
            () -> on.now,
            on::sleep,
            reports::add,
            new CapturedLog());
    List<software.amazon.awssdk.services.sqs.model.Message> batch = on.parts().receive();
    assertEquals(3, batch.size());
    Thread invocation =
        Thread.ofVirtual()
            .start(() -> timingOut.work(messages(batch), "times out", on.now.plusSeconds(60)));
    begun.await();
    while (reports.size() < 2) {
      Thread.onSpinWait();
    }

    // Lambda cuts the invocation off: it never answered, so all three messages come back.
    assertTrue(invocation.isAlive(), "it does not answer while a handler's thread lives");
    assertEquals(Status.DONE, on.found(first).status());
    assertEquals(Status.DONE, on.found(last).status());
    assertEquals(Status.PROCESSING, on.found(slow).status());
    batch.forEach(on.parts()::showAgain);
    on.now = on.now.plus(Duration.ofMinutes(10));
    assertEquals(
        List.of(),
        on.workOnce(on.worker(all((event, _) -> effects.merge(event.key(), 1, Integer::sum)))));

    assertEquals(Status.DONE, on.found(slow).status());
    assertEquals(2, on.found(slow).attempts());
    assertEquals(Map.of(first, 1, slow, 2, last, 1), effects);
    thawed.countDown();
    invocation.join();
    assertEquals(Report.Outcome.LEASE_LOST, reports.getLast().outcome(), "thawed beside it");
    assertEquals(2, on.found(slow).attempts());
    assertEquals(0, on.parts().visible());
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
        .handleRequest(
            event, new LocalContext("WorkerFunction", Duration.ofMinutes(1), () -> on.now))
        .getBatchItemFailures()
        .stream()
        .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
        .toList();
  }

  private List<EventKey> receivedAtOnce(int count) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<EventKey>> recorded =
          IntStream.range(0, count)
              .mapToObj(i -> threads.submit(() -> on.received(i + "")))
              .toList();
      List<EventKey> keys = new ArrayList<>();
      for (Future<EventKey> key : recorded) {
        keys.add(key.get());
      }
      return keys;
    }
  }
}
