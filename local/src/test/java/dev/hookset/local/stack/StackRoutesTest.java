package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.receive.Receipt;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole way with handlers of the test's own. */
final class StackRoutesTest {
  private static final BlockingQueue<Event> HANDLED = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static TestStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack =
        TestStack.inMemory(
            Routes.builder()
                .on("lemma", "*", "audit", HANDLED::add)
                .on(
                    "lemma",
                    "incident.created",
                    "pager",
                    event -> {
                      throw new IOException("the pager does not answer");
                    })
                .on(
                    "lucid",
                    "budget.*",
                    event -> {
                      throw new PermanentFailure("no such budget");
                    })
                .build());
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void handler_thatReturns_hasSeenTheEventThatWasSent() throws Exception {
    var request = TestStack.genuine(TestStack.provider("lemma"), "incident.resolved");

    Report report = send(request);

    assertEquals(Report.Outcome.DONE, report.outcome());
    assertEquals(List.of("audit"), report.handlers());
    Event event = HANDLED.poll(10, TimeUnit.SECONDS);
    assertNotNull(event);
    assertEquals(report.key(), event.key());
    assertEquals(request.body(), event.body());
  }

  @Test
  void handler_thatThrows_isTriedAgainWithBackoffByADelayedMessage() throws Exception {
    Instant before = Instant.now();

    Report report = send(TestStack.genuine(TestStack.provider("lemma"), "incident.created"));

    assertEquals(Report.Outcome.RETRY, report.outcome());
    assertEquals(List.of("audit"), report.handlers());
    assertTrue(report.postponed(), "the queue brings it back");
    InboxRecord record = stack.record(key(report));
    assertEquals(Status.RECEIVED, record.status());
    assertEquals(1, record.attempts());
    assertEquals(Set.of("audit"), record.doneHandlers());
    assertEquals("pager: java.io.IOException: the pager does not answer", record.lastError());
    Instant notBefore = record.notBefore();
    assertNotNull(notBefore);
    assertFalse(notBefore.isBefore(before.plusSeconds(9)), notBefore::toString);
    assertFalse(notBefore.isAfter(Instant.now().plusSeconds(10)), notBefore::toString);
    assertEquals(notBefore.plus(Duration.ofMinutes(1)), record.dueAt());
    assertEquals(
        "1", stack.attributes(stack.stack().queueUrl()).get("ApproximateNumberOfMessagesDelayed"));
  }

  @Test
  void handler_thatFailsForGood_isNotTriedAgain() throws Exception {
    Report report = send(TestStack.genuine(TestStack.provider("lucid"), "budget.exceeded"));

    assertEquals(Report.Outcome.FAILED, report.outcome());
    assertEquals(List.of(), report.handlers());
    InboxRecord record = stack.record(key(report));
    assertEquals(Status.FAILED, record.status());
    assertEquals(1, record.attempts());
    assertTrue(String.valueOf(record.lastError()).contains("no such budget"));
    assertNull(record.notBefore());
  }

  @Test
  void event_thatNoHandlerWants_isDoneAsItIs() throws Exception {
    Report report = send(TestStack.genuine(TestStack.provider("lamina"), "run.failed"));

    assertEquals(Report.Outcome.DONE, report.outcome());
    assertEquals(List.of(), report.handlers());
    assertEquals(Status.DONE, stack.record(key(report)).status());
  }

  @Test
  void relay_whenNothingIsDue_troublesNobody() throws Exception {
    stack.stack().relayOnce();

    Report report = send(TestStack.genuine(TestStack.provider("lymnus")));
    assertEquals(Report.Outcome.DONE, report.outcome());
  }

  private static Report send(dev.hookset.local.samples.DeliveryRequest request) throws Exception {
    stack.post(request);
    Receipt receipt = stack.observed().receipt();
    EventKey key = receipt.key();
    assertNotNull(key, receipt::toString);
    return stack.observed().attempt(key);
  }

  private static EventKey key(Report report) {
    EventKey key = report.key();
    assertNotNull(key);
    return key;
  }
}
