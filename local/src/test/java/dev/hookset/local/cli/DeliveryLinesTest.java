package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import dev.hookset.work.Report;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DeliveryLinesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:20:30Z");
  private static final String RUN = "99ebc7c6-24f3-4fc2-9d53-2e3f49f3bec1";
  private static final EventKey INCIDENT = new EventKey("lemma", "p/i/incident.created/t");

  private final StringWriter text = new StringWriter();
  private final DeliveryLines lines =
      new DeliveryLines(new PrintWriter(text), InstantSource.fixed(NOW), ZoneOffset.ofHours(1));

  @Test
  void lamina_completed_isAnExecutionAndItsStatus() {
    lines.delivered(
        receipt(
            Receipt.Outcome.ACCEPTED, new EventKey("lamina", RUN + "/completed"), "run.completed"));

    assertLines(
        "Verified webhook 1 for execution 99ebc7c6-24f3-4fc2-9d53-2e3f49f3bec1 (completed)");
  }

  @Test
  void deliveries_areCounted() {
    lines.delivered(
        receipt(Receipt.Outcome.ACCEPTED, new EventKey("lamina", RUN + "/failed"), "run.failed"));
    lines.delivered(receipt(Receipt.Outcome.ACCEPTED, INCIDENT, "incident.created"));

    assertLines(
        "Verified webhook 1 for execution " + RUN + " (failed)",
        "Verified webhook 2 for lemma event p/i/incident.created/t (incident.created)");
  }

  @Test
  void accepted_butNotPushed_saysWhoWill() {
    lines.delivered(
        receipt(
            Receipt.Outcome.ACCEPTED, null, INCIDENT, "incident.created", false, "SQS is down"));

    assertLines(
        "Verified webhook 1 for lemma event p/i/incident.created/t (incident.created),"
            + " not pushed yet: the relay will");
  }

  @Test
  void recordedOtherwise_saysWhy() {
    lines.delivered(receipt(Receipt.Outcome.DUPLICATE, INCIDENT, "incident.created"));
    lines.delivered(receipt(Receipt.Outcome.SKIPPED, INCIDENT, "incident.created"));
    lines.delivered(receipt(Receipt.Outcome.QUARANTINED, INCIDENT, "unknown"));
    lines.delivered(
        receipt(Receipt.Outcome.QUARANTINED, null, INCIDENT, "incident.created", true, null));

    String subject = " for lemma event p/i/incident.created/t (";
    assertLines(
        "Verified webhook 1" + subject + "incident.created), seen before",
        "Verified webhook 2" + subject + "incident.created), skipped: not subscribed",
        "Verified webhook 3" + subject + "unknown), quarantined: the body is not a JSON object",
        "Verified webhook 4"
            + subject
            + "incident.created), quarantined: other bytes came under this ID before");
  }

  @Test
  void refused_saysTheReasonAndTheAnswer() {
    lines.delivered(receipt(Receipt.Outcome.REFUSED, "invalid_signature", null, null, false, null));

    assertLines("Refused webhook 1 for lemma: invalid_signature (200)");
  }

  @Test
  void notJudged_saysWhatIsMissing() {
    lines.delivered(receipt(Receipt.Outcome.NOT_CONFIGURED, "no secret", null, null, false, null));
    lines.delivered(
        receipt(Receipt.Outcome.UNAVAILABLE, "DynamoDB is down", null, null, false, null));

    assertLines(
        "Could not judge webhook 1 for lemma: no secret (200)",
        "Could not judge webhook 2 for lemma: DynamoDB is down (200)");
  }

  @Test
  void delivery_withTerminalSequences_isEscapedOnOneLine() {
    lines.delivered(
        receipt(
            Receipt.Outcome.ACCEPTED, new EventKey("lucid", "a\nb\u001b[2J"), "type\r\u202eepyt"));
    lines.delivered(
        receipt(
            Receipt.Outcome.ACCEPTED,
            new EventKey("lamina", "\u001b[31m/com\npleted"),
            "run.com\npleted"));
    lines.delivered(
        receipt(Receipt.Outcome.UNAVAILABLE, "down\u001b[0m\nreally", null, null, false, null));

    assertLines(
        "Verified webhook 1 for lucid event a\\u{A}b\\u{1B}[2J (type\\u{D}\\u{202E}epyt)",
        "Verified webhook 2 for execution \\u{1B}[31m (com\\u{A}pleted)",
        "Could not judge webhook 3 for lemma: down\\u{1B}[0m\\u{A}really (200)");
  }

  @Test
  void done_namesTheHandlers() {
    lines.worked(report(Report.Outcome.DONE, INCIDENT, List.of("audit", "pager"), null));
    lines.worked(report(Report.Outcome.DONE, INCIDENT, List.of(), null));

    assertLines(
        "  done lemma#p/i/incident.created/t by audit, pager",
        "  done lemma#p/i/incident.created/t");
  }

  @Test
  void superseded_saysByWhatAndWhoHandledItAllTheSame() {
    lines.worked(report(Report.Outcome.SUPERSEDED, INCIDENT, List.of(), null));
    lines.worked(report(Report.Outcome.SUPERSEDED, INCIDENT, List.of("audit"), null));

    assertLines(
        "  superseded lemma#p/i/incident.created/t by a newer event",
        "  superseded lemma#p/i/incident.created/t by a newer event; handled by audit");
  }

  @Test
  void failed_saysWhyAndWhenItIsTriedAgain() {
    lines.worked(report(Report.Outcome.RETRY, INCIDENT, List.of(), "pager: down\u001b[0m\n"));

    assertLines(
        "  failed lemma#p/i/incident.created/t: pager: down\\u{1B}[0m\\u{A}; attempt 3 at 11:20:40");
  }

  @Test
  void gaveUp_saysWhyInNotTooManyWords() {
    lines.worked(
        report(Report.Outcome.FAILED, new EventKey("lucid", "\n"), List.of(), "x".repeat(2000)));

    String line = text.toString().strip();
    assertTrue(line.startsWith("11:20:30    gave up lucid#\\u{A}: xxx"), line);
    assertTrue(line.length() < 260, line);
  }

  @ParameterizedTest
  @EnumSource(
      value = Report.Outcome.class,
      names = {"UNKNOWN", "UNREADABLE", "LEASE_LOST", "NO_TIME", "INBOX_UNAVAILABLE"})
  void leftToTheQueue_saysWhy(Report.Outcome outcome) {
    lines.worked(report(outcome, INCIDENT, List.of(), null));
    lines.worked(report(outcome, null, List.of(), null));

    assertLines(
        "  left lemma#p/i/incident.created/t to the queue: " + outcome.word(),
        "  left a message to the queue: " + outcome.word());
  }

  @ParameterizedTest
  @EnumSource(
      value = Report.Outcome.class,
      names = {"FINISHED", "TOO_EARLY", "HELD", "BUSY"})
  void secondPointer_hasNoLineOfItsOwn(Report.Outcome outcome) {
    lines.worked(report(outcome, INCIDENT, List.of(), null));

    assertLines();
  }

  @Test
  void trouble_isEscaped() {
    lines.troubled("the relay\nfailed");

    assertLines("  trouble: the relay\\u{A}failed");
  }

  private void assertLines(String... expected) {
    assertEquals(
        List.of(expected).stream().map(line -> "11:20:30  " + line).toList(),
        text.toString().lines().toList());
  }

  private static Receipt receipt(Receipt.Outcome outcome, EventKey key, String type) {
    return receipt(outcome, null, key, type, false, null);
  }

  private static Receipt receipt(
      Receipt.Outcome outcome,
      @Nullable String detail,
      @Nullable EventKey key,
      @Nullable String type,
      boolean conflict,
      @Nullable String pushFailure) {
    return new Receipt(
        key == null ? "lemma" : key.provider(),
        outcome,
        detail,
        key,
        type,
        null,
        Origin.UNKNOWN,
        conflict,
        pushFailure == null,
        pushFailure,
        null,
        Map.of(),
        null,
        new Reply(200, Map.of(), null));
  }

  private static Report report(
      Report.Outcome outcome,
      @Nullable EventKey key,
      List<String> handlers,
      @Nullable String error) {
    return new Report(
        "message",
        outcome,
        key,
        null,
        null,
        null,
        Origin.UNKNOWN,
        0,
        2,
        handlers,
        null,
        List.of(),
        error,
        outcome == Report.Outcome.RETRY ? NOW.plusSeconds(10) : null,
        false,
        null,
        null);
  }
}
