package dev.hookset.aws.watch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import dev.hookset.relay.Relay;
import dev.hookset.signing.Reason;
import dev.hookset.work.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt");

  /** What must not reach a terminal or a reader of lines as it is. */
  private static final String STRANGE =
      "a\"b\\c\r\nd\te\u0000f\u001Bg\u0085h\u009Bi\u2028j\u202Ek\u007Fl\u00E9\uD83D\uDE00";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, US_ASCII);
  private final JsonLog log = new JsonLog(out, () -> NOW, "Hookset/test");

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
            new Origin("dlv_1", "wrk_1", "prj_1"),
            true,
            false,
            "SQS SendMessage failed",
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
              "outcome": "accepted", "reason": "a detail", "status": 200, "eventId": "evt",
              "type": "incident.created", "environment": "prod", "deliveryId": "dlv_1",
              "workspace": "wrk_1", "project": "prj_1", "conflict": "true",
              "pushFailure": "SQS SendMessage failed", "key": "0123abcd",
              "headers": {"x-request-id": "r1"}, "traceId": "Root=1-abc",
              "Deliveries": 1, "Verified": 1, "Conflicts": 1, "PushFailures": 1
            }
            """),
        line());
  }

  @Test
  void probed_refusal_isALineWithoutAMetric() throws IOException {
    // The operator's own calls were among the refused deliveries, and could raise their alarm.
    log.probed(refused("missing_signature"));

    assertEquals(
        JSON.readTree(
            """
            {"timestamp":"2026-06-01T12:00:00Z","level":"INFO",
             "message":"probe of lemma refused: missing_signature"}
            """),
        line());
  }

  @Test
  void note_refusedDelivery_leavesOutWhatIsNotKnown() throws IOException {
    log.note(refused("missing_signature"));

    assertEquals(
        JSON.readTree(
            """
            {"timestamp": "2026-06-01T12:00:00Z", "level": "WARN", "message": "delivery refused", "provider": "lemma", "outcome": "refused", "reason": "missing_signature",
             "status": 401, "Deliveries": 1, "Refusals": 1}
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
            "prod",
            new Origin("dlv_1", "wrk_1", "prj_1"),
            2,
            3,
            List.of("first", "second"),
            "third",
            List.of(),
            "third: java.io.IOException: no",
            NOW.plusSeconds(10),
            true,
            "Root=1-abc",
            null));

    assertEquals(
        JSON.readTree(
            """
            {
              "timestamp": "2026-06-01T12:00:00Z", "level": "WARN", "message": "event retry", "provider": "lemma", "outcome": "retry",
              "eventId": "evt", "type": "incident.created", "environment": "prod", "deliveryId": "dlv_1",
              "workspace": "wrk_1", "project": "prj_1", "attempt": 3, "replays": 2, "handler": "third",
              "handlers": "first, second", "error": "third: java.io.IOException: no",
              "notBefore": "2026-06-01T12:00:10Z", "messageId": "m-1", "traceId": "Root=1-abc",
              "Events": 1, "HandlerFailures": 1
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
    log.note(report(outcome, KEY, null, 0, null));

    JsonNode line = line();
    assertEquals(level, line.path("level").asText());
    assertNull(line.get("handlers"));
    assertNull(line.get("error"));
  }

  @Test
  void note_sweep_isOneLine() throws IOException {
    log.note(new Relay.Sweep(120, 7, 3, List.of()));
    assertEquals(
        JSON.readTree(
            """
            {"timestamp": "2026-06-01T12:00:00Z", "level": "INFO", "message": "sweep",
             "RelayRescues": 120, "RelayRetries": 7, "RelayNotPushed": 3}
            """),
        line());

    bytes.reset();
    log.note(new Relay.Sweep(0, 0, 10, List.of("SQS is down", "DynamoDB, too")));
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
            new Origin(STRANGE, STRANGE, STRANGE),
            false,
            false,
            STRANGE,
            null,
            Map.of("x-" + STRANGE, STRANGE),
            STRANGE,
            new Reply(200, Map.of(), null)));
    JsonNode delivery = line();
    for (String member :
        List.of(
            "reason",
            "eventId",
            "type",
            "environment",
            "deliveryId",
            "workspace",
            "project",
            "traceId")) {
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
            STRANGE,
            new Origin(STRANGE, STRANGE, STRANGE),
            0,
            1,
            List.of(STRANGE),
            STRANGE,
            List.of(),
            STRANGE,
            null,
            false,
            STRANGE,
            null));
    JsonNode message = line();
    for (String member : List.of("eventId", "type", "handlers", "error", "messageId", "traceId")) {
      assertEquals(STRANGE, message.path(member).asText(), member);
    }

    bytes.reset();
    log.note("WARN", STRANGE);
    assertEquals(STRANGE, line().path("message").asText());

    bytes.reset();
    log.of(new Event(key, STRANGE, NOW, null, Body.ofUtf8("{}")), 1, STRANGE).warn(STRANGE);
    for (String member : List.of("eventId", "type", "message", "handler")) {
      assertEquals(STRANGE, line().path(member).asText(), member);
    }
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
            Origin.UNKNOWN,
            false,
            false,
            null,
            null,
            Map.of(),
            null,
            new Reply(200, Map.of("x-reply", "never_seen"), "never_seen")));
    log.of(new Event(KEY, "t", NOW, "prod", Body.ofUtf8("{\"a\":\"never_seen\"}")), 1, "pager")
        .info("paged");

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

  // --- Metrics

  @ParameterizedTest
  @EnumSource(Receipt.Outcome.class)
  void metrics_ofADelivery_countItByOutcomeAndProvider(Receipt.Outcome outcome) throws IOException {
    log.note(receipt(outcome, null));

    Map<String, Double> metrics = metrics();
    String word = outcome.word();
    assertEquals(1, metrics.get("Deliveries{outcome=" + word + "}"));
    assertEquals(1, metrics.get("Deliveries{provider=lemma}"));
    assertEquals(1, metrics.get("Deliveries{outcome=" + word + ",provider=lemma}"));
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void metrics_ofARefusal_countItByReason(Reason reason) throws IOException {
    log.note(refused(reason.word()));

    assertEquals(1, metrics().get("Refusals{provider=lemma,reason=" + reason.word() + "}"));
  }

  @Test
  void metrics_ofAConflictThatWasPushedByNobody_sayWhichKeyVerifiedIt() throws IOException {
    log.note(
        new Receipt(
            "lemma",
            Receipt.Outcome.QUARANTINED,
            "conflict",
            KEY,
            "t",
            null,
            Origin.UNKNOWN,
            true,
            false,
            null,
            "0123abcd",
            Map.of(),
            null,
            new Reply(200, Map.of(), null)));

    assertEquals(
        Map.of(
            "Deliveries{outcome=quarantined}", 1.0,
            "Deliveries{provider=lemma}", 1.0,
            "Deliveries{outcome=quarantined,provider=lemma}", 1.0,
            "Verified{provider=lemma}", 1.0,
            "Verified{key=0123abcd,provider=lemma}", 1.0,
            "Conflicts{provider=lemma}", 1.0),
        metrics());
  }

  @Test
  void metrics_ofAPush_countItOrItsFailure() throws IOException {
    log.note(receipt(Receipt.Outcome.ACCEPTED, null));
    assertEquals(1, metrics().get("Pushed{provider=lemma}"));
    assertNull(metrics().get("PushFailures{provider=lemma}"));

    bytes.reset();
    log.note(receipt(Receipt.Outcome.ACCEPTED, "SQS is down"));
    assertNull(metrics().get("Pushed{provider=lemma}"));
    assertEquals(1, metrics().get("PushFailures{provider=lemma}"));
  }

  @ParameterizedTest
  @EnumSource(Report.Outcome.class)
  void metrics_ofAMessage_countWhatWasSettledAndWhatComesBack(Report.Outcome outcome)
      throws IOException {
    log.note(report(outcome, KEY, null, 0, null));

    boolean settled =
        Set.of(
                Report.Outcome.DONE,
                Report.Outcome.SUPERSEDED,
                Report.Outcome.RETRY,
                Report.Outcome.FAILED)
            .contains(outcome);
    String split = "{outcome=" + outcome.word();
    Map<String, Double> expected = new HashMap<>();
    if (settled) {
      expected.put("Events" + split + "}", 1.0);
      expected.put("Events" + split + ",provider=lemma}", 1.0);
    }
    if (outcome.comesBack()) {
      expected.put("Returned" + split + "}", 1.0);
    }
    if (outcome == Report.Outcome.UNREADABLE_RECORD) {
      expected.put("UnreadableRecords{}", 1.0);
    }
    bytesHoldNoOtherMetricsThan(expected);
  }

  @Test
  void metrics_ofAMessageThatIsNoPointer_needNoProvider() throws IOException {
    log.note(report(Report.Outcome.UNREADABLE, null, null, 0, null));

    assertEquals(Map.of("Returned{outcome=unreadable}", 1.0), metrics());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lemma:incident.*", "otherwise", STRANGE, ":", " ", "\u4e2d"})
  void metrics_ofAFailedHandler_nameIt_howeverItIsCalled(String handler) throws IOException {
    log.note(report(Report.Outcome.RETRY, KEY, null, 0, handler.repeat(50)));

    assertEquals(
        1, metrics().keySet().stream().filter(it -> it.startsWith("HandlerFailures{")).count());
  }

  @Test
  void metrics_ofAnEventThatIsDone_measureTheTimeSinceItHappened() throws IOException {
    log.note(report(Report.Outcome.DONE, KEY, NOW.minusMillis(1234), 0, null));
    assertEquals(1234, metrics().get("Lag{provider=lemma}"));

    bytes.reset();
    log.note(report(Report.Outcome.DONE, KEY, NOW.plusSeconds(5), 0, null));
    assertEquals(0, metrics().get("Lag{provider=lemma}"), "its sender's clock is ahead");

    bytes.reset();
    log.note(report(Report.Outcome.DONE, KEY, NOW.minusSeconds(9), 1, null));
    assertNull(metrics().get("Lag{provider=lemma}"), "a replay is no lag");

    bytes.reset();
    log.note(report(Report.Outcome.FAILED, KEY, NOW.minusSeconds(9), 0, null));
    assertNull(metrics().get("Lag{provider=lemma}"));
  }

  @Test
  void metrics_ofASweep_haveNoDimensions_andAreThereWhenThereWasNothingToDo() throws IOException {
    log.note(new Relay.Sweep(0, 0, 0, List.of()));

    assertEquals(
        Map.of("RelayRescues{}", 0.0, "RelayRetries{}", 0.0, "RelayNotPushed{}", 0.0), metrics());
  }

  @Test
  void metrics_areInTheNamespaceOfTheStack_atTheTimeOfTheLine() throws IOException {
    log.note(receipt(Receipt.Outcome.ACCEPTED, null));

    JsonNode metadata = JSON.readTree(bytes.toString(UTF_8)).path("_aws");
    assertEquals(NOW.toEpochMilli(), metadata.path("Timestamp").asLong());
    metadata
        .path("CloudWatchMetrics")
        .forEach(directive -> assertEquals("Hookset/test", directive.path("Namespace").asText()));
  }

  // Weeks after it happened a backfill is handled; as a lag that would wake somebody.
  @Test
  void report_ofABackfill_isMarkedAndCounted_andItsLagIsNot() throws IOException {
    EventKey key = new EventKey("stripe", "evt_1");
    log.note(
        new Report(
            "m",
            Report.Outcome.DONE,
            key,
            "t",
            Instant.EPOCH,
            null,
            Origin.UNKNOWN,
            0,
            1,
            List.of(),
            null,
            List.of(),
            null,
            null,
            false,
            null,
            "backfill"));

    JsonNode line = line();
    assertEquals("backfill", line.path("via").asText());
    assertEquals(1, line.path("Backfilled").asInt());
    assertEquals(1, line.path("Events").asInt());
    assertTrue(line.path("Lag").isMissingNode(), line::toString);
  }

  // A developer sees on the laptop what a handler threw; a log that is kept for weeks need not.
  @Test
  void report_ofAFailedHandler_hasItsErrorAndNoStackTrace() {
    IllegalStateException failure = new IllegalStateException("the message");
    failure.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("app.Bank", "find", "Bank.java", 7)});
    log.note(
        new Report(
            "m",
            Report.Outcome.RETRY,
            new EventKey("lemma", "1"),
            "t",
            null,
            null,
            Origin.UNKNOWN,
            0,
            1,
            List.of(),
            "pay",
            List.of(new Report.Run("pay", NOW, NOW, failure)),
            "pay: the error",
            NOW,
            true,
            null,
            null));

    String line = bytes.toString(UTF_8);
    assertTrue(line.contains("pay: the error"), line);
    assertFalse(line.contains("Bank"), line);
    assertFalse(line.contains("the message"), line);
  }

  @Test
  void metrics_areSplitByNothingThatComesFromOutside() {
    Set<String> bounded = Set.of("provider", "outcome", "reason", "key", "handler");

    for (Metric metric : Metric.values()) {
      metric.dimensions().forEach(set -> assertTrue(bounded.containsAll(set), metric::toString));
    }
  }

  /** Every member as long as it can be, and of characters that take six bytes each. */
  @Test
  void line_ofTheLongestThatCanCome_isShortEnoughForCloudWatch() throws IOException {
    String longest = "\u0001".repeat(256 + 17);
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      headers.put("x-" + i, longest);
    }
    log.note(
        new Receipt(
            "lemma",
            Receipt.Outcome.ACCEPTED,
            null,
            new EventKey("lemma", longest),
            longest,
            longest,
            new Origin(longest, longest, longest),
            false,
            false,
            "\u0001".repeat(1024),
            "0123abcd",
            headers,
            longest,
            new Reply(200, Map.of(), null)));

    assertTrue(bytes.size() < 32 * 1024, bytes::toString);
    metrics();
  }

  private void bytesHoldNoOtherMetricsThan(Map<String, Double> expected) throws IOException {
    JsonNode line = JSON.readTree(bytes.toString(UTF_8));
    assertEquals(expected, line.has("_aws") ? EmbeddedMetrics.read(line) : Map.of());
  }

  private Map<String, Double> metrics() throws IOException {
    return EmbeddedMetrics.read(JSON.readTree(bytes.toString(UTF_8)));
  }

  private static Report report(
      Report.Outcome outcome,
      @Nullable EventKey key,
      @Nullable Instant occurredAt,
      int replays,
      @Nullable String failedHandler) {
    return new Report(
        "m-1",
        outcome,
        key,
        null,
        occurredAt,
        null,
        Origin.UNKNOWN,
        replays,
        1,
        List.of(),
        failedHandler,
        List.of(),
        null,
        null,
        false,
        null,
        null);
  }

  private static Receipt receipt(Receipt.Outcome outcome, @Nullable String pushFailure) {
    return receipt(
        outcome, outcome == Receipt.Outcome.REFUSED ? "invalid_signature" : null, pushFailure);
  }

  private static Receipt refused(String reason) {
    return receipt(Receipt.Outcome.REFUSED, reason, null);
  }

  private static Receipt receipt(
      Receipt.Outcome outcome, @Nullable String detail, @Nullable String pushFailure) {
    return new Receipt(
        "lemma",
        outcome,
        detail,
        null,
        null,
        null,
        Origin.UNKNOWN,
        false,
        outcome == Receipt.Outcome.ACCEPTED && pushFailure == null,
        pushFailure,
        null,
        Map.of(),
        null,
        new Reply(401, Map.of(), null));
  }

  /** Returns what was logged but for {@code _aws}: one line of printable ASCII. */
  private JsonNode line() throws IOException {
    String text = bytes.toString(UTF_8);
    assertTrue(text.endsWith(System.lineSeparator()), text);
    String line = text.substring(0, text.length() - System.lineSeparator().length());
    assertTrue(line.chars().allMatch(c -> c >= 0x20 && c < 0x7F), line);
    ObjectNode read = (ObjectNode) JSON.readTree(line);
    if (read.has("_aws")) {
      EmbeddedMetrics.read(read);
      read.remove("_aws");
    }
    return read;
  }
}
