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
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.receive.Receipt;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
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
                .on("lemma", "*", "audit", (event, _) -> HANDLED.add(event))
                .on(
                    "lemma",
                    "incident.created",
                    "pager",
                    (event, _) -> {
                      throw new IOException("the pager does not answer");
                    })
                .on(
                    "lucid",
                    "budget.*",
                    (event, _) -> {
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

  // The JDK's server fails at trailers; the delivery was dropped without an answer or a line.
  @Test
  void delivery_inChunksWithTrailers_isHandledAsAnyOther() throws Exception {
    DeliveryRequest request = TestStack.genuine(TestStack.provider("lamina"), "run.completed");
    String body = request.body().utf8();

    String status =
        raw(
            request,
            "Transfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n",
            Integer.toHexString(body.length())
                + "\r\n"
                + body
                + "\r\n0\r\nX-Checksum: 1\r\nX-Another: 2\r\n\r\n");

    assertEquals("HTTP/1.1 200 OK", status);
    assertEquals(Receipt.Outcome.ACCEPTED, stack.observed().receipt().outcome());
  }

  @Test
  void delivery_thatBreaksOff_isTold() throws Exception {
    DeliveryRequest request = TestStack.genuine(TestStack.provider("lamina"), "run.completed");

    raw(request, "Transfer-Encoding: chunked\r\n", "ff\r\nnot so much");

    String trouble = stack.observed().trouble();
    assertTrue(trouble.startsWith("a request to lamina broke off"), trouble);
  }

  @Test
  void delivery_thatAsksFirst_isToldToGoOn() throws Exception {
    DeliveryRequest request = TestStack.genuine(TestStack.provider("lamina"), "run.completed");

    String status =
        raw(
            request,
            "Expect: 100-continue\r\nContent-Length: " + request.body().size() + "\r\n",
            request.body().utf8());

    assertEquals("HTTP/1.1 100 Continue", status);
    assertEquals(Receipt.Outcome.ACCEPTED, stack.observed().receipt().outcome());
  }

  /** Sends a request as these bytes, says that nothing follows, and returns the first line back. */
  private static String raw(DeliveryRequest request, String framing, String body)
      throws IOException {
    URI url = stack.stack().url(request.provider().name());
    StringBuilder text =
        new StringBuilder("POST " + url.getPath() + " HTTP/1.1\r\nHost: localhost\r\n");
    request.headers().forEach((name, value) -> text.append(name + ": " + value + "\r\n"));
    text.append(framing).append("\r\n").append(body);
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return String.valueOf(
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine());
    }
  }

  @Test
  void relay_whenNothingIsDue_troublesNobody() throws Exception {
    stack.stack().relayOnce();

    Report report = send(TestStack.genuine(TestStack.provider("lymnus")));
    assertEquals(Report.Outcome.DONE, report.outcome());
  }

  private static Report send(DeliveryRequest request) throws Exception {
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
