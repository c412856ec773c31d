package dev.hookset.aws.watch;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.work.Report;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What X-Ray's daemon is sent; the test is the daemon. */
final class HandlerTracesTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00.007Z");
  private static final EventKey KEY = new EventKey("lemma", "evt \"1\"");
  private static final String TRACE =
      "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a:0";

  private final List<Report> passedOn = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls listen() first.
  private DatagramSocket daemon;

  @SuppressWarnings("NullAway.Init") // JUnit calls listen() first.
  private HandlerTraces traces;

  @BeforeEach
  void listen() throws IOException {
    daemon = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    daemon.setSoTimeout(10_000);
    traces =
        new HandlerTraces(
            passedOn::add, InetSocketAddress.createUnresolved("127.0.0.1", daemon.getLocalPort()));
  }

  @AfterEach
  void close() {
    daemon.close();
  }

  @Test
  void note_attemptOfTwoHandlers_sendsASubsegmentOfTheDeliveryForEach() throws IOException {
    Report report =
        report(
            TRACE,
            new Report.Run("lemma incident.*", NOON, NOON.plusMillis(1250), null),
            new Report.Run(
                "second",
                NOON.plusMillis(1250),
                NOON.plusMillis(1300),
                new IllegalStateException()));

    traces.note(report);

    JsonNode first = received();
    JsonNode second = received();
    assertAll(
        () -> assertEquals("lemma incident._", first.path("name").asText()),
        () -> assertEquals("1-5759e988-bd862e3fe1be46a994272793", first.path("trace_id").asText()),
        () -> assertEquals("53995c3f42cd8ad8", first.path("parent_id").asText()),
        () -> assertEquals("subsegment", first.path("type").asText()),
        () -> assertTrue(first.path("id").asText().matches("[0-9a-f]{16}"), first::toString),
        () -> assertEquals(1780315200.007, first.path("start_time").asDouble()),
        () -> assertEquals(1780315201.257, first.path("end_time").asDouble()),
        () -> assertTrue(first.path("start_time").isNumber(), "a number"),
        () -> assertFalse(first.has("fault"), "it did its work"),
        () -> assertEquals("lemma", first.path("annotations").path("provider").asText()),
        () -> assertEquals(KEY.eventId(), first.path("annotations").path("eventId").asText()),
        () -> assertEquals(3, first.path("annotations").path("attempt").asInt()),
        () -> assertEquals("second", second.path("name").asText()),
        () -> assertTrue(second.path("fault").asBoolean(), "it failed"),
        () -> assertNotEquals(first.path("id"), second.path("id")));
    assertEquals(List.of(report), passedOn);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "junk",
        "Root=1-5759e988-bd862e3fe1be46a994272793",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
      })
  void note_deliveryThatIsNotTraced_sendsNothing(@Nullable String trace) throws IOException {
    Report.Run run = new Report.Run("not this", NOON, NOON, null);

    traces.note(report(trace, run));
    traces.note(report(TRACE));
    traces.note(report(TRACE, new Report.Run("this", NOON, NOON, null)));

    assertEquals("this", received().path("name").asText(), "the first that comes");
    assertEquals(3, passedOn.size());
  }

  @Test
  void note_withoutADaemon_passesTheReportOn() {
    HandlerTraces blind =
        new HandlerTraces(
            passedOn::add, InetSocketAddress.createUnresolved("no-such-host.invalid", 2000));
    Report report = report(TRACE, new Report.Run("h", NOON, NOON, null));

    blind.note(report);
    daemon.close();
    traces.note(report);

    assertEquals(List.of(report, report), passedOn);
  }

  @ParameterizedTest
  @CsvSource({
    "169.254.79.129:2000, 169.254.79.129, 2000",
    "tcp:127.0.0.1:2000 udp:127.0.0.2:2001, 127.0.0.2, 2001",
    "udp:127.0.0.2:2001 tcp:127.0.0.1:2000, 127.0.0.2, 2001",
    "xray.local:65535, xray.local, 65535"
  })
  void address_anyForm_isTheDaemonsUdp(String text, String host, int port) {
    assertEquals(InetSocketAddress.createUnresolved(host, port), HandlerTraces.address(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", ":2000", "127.0.0.1:65536", "a b", "http://127.0.0.1:2000/"})
  void address_thatIsNone_isQuoted(String text) {
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> HandlerTraces.address(text));

    assertTrue(
        String.valueOf(failure.getMessage()).startsWith("is '" + text), failure.getMessage());
  }

  private static Report report(@Nullable String trace, Report.Run... runs) {
    return new Report(
        "m-1",
        Report.Outcome.RETRY,
        KEY,
        "incident.created",
        NOON,
        null,
        Origin.UNKNOWN,
        0,
        3,
        List.of(),
        "second",
        List.of(runs),
        "second: no",
        NOON.plusSeconds(10),
        true,
        trace,
        null);
  }

  private JsonNode received() throws IOException {
    byte[] buffer = new byte[65_536];
    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
    daemon.receive(packet);
    String text = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
    assertTrue(text.startsWith("{\"format\":\"json\",\"version\":1}\n"), text);
    return new ObjectMapper().readTree(text.substring(text.indexOf('\n') + 1));
  }
}
