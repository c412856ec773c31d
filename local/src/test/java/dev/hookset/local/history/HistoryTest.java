package dev.hookset.local.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log's lines, as the functions write them, and what they add up to. */
final class HistoryTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path state;

  @Test
  void log_thatCanNoLongerBeWritten_isToldOnce() throws IOException {
    // A PrintStream keeps it to itself: `stats` counted what had come before the disk was full.
    List<String> told = new ArrayList<>();
    LogFile file = new LogFile(state, 10);
    Path aside = file.path().resolveSibling("hookset.1.jsonl");
    Files.createDirectories(aside.resolve("in the way"));
    try (PrintStream log = file.open(told::add)) {
      for (int i = 0; i < 5; i++) {
        log.println("{\"a line\": 1}");
      }
    }

    assertEquals(
        List.of(
            "the log is not kept any more; cannot write "
                + file.path()
                + ": the folder is not empty ("
                + aside
                + ")"),
        told);
  }

  @Test
  void line_ofADelivery_saysWhatTheFunctionsWrote() throws IOException {
    LogFile file = new LogFile(state);
    try (PrintStream stream = file.open()) {
      new JsonLog(stream, InstantSource.fixed(NOON), "Hookset")
          .note(refused("lemma", "invalid_signature"));
    }

    LogLine line = file.read().getFirst();

    assertEquals(NOON, line.at());
    assertEquals(LogLine.Kind.DELIVERY, line.kind());
    assertEquals("lemma", line.provider());
    assertEquals("refused", line.outcome());
    assertEquals("invalid_signature", line.reason());
    assertNull(line.eventId());
  }

  @Test
  void line_ofAnAttempt_saysWhichAndWhy() {
    LogLine line =
        read(
            "{\"timestamp\":\"2026-06-01T12:00:00Z\",\"message\":\"event"
                + " retry\",\"outcome\":\"retry\","
                + "\"provider\":\"lamba\",\"eventId\":\"e\",\"type\":\"t\",\"attempt\":3,"
                + "\"error\":\"boom\",\"notBefore\":\"2026-06-01T12:05:00Z\"}");

    assertEquals(LogLine.Kind.EVENT, line.kind());
    assertEquals(3, line.attempt());
    assertEquals("boom", line.reason());
    assertEquals(NOON.plusSeconds(300), line.notBefore());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "START RequestId: 1",
        "{}",
        "[]",
        "{\"timestamp\":\"2026-06-01T12:00:00Z\",\"message\":\"sweep\",\"outcome\":\"x\"}",
        "{\"timestamp\":\"noon\",\"message\":\"event done\",\"outcome\":\"done\"}",
        "{\"timestamp\":\"2026-06-01T12:00:00Z\",\"message\":\"event done\"}"
      })
  void line_aboutNeither_isNone(String text) {
    assertNull(LogLine.read(text));
  }

  @Test
  void tally_counts_byProviderOutcomeAndReason() {
    Tally tally = new Tally();
    tally.add(delivery("lemma", "accepted", null, false));
    tally.add(delivery("lemma", "quarantined", null, true));
    tally.add(delivery("lucid", "refused", "invalid_signature", false));
    tally.count(LogLine.Kind.DELIVERY, "lucid", "refused", "missing_signature", false, 5);
    tally.count(LogLine.Kind.EVENT, "lemma", "done", null, false, 7);

    assertEquals(1, tally.deliveries("lemma", "accepted"));
    assertEquals(1, tally.deliveries("lemma", Tally.CONFLICT));
    assertEquals(6, tally.deliveries("lucid", "refused"));
    assertEquals(Map.of("invalid_signature", 1L, "missing_signature", 5L), tally.refusals("lucid"));
    assertEquals(7, tally.events("lemma", "done"));
    assertEquals(0, tally.events("lamba", "done"));
    assertNull(tally.lag("lemma"));
  }

  @Test
  void tally_lag_isOfTheEventsThatTheLogTimes() {
    Tally tally = new Tally();
    for (int millis = 1; millis <= 100; millis++) {
      tally.add(
          read(
              "{\"timestamp\":\"2026-06-01T12:00:00Z\",\"message\":\"event"
                  + " done\",\"outcome\":\"done\",\"provider\":\"lamba\",\"Lag\":"
                  + millis
                  + "}"));
    }

    assertEquals(
        new Tally.Lag(Duration.ofMillis(50), Duration.ofMillis(95), Duration.ofMillis(100)),
        tally.lag("lamba"));
  }

  @Test
  void file_thatHasBecomeLong_isPutAsideOnceBetweenTwoLines() throws IOException {
    LogFile file = new LogFile(state, 1000);
    try (PrintStream stream = file.open()) {
      JsonLog log = new JsonLog(stream, InstantSource.fixed(NOON), "Hookset");
      for (int i = 0; i < 40; i++) {
        log.note(refused("lemma", "reason" + i));
      }
    }

    List<LogLine> lines = file.read();

    assertTrue(lines.size() < 40, () -> lines.size() + " lines");
    assertEquals("reason39", lines.getLast().reason());
    for (int i = 1; i < lines.size(); i++) {
      assertEquals(
          "reason" + (40 - lines.size() + i), lines.get(i).reason(), "none is cut or lost between");
    }
  }

  @Test
  void read_lineWithAByteThatIsNotUtf8_costsThatLineAlone() throws IOException {
    // One byte that a handler had printed ended `tail`, `stats` and `show --log`.
    LogFile file = new LogFile(state);
    try (PrintStream stream = file.open()) {
      JsonLog log = new JsonLog(stream, InstantSource.fixed(NOON), "Hookset");
      LogFile.Tail tail = file.tail();
      log.note(refused("lemma", "before"));
      Files.write(file.path(), new byte[] {'x', (byte) 0xFF, '\n'}, StandardOpenOption.APPEND);
      log.note(refused("lemma", "behind"));

      List<String> expected = List.of("before", "behind");
      assertEquals(expected, file.read().stream().map(LogLine::reason).toList());
      assertEquals(expected, tail.more().stream().map(LogLine::reason).toList());
    }
  }

  @Test
  void tail_givesWholeLinesThatWereAdded() throws IOException {
    LogFile file = new LogFile(state, 1000);
    try (PrintStream stream = file.open()) {
      JsonLog log = new JsonLog(stream, InstantSource.fixed(NOON), "Hookset");
      log.note(refused("lemma", "before"));
      LogFile.Tail tail = file.tail();
      assertEquals(List.of(), tail.more());

      log.note(refused("lemma", "first"));
      Files.writeString(file.path(), "{\"timestamp\":\"2026-", StandardOpenOption.APPEND);
      assertEquals(List.of("first"), tail.more().stream().map(LogLine::reason).toList());
      assertEquals(List.of(), tail.more());
    }
  }

  @Test
  void tail_ofAFileThatWasPutAside_goesOnInTheNext() throws IOException {
    LogFile file = new LogFile(state);
    try (PrintStream stream = file.open()) {
      JsonLog log = new JsonLog(stream, InstantSource.fixed(NOON), "Hookset");
      log.note(refused("lemma", "before"));
      log.note(refused("lemma", "before"));
    }
    LogFile.Tail tail = file.tail();

    Files.delete(file.path());
    try (PrintStream stream = file.open()) {
      new JsonLog(stream, InstantSource.fixed(NOON), "Hookset").note(refused("lemma", "after"));
    }

    assertEquals(List.of("after"), tail.more().stream().map(LogLine::reason).toList());
  }

  @Test
  void read_withoutAFile_isEmpty() throws IOException {
    assertEquals(List.of(), new LogFile(state).read());
    assertEquals(List.of(), new LogFile(state).tail().more());
  }

  private static LogLine read(String text) {
    LogLine line = LogLine.read(text);
    assertNotNull(line, text);
    return line;
  }

  private static LogLine delivery(
      String provider, String outcome, @Nullable String reason, boolean conflict) {
    return new LogLine(
        NOON,
        LogLine.Kind.DELIVERY,
        provider,
        outcome,
        reason,
        null,
        null,
        conflict,
        0,
        null,
        null,
        "{}");
  }

  private static Receipt refused(String provider, String reason) {
    return new Receipt(
        provider,
        Receipt.Outcome.REFUSED,
        reason,
        (EventKey) null,
        null,
        null,
        Origin.UNKNOWN,
        false,
        false,
        null,
        null,
        Map.of(),
        null,
        new Reply(401, Map.of(), null));
  }
}
