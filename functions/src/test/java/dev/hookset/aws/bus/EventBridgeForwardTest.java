package dev.hookset.aws.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.AwsStandIn;
import dev.hookset.aws.AwsStandIn.Answer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class EventBridgeForwardTest {
  private static final Instant OCCURRED = Instant.parse("2026-06-01T12:00:00.123Z");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Answer TAKEN =
      Answer.ok(Map.of("FailedEntryCount", 0, "Entries", List.of(Map.of("EventId", "e-1"))));

  /** What PutEvents allows for a request of one entry. */
  private static final int MOST = 256 * 1024;

  private volatile Answer answer = TAKEN;
  private AwsStandIn service;
  private EventBridgeForward forward;

  @BeforeEach
  void start() throws IOException {
    service =
        new AwsStandIn(
            request -> {
              assertEquals("PutEvents", request.operation());
              return answer;
            });
    forward = new EventBridgeForward(service.clients().eventBridge(), "the-bus");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void handle_event_goesInFull() throws Exception {
    forward.handle(
        event(
            "incident.created",
            OCCURRED,
            "prod",
            Body.ofUtf8("{\"a\": [1, \"\u00E9\uD83D\uDE00\"]}")));

    JsonNode entry = entry();
    assertEquals("the-bus", entry.path("EventBusName").asText());
    assertEquals("hookset.lemma", entry.path("Source").asText());
    assertEquals("incident.created", entry.path("DetailType").asText());
    assertEquals(OCCURRED.toEpochMilli() / 1000.0, entry.path("Time").asDouble(), 0.0005);
    assertEquals(
        JSON.readTree(
            """
            {
              "provider": "lemma",
              "id": "evt \\"1\\"",
              "type": "incident.created",
              "occurredAt": "2026-06-01T12:00:00.123Z",
              "environment": "prod",
              "key": "lemma#evt \\"1\\"",
              "payload": {"a": [1, "\u00E9\uD83D\uDE00"]}
            }
            """),
        detail());
  }

  @Test
  void handle_nothingOptional_isLeftOut() throws Exception {
    forward.handle(event("x", null, null, Body.ofUtf8("{}")));

    assertNull(entry().get("Time"));
    assertEquals(
        JSON.readTree(
            "{\"provider\":\"lemma\",\"id\":\"evt \\\"1\\\"\",\"type\":\"x\","
                + "\"key\":\"lemma#evt \\\"1\\\"\",\"payload\":{}}"),
        detail());
  }

  @Test
  void handle_failedEntryInA200_throws() {
    answer =
        Answer.ok(
            Map.of(
                "FailedEntryCount",
                1,
                "Entries",
                List.of(Map.of("ErrorCode", "ThrottlingException", "ErrorMessage", "slow down"))));

    EventBridgeForward.EntryRefused refused =
        assertThrows(
            EventBridgeForward.EntryRefused.class,
            () -> forward.handle(event("x", null, null, Body.ofUtf8("{\"secret\":1}"))));

    assertEquals(
        "EventBridge PutEvents failed: ThrottlingException: slow down", refused.getMessage());
  }

  @Test
  void handle_noSuchBus_throws() {
    answer = Answer.error(400, "ResourceNotFoundException", "Event bus the-bus does not exist.");

    assertThrows(
        EventBridgeException.class,
        () -> forward.handle(event("x", null, null, Body.ofUtf8("{}"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "[1]",
        "7",
        "\"text\"",
        "null",
        "{",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{\"a\":1},\"key\":\"forged\",\"b\":{}",
        "{\"a\":NaN}",
        "/*c*/{}",
        "\uFEFF{}"
      })
  void handle_bodyThatIsNoJsonObject_goesAsAReference(String body) throws Exception {
    forward.handle(event("unknown", null, null, Body.ofUtf8(body)));

    assertReference();
  }

  @Test
  void handle_bodyThatIsNotUtf8_breaksNothing() throws Exception {
    byte[] latin1 = {'{', '"', 'a', '"', ':', '"', (byte) 0xE9, '"', '}'};
    forward.handle(event("unknown", null, null, Body.copyOf(latin1)));

    assertEquals("lemma#evt \"1\"", detail().path("key").asText());
  }

  @Test
  void handle_nestedBeyondTheParsersLimit_goesAsAReference() throws Exception {
    String nested = "{\"a\":" + "[".repeat(2000) + "]".repeat(2000) + "}";
    forward.handle(event("unknown", null, null, Body.ofUtf8(nested)));

    assertReference();
  }

  @Test
  void handle_justWithinTheBussLimit_goesInFullAndOneByteMoreAsAReference() throws Exception {
    forward.handle(event("x", OCCURRED, null, body(0)));
    int empty = size(service.requests().getFirst().input().path("Entries").path(0));

    forward.handle(event("x", OCCURRED, null, body(MOST - empty)));
    forward.handle(event("x", OCCURRED, null, body(MOST - empty + 1)));

    JsonNode full = service.requests().get(1).input().path("Entries").path(0);
    assertEquals(MOST, size(full));
    assertTrue(JSON.readTree(full.path("Detail").asText()).has("payload"));
    JsonNode reference = service.requests().get(2).input().path("Entries").path(0);
    assertFalse(JSON.readTree(reference.path("Detail").asText()).has("payload"));
  }

  @Test
  void handle_severalBytesACharacter_areCountedAsBytes() throws Exception {
    forward.handle(
        event("x", OCCURRED, null, Body.ofUtf8("{\"a\":\"" + "\u20AC".repeat(100_000) + "\"}")));

    assertReference();
  }

  @Test
  void handle_megabytes_goesAsAReference() throws Exception {
    forward.handle(event("x", OCCURRED, null, body(4 * 1024 * 1024)));

    assertReference();
  }

  @Test
  void handle_longType_isCutInTheDetailTypeAlone() throws Exception {
    String type = "t".repeat(256);
    forward.handle(event(type, null, null, Body.ofUtf8("{}")));

    assertEquals("t".repeat(128), entry().path("DetailType").asText());
    assertEquals(type, detail().path("type").asText());
  }

  @Test
  void handle_typeThatEndsAtTheLimit_isNotCut() throws Exception {
    forward.handle(event("t".repeat(128), null, null, Body.ofUtf8("{}")));

    assertEquals("t".repeat(128), entry().path("DetailType").asText());
  }

  @Test
  void handle_longTypeOfWidePairs_cutsNoneInTwo() throws Exception {
    forward.handle(
        event("t".repeat(127) + "\uD83D\uDE00".repeat(10), null, null, Body.ofUtf8("{}")));

    assertEquals("t".repeat(127), entry().path("DetailType").asText());
  }

  private void assertReference() throws IOException {
    JsonNode detail = detail();
    assertEquals("true", detail.path("payloadOmitted").toString());
    assertFalse(detail.has("payload"));
    assertEquals("lemma#evt \"1\"", detail.path("key").asText());
  }

  private JsonNode entry() {
    assertEquals(1, service.requests().size());
    JsonNode entries = service.requests().getFirst().input().path("Entries");
    assertEquals(1, entries.size());
    return entries.path(0);
  }

  private JsonNode detail() throws IOException {
    return JSON.readTree(entry().path("Detail").asText());
  }

  /** The size of an entry as PutEvents counts it. */
  private static int size(JsonNode entry) {
    int time = entry.has("Time") ? 14 : 0;
    return time
        + entry.path("Source").asText().getBytes(UTF_8).length
        + entry.path("DetailType").asText().getBytes(UTF_8).length
        + entry.path("Detail").asText().getBytes(UTF_8).length;
  }

  private static Body body(int length) {
    return Body.ofUtf8("{\"a\":\"" + "x".repeat(length) + "\"}");
  }

  private static Event event(
      String type, @Nullable Instant occurredAt, @Nullable String environment, Body body) {
    return new Event(new EventKey("lemma", "evt \"1\""), type, occurredAt, environment, body);
  }
}
