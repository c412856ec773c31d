package dev.hookset.aws;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.handlers.LogHandler;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import dev.hookset.relay.Relay;
import dev.hookset.work.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class JsonLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt");

  /** What must not reach a terminal or a reader of lines as it is. */
  private static final String STRANGE =
      "a\"b\\c\r\nd\te\u0000f\u001Bg\u0085h\u009Bi\u2028j\u202Ek\u007Fl\u00E9\uD83D\uDE00";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, US_ASCII);
  private final JsonLog log = new JsonLog(out, () -> NOW);

  @Test
  void note_delivery_isOneLineOfAllThatIsKnown() throws IOException {
    log.note(
        new Receipt(
            "lemma",
            Receipt.Outcome.ACCEPTED,
            "a detail",
            KEY,
            "incident.created",
            "prod",
            true,
            "SQS did not take it",
            "0123abcd",
            Map.of("x-request-id", "r1"),
            "Root=1-abc",
            new Reply(
                200, Map.of("content-type", "application/json"), "{\"status\":\"accepted\"}")));

    assertEquals(
        JSON.readTree(
            """
            {
              "timestamp": "2026-06-01T12:00:00Z", "level": "WARN", "message": "delivery accepted", "provider": "lemma",
              "outcome": "accepted", "detail": "a detail", "status": 200, "eventId": "evt",
              "type": "incident.created", "environment": "prod", "conflict": "true",
              "pushFailure": "SQS did not take it", "key": "0123abcd",
              "headers": {"x-request-id": "r1"}, "traceId": "Root=1-abc"
            }
            """),
        line());
  }

  @Test
  void note_refusedDelivery_leavesOutWhatIsNotKnown() throws IOException {
    log.note(receipt(Receipt.Outcome.REFUSED, null));

    assertEquals(
        JSON.readTree(
            """
            {"timestamp": "2026-06-01T12:00:00Z", "level": "WARN", "message": "delivery refused", "provider": "lemma", "outcome": "refused", "status": 401}
            """),
        line());
  }

  @ParameterizedTest
  @CsvSource({
    "ACCEPTED, INFO",
    "DUPLICATE, INFO",
    "SKIPPED, INFO",
    "QUARANTINED, WARN",
    "REFUSED, WARN",
    "NOT_CONFIGURED, ERROR",
    "UNAVAILABLE, ERROR"
  })
  void note_delivery_isAsLoudAsItMatters(Receipt.Outcome outcome, String level) throws IOException {
    log.note(receipt(outcome, null));

    assertEquals(level, line().path("level").asText());
  }

  @ParameterizedTest
  @EnumSource(
      value = Receipt.Outcome.class,
      names = {"ACCEPTED", "DUPLICATE"})
  void note_deliveryThatCouldNotBePushed_isAWarning(Receipt.Outcome outcome) throws IOException {
    log.note(receipt(outcome, "SQS is down"));

    assertEquals("WARN", line().path("level").asText());
  }

  @Test
  void note_message_isOneLineOfAllThatIsKnown() throws IOException {
    log.note(
        new Report(
            "m-1",
            Report.Outcome.RETRY,
            KEY,
            "incident.created",
            NOW,
            3,
            List.of("first", "second"),
            "third: java.io.IOException: no",
            NOW.plusSeconds(10),
            true,
            "Root=1-abc"));

    assertEquals(
        JSON.readTree(
            """
            {
              "timestamp": "2026-06-01T12:00:00Z", "level": "WARN", "message": "event retry", "provider": "lemma", "outcome": "retry",
              "eventId": "evt", "type": "incident.created", "attempt": 3,
              "handlers": "first, second", "error": "third: java.io.IOException: no",
              "notBefore": "2026-06-01T12:00:10Z", "messageId": "m-1", "traceId": "Root=1-abc"
            }
            """),
        line());
  }

  @ParameterizedTest
  @CsvSource({
    "DONE, INFO",
    "FINISHED, INFO",
    "TOO_EARLY, INFO",
    "HELD, INFO",
    "RETRY, WARN",
    "NO_TIME, WARN",
    "LEASE_LOST, WARN",
    "FAILED, ERROR",
    "UNKNOWN, ERROR",
    "UNREADABLE, ERROR",
    "INBOX_UNAVAILABLE, ERROR"
  })
  void note_message_isAsLoudAsItMatters(Report.Outcome outcome, String level) throws IOException {
    log.note(new Report("m-1", outcome, null, null, null, 0, List.of(), null, null, false, null));

    JsonNode line = line();
    assertEquals(level, line.path("level").asText());
    assertNull(line.get("eventId"));
    assertNull(line.get("handlers"));
    assertNull(line.get("error"));
  }

  @Test
  void note_sweep_isOneLine() throws IOException {
    log.note(new Relay.Sweep(120, 3, List.of()));
    assertEquals(
        JSON.readTree(
            """
            {"timestamp": "2026-06-01T12:00:00Z", "level": "INFO", "message": "sweep", "pushed": 120, "notPushed": 3}
            """),
        line());

    bytes.reset();
    log.note(new Relay.Sweep(0, 10, List.of("SQS is down", "DynamoDB, too")));
    assertEquals("ERROR", line().path("level").asText());
    assertEquals("SQS is down; DynamoDB, too", line().path("outages").asText());
  }

  @Test
  void note_strangeCharactersAnywhere_areEscapedAndNotLost() throws IOException {
    EventKey key = new EventKey("lemma", STRANGE);
    log.note(
        new Receipt(
            "lemma",
            Receipt.Outcome.QUARANTINED,
            STRANGE,
            key,
            STRANGE,
            STRANGE,
            false,
            STRANGE,
            null,
            Map.of("x-" + STRANGE, STRANGE),
            STRANGE,
            new Reply(200, Map.of(), null)));
    JsonNode delivery = line();
    for (String member : List.of("detail", "eventId", "type", "environment", "traceId")) {
      assertEquals(STRANGE, delivery.path(member).asText(), member);
    }
    assertEquals(STRANGE, delivery.path("headers").path("x-" + STRANGE).asText());

    bytes.reset();
    log.note(
        new Report(
            STRANGE,
            Report.Outcome.FAILED,
            key,
            STRANGE,
            null,
            1,
            List.of(STRANGE),
            STRANGE,
            null,
            false,
            STRANGE));
    JsonNode message = line();
    for (String member : List.of("eventId", "type", "handlers", "error", "messageId", "traceId")) {
      assertEquals(STRANGE, message.path(member).asText(), member);
    }

    bytes.reset();
    log.note("WARN", STRANGE);
    assertEquals(STRANGE, line().path("message").asText());

    bytes.reset();
    new LogHandler(out).handle(new Event(key, STRANGE, NOW, null, Body.ofUtf8("{}")));
    assertEquals(STRANGE, line().path("type").asText());
    assertEquals(STRANGE, line().path("eventId").asText());
  }

  @Test
  void note_deliveryAndReply_holdNoBodyOfEither() throws IOException {
    log.note(
        new Receipt(
            "lemma",
            Receipt.Outcome.ACCEPTED,
            null,
            KEY,
            "t",
            null,
            false,
            null,
            null,
            Map.of(),
            null,
            new Reply(200, Map.of("x-reply", "never_seen"), "never_seen")));
    new LogHandler(out)
        .handle(new Event(KEY, "t", NOW, "prod", Body.ofUtf8("{\"a\":\"never_seen\"}")));

    assertTrue(!bytes.toString(UTF_8).contains("never_seen"), bytes.toString(UTF_8));
    assertEquals(2, bytes.toString(UTF_8).lines().count());
  }

  @Test
  void note_fromManyThreads_keepsEveryLineWhole() throws Exception {
    List<Future<?>> notes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        String text = (i + "-").repeat(500);
        notes.add(threads.submit(() -> log.note("INFO", text)));
      }
    }
    for (Future<?> note : notes) {
      note.get();
    }

    List<String> lines = bytes.toString(UTF_8).lines().toList();
    assertEquals(200, lines.size());
    for (String line : lines) {
      assertEquals("INFO", JSON.readTree(line).path("level").asText());
    }
  }

  private static Receipt receipt(Receipt.Outcome outcome, @Nullable String pushFailure) {
    return new Receipt(
        "lemma",
        outcome,
        null,
        null,
        null,
        null,
        false,
        pushFailure,
        null,
        Map.of(),
        null,
        new Reply(401, Map.of(), null));
  }

  /** Returns what was logged, which must be one line of printable ASCII. */
  private JsonNode line() throws IOException {
    String text = bytes.toString(UTF_8);
    assertTrue(text.endsWith(System.lineSeparator()), text);
    String line = text.substring(0, text.length() - System.lineSeparator().length());
    assertTrue(line.chars().allMatch(c -> c >= 0x20 && c < 0x7F), line);
    return JSON.readTree(line);
  }
}
