package dev.hookset.aws.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.aws.AwsStandIn;
import dev.hookset.aws.AwsStandIn.Answer;
import dev.hookset.aws.AwsStandIn.Request;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the queue does when SQS refuses a message; the rest is in the contract that all queues
 * share.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SqsWorkQueueRefusalsTest {
  private static final List<Pointer> POINTERS =
      IntStream.range(0, 10).mapToObj(i -> Pointer.to(new EventKey("lemma", "evt " + i))).toList();

  private volatile Set<Pointer> refused = Set.of();
  private AwsStandIn service;
  private WorkQueue queue;

  @BeforeEach
  void start() throws IOException {
    service = new AwsStandIn(this::answer);
    queue = new SqsWorkQueue(service.clients().sqs(), "https://sqs.eu-central-1.amazonaws.com/1/q");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void pushAll_someRefusedInsideA200_returnsExactlyThose() {
    refused = Set.of(POINTERS.get(3), POINTERS.get(9));

    assertEquals(
        List.of(POINTERS.get(3), POINTERS.get(9)),
        queue.pushAll(POINTERS).stream()
            .sorted((a, b) -> a.key().eventId().compareTo(b.key().eventId()))
            .toList());
  }

  @Test
  void pushAll_allRefusedInsideA200_returnsAll() {
    refused = Set.copyOf(POINTERS);

    assertEquals(refused, Set.copyOf(queue.pushAll(POINTERS)));
  }

  @Test
  void pushAll_noneRefused_returnsNone() {
    assertEquals(List.of(), queue.pushAll(POINTERS));
    assertEquals(1, service.requests().size());
  }

  @Test
  void pushAll_serviceFails_isUnavailable() {
    service.close();

    assertThrows(QueueUnavailable.class, () -> queue.pushAll(POINTERS));
    assertThrows(QueueUnavailable.class, () -> queue.push(POINTERS.getFirst(), Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, ''",
    "PT0.000000001S, 1",
    "PT1S, 1",
    "PT1.000000001S, 2",
    "PT9.5S, 10",
    "PT15M, 900"
  })
  void push_delay_isWholeSecondsRoundedUp(Duration delay, String seconds) {
    queue.push(POINTERS.getFirst(), delay);

    Request request = service.requests().getFirst();
    assertEquals("SendMessage", request.operation());
    assertEquals(seconds, request.text("DelaySeconds"));
  }

  private Answer answer(Request request) {
    if (request.operation().equals("SendMessage")) {
      return Answer.ok(
          Map.of("MessageId", "m", "MD5OfMessageBody", md5(request.text("MessageBody"))));
    }
    assertEquals("SendMessageBatch", request.operation());
    List<Map<String, Object>> taken = new ArrayList<>();
    List<Map<String, Object>> failed = new ArrayList<>();
    for (JsonNode entry : request.input().path("Entries")) {
      String body = entry.path("MessageBody").asText();
      String id = entry.path("Id").asText();
      EventKey pointer = WorkMessages.read(body);
      if (pointer != null && refused.contains(Pointer.to(pointer))) {
        failed.add(Map.of("Id", id, "Code", "InternalError", "SenderFault", false));
      } else {
        taken.add(Map.of("Id", id, "MessageId", "m" + id, "MD5OfMessageBody", md5(body)));
      }
    }
    // The last first: SQS promises no order.
    return Answer.ok(Map.of("Successful", taken.reversed(), "Failed", failed.reversed()));
  }

  private static String md5(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
