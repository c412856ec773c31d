package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.WorkerFunction;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import dev.hookset.work.WorkLog;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The poller on queues of the test's own, whose messages come back at once. */
final class QueuePollerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MAX_RECEIVE_COUNT = 3;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static TestStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack = TestStack.inMemory(null);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void message_thatFailsEachTime_isMovedAsideAndItsNeighbourIsNot() throws Exception {
    Queues queues = create();
    EventKey good = recorded();
    EventKey unknown = unknown();
    new SqsWorkQueue(stack.stack().sqs(), queues.work())
        .pushAll(List.of(Pointer.to(unknown), Pointer.to(good)));
    BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

    Message dead;
    try (QueuePoller _ = poller(queues, reports::add, new Observed())) {
      dead = receive(queues.dead());
    }

    assertTrue(dead.body().contains(unknown.eventId()), dead::body);
    assertEquals(
        List.of(Report.Outcome.DONE), outcomes(reports, good), "handled, deleted, and gone");
    assertEquals(
        Collections.nCopies(MAX_RECEIVE_COUNT, Report.Outcome.UNKNOWN), outcomes(reports, unknown));
    Map<String, String> left = stack.attributes(queues.work());
    assertEquals("0", left.get("ApproximateNumberOfMessages"));
    assertEquals("0", left.get("ApproximateNumberOfMessagesNotVisible"));
  }

  @Test
  void batch_onWhichTheWorkerFails_comesBack() throws Exception {
    Queues queues = create();
    EventKey unknown = unknown();
    new SqsWorkQueue(stack.stack().sqs(), queues.work()).push(Pointer.to(unknown), Duration.ZERO);
    BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    AtomicBoolean failed = new AtomicBoolean();
    InstantSource failingOnce =
        () -> {
          if (failed.compareAndSet(false, true)) {
            throw new IllegalStateException("the clock stands still");
          }
          return Instant.now();
        };
    Observed observed = new Observed();

    try (QueuePoller _ = poller(queues, failingOnce, reports::add, observed)) {
      String trouble = observed.trouble();
      assertTrue(trouble.startsWith("the worker failed on a batch of 1: "), trouble);
      Report report = reports.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertNotNull(report, "the batch came back");
      assertEquals(unknown, report.key());
    }
  }

  @Test
  void queue_thatDoesNotAnswer_isToldOnceAndDoesNotKeepThePollerFromClosing() throws Exception {
    Queues nowhere = new Queues(stack.stack().queueUrl() + "-nowhere", "");
    Observed observed = new Observed();

    try (QueuePoller _ = poller(nowhere, _ -> {}, observed)) {
      String trouble = observed.trouble();
      assertTrue(trouble.startsWith("the queue does not answer: "), trouble);
    }
  }

  private record Queues(String work, String dead) {}

  /** Creates two queues whose messages are visible again at once, and moved aside early. */
  private static Queues create() {
    SqsClient sqs = stack.stack().sqs();
    String name = "test-" + UUID.randomUUID();
    String dead = sqs.createQueue(create -> create.queueName(name + "-dead")).queueUrl();
    String redrive =
        "{\"deadLetterTargetArn\":\""
            + EmbeddedSqs.arn(name + "-dead")
            + "\",\"maxReceiveCount\":"
            + MAX_RECEIVE_COUNT
            + "}";
    String work =
        sqs.createQueue(
                create ->
                    create
                        .queueName(name)
                        .attributes(
                            Map.of(
                                QueueAttributeName.VISIBILITY_TIMEOUT,
                                "0",
                                QueueAttributeName.REDRIVE_POLICY,
                                redrive)))
            .queueUrl();
    return new Queues(work, dead);
  }

  private static QueuePoller poller(Queues queues, WorkLog log, StackListener listener) {
    return poller(queues, InstantSource.system(), log, listener);
  }

  private static QueuePoller poller(
      Queues queues, InstantSource clockOfTheWorker, WorkLog log, StackListener listener) {
    Map<String, String> variables =
        Map.of(
            "INBOX_TABLE",
            LocalStack.TABLE,
            "WORK_QUEUE_URL",
            queues.work(),
            "OVERFLOW_BUCKET",
            LocalStack.BUCKET,
            "AWS_REGION",
            EmbeddedSqs.REGION,
            "AWS_ACCESS_KEY_ID",
            "local",
            "AWS_SECRET_ACCESS_KEY",
            "local",
            "AWS_ENDPOINT_URL_DYNAMODB",
            stack.stack().dynamoDbEndpoint().toString(),
            "AWS_ENDPOINT_URL_SQS",
            stack.stack().sqsEndpoint().toString());
    Wiring wiring =
        new Wiring(
            variables,
            clockOfTheWorker,
            new PrintStream(PrintStream.nullOutputStream()),
            _ -> {},
            log,
            UnaryOperator.identity(),
            UnaryOperator.identity(),
            Routes.builder().build());
    return new QueuePoller(
        stack.stack().sqs(),
        queues.work(),
        new WorkerFunction(wiring),
        1,
        TIMEOUT,
        InstantSource.system(),
        listener);
  }

  private static EventKey unknown() {
    return new EventKey("lemma", "unknown-" + UUID.randomUUID());
  }

  private static EventKey recorded() {
    EventKey key = new EventKey("lemma", "known-" + UUID.randomUUID());
    Instant now = Instant.now();
    Event event = new Event(key, "incident.created", now, null, Body.ofUtf8("{}"));
    assertEquals(
        new Recording.Created(),
        stack.stack().inbox().record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null)));
    return key;
  }

  /** Waits for a message by long polls. */
  private static Message receive(String queueUrl) {
    Instant end = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(end)) {
      List<Message> messages =
          stack
              .stack()
              .sqs()
              .receiveMessage(receive -> receive.queueUrl(queueUrl).waitTimeSeconds(1))
              .messages();
      if (!messages.isEmpty()) {
        return messages.getFirst();
      }
    }
    throw new AssertionError("no message within " + PATIENCE);
  }

  private static List<Report.Outcome> outcomes(Collection<Report> reports, EventKey key) {
    return reports.stream()
        .filter(report -> key.equals(report.key()))
        .map(Report::outcome)
        .toList();
  }
}
