package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeliveryLogTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt#1 \u202e\n");

  private Instant now = NOW;
  private final List<String> troubles = new ArrayList<>();

  @Test
  void log_ofMoreDeliveriesThanItKeeps_forgetsTheOldestAndTheirEvents() {
    DeliveryLog log = new DeliveryLog(this::now);
    EventKey first = new EventKey("lemma", "first");
    log.stepped(new Step.Recorded(first, Status.RECEIVED));
    log.answered(accepted(first, Body.ofUtf8("{}")));
    for (int i = 0; i < RecentDeliveries.MOST_DELIVERIES; i++) {
      log.answered(refused(Body.ofUtf8("{}")));
    }

    assertEquals(RecentDeliveries.MOST_DELIVERIES, log.count());
    assertNull(log.delivery(1));
    assertNotNull(log.delivery(2));
    assertEquals(List.of(), log.activityOf(first).transitions());
    log.stepped(new Step.Settled(first, new Settlement.Done(null)));
    assertEquals(List.of(), log.activityOf(first).transitions(), "it is not shown any more");
  }

  @Test
  void log_ofMoreBytesThanItKeeps_forgetsTheOldestBodiesAlone() {
    DeliveryLog log = new DeliveryLog(this::now);
    int size = 4 * 1024 * 1024;
    int most = (int) (RecentDeliveries.MOST_BODY_BYTES / size);
    for (int i = 0; i <= most; i++) {
      log.answered(refused(Body.wrap(new byte[size])));
    }

    assertNull(delivery(log, 1).body());
    assertEquals(Map.of("x-lemma-signature", "00"), delivery(log, 1).headers());
    for (int i = 2; i <= most + 1; i++) {
      assertNotNull(delivery(log, i).body(), "delivery " + i);
    }
  }

  /** Cleared and started again, it counted from 1: a link to what was gone led to another one. */
  @Test
  void log_cleared_forgetsAllAndCountsOn(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("deliveries.jsonl");
    try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
      log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
      log.answered(accepted(KEY, Body.ofUtf8("{}")));
      log.answered(refused(null));
      Feed feed = log.feed(_ -> new Feed("first"));

      assertEquals(2, log.clear());

      assertEquals("first", feed.next(Duration.ZERO));
      assertEquals("event: cleared\ndata: {\"upTo\":2}\n\n", feed.next(Duration.ZERO));
      assertEquals(0, log.count());
      assertEquals(List.of(), log.activityOf(KEY).transitions());
      log.answered(refused(null));
      assertNotNull(log.delivery(3));
    }
    try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
      assertEquals(1, log.count());
      assertNotNull(log.delivery(3));
      assertEquals(1, log.clear());
    }
    try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
      log.answered(refused(null));
      assertNotNull(log.delivery(4));
    }
  }

  @Test
  void feed_openedAtAnyTime_missesAndRepeatsNothing() throws Exception {
    DeliveryLog log = new DeliveryLog(this::now);
    log.answered(refused(null));
    Feed feed = log.feed(snapshot -> new Feed("first " + snapshot.deliveries().size()));
    log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    log.answered(accepted(KEY, Body.ofUtf8("{}")));
    log.close();
    log.answered(refused(null));

    assertEquals("first 1", feed.next(Duration.ZERO));
    assertTrue(Objects.requireNonNull(feed.next(Duration.ZERO)).startsWith("event: event\n"));
    assertTrue(Objects.requireNonNull(feed.next(Duration.ZERO)).startsWith("event: delivery\n"));
    assertNull(feed.next(Duration.ZERO));
  }

  @Test
  void feed_thatNobodyReads_isCutOffAndNotKept() throws Exception {
    DeliveryLog log = new DeliveryLog(this::now);
    Feed feed = log.feed(_ -> new Feed("first"));

    for (int i = 0; i < 25_000; i++) {
      log.troubled("trouble " + i);
    }

    assertNull(feed.next(Duration.ZERO));
    assertTrue(feed.isEmpty());
  }

  @Test
  void find_recordThatSomebodyElseHasMoved_isLoggedOnce() {
    DeliveryLog log = new DeliveryLog(this::now);
    InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
    Event event = new Event(KEY, "incident.created", NOW, null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, NOW, Status.SKIPPED, Map.of(), null));
    log.stepped(new Step.Recorded(KEY, Status.SKIPPED));
    log.answered(accepted(KEY, event.body()));
    InboxRecord skipped = inbox.find(KEY).orElseThrow();
    assertTrue(inbox.replay(skipped, NOW));

    log.find(KEY, inbox);
    assertEquals(Status.SKIPPED, log.activityOf(KEY).status(), "its next step may be on its way");
    assertEquals(List.of(KEY), log.differing(Set.of(KEY)));
    now = NOW.plusSeconds(2);
    log.find(KEY, inbox);
    log.find(KEY, inbox);

    assertEquals(
        List.of(LogEntry.Kind.RECORDED, LogEntry.Kind.FOUND),
        log.activityOf(KEY).transitions().stream().map(LogEntry.Transition::kind).toList());
    assertEquals(Status.RECEIVED, log.activityOf(KEY).status());
    assertEquals(List.of(KEY), log.differing(Set.of()));
    assertEquals(List.of(), log.differing(Set.of(KEY)));
  }

  @Test
  void journal_readAgain_givesTheSameLog(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("deliveries.jsonl");
    byte[] bytes = {0, 13, 10, (byte) 0xff, '"'};
    Exchange first = accepted(KEY, Body.copyOf(bytes));
    Exchange second = refused(null);
    try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
      log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
      log.answered(first);
      log.stepped(new Step.Settled(KEY, new Settlement.Retry("boom \n <b>", NOW.plusSeconds(10))));
      log.printed(KEY, "a line \u001b");
      log.stepped(new Step.Pushed(KEY, NOW, NOW.plusMillis(3), Duration.ofSeconds(10)));
      log.worked(report(new IllegalStateException("boom \n <b>")));
      log.expect(request(second), 1);
      log.answered(second);
    }

    for (int start = 0; start < 2; start++) {
      try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
        assertEquals(first, delivery(log, 1));
        assertEquals(second, delivery(log, 2));
        assertNull(Objects.requireNonNull(log.delivery(1)).editedFrom());
        assertEquals(1, Objects.requireNonNull(log.delivery(2)).editedFrom());
        assertEquals(
            List.of(new LogEntry.Pushed(KEY, NOW, NOW.plusMillis(3), NOW.plusMillis(10_003))),
            log.activityOf(KEY).pushes());
        LogEntry.Worked worked = log.activityOf(KEY).attempts().getFirst();
        assertEquals(1, worked.attempt());
        assertEquals(
            new LogEntry.Run("first", NOW, NOW.plusMillis(2), null), worked.runs().getFirst());
        assertTrue(
            Objects.requireNonNull(worked.runs().getLast().trace())
                .startsWith("java.lang.IllegalStateException: boom \n <b>\n\tat "),
            worked.toString());
        assertEquals(
            List.of(
                new LogEntry.Transition(
                    NOW, KEY, LogEntry.Kind.RECORDED, Status.RECEIVED, 0, null, null),
                new LogEntry.Transition(
                    NOW,
                    KEY,
                    LogEntry.Kind.RETRY,
                    Status.RECEIVED,
                    0,
                    "boom \n <b>",
                    NOW.plusSeconds(10))),
            log.activityOf(KEY).transitions());
        assertEquals(
            List.of(new LogEntry.Output(NOW, KEY, "a line \u001b")), log.activityOf(KEY).output());
        assertEquals(List.of(1L), log.activityOf(KEY).deliveries());
        assertEquals(Set.of("first", "second"), log.activityOf(KEY).handlers());
      }
    }
    try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
      log.answered(refused(null));
      assertNotNull(log.delivery(3));
    }
    assertEquals(List.of(), troubles);
  }

  /** The process was killed in the middle of a line. */
  @Test
  void journal_cutOff_losesThatLineAlone(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("deliveries.jsonl");
    try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
      log.answered(refused(Body.ofUtf8("{}")));
      log.answered(refused(Body.ofUtf8("{}")));
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 20));
    Files.write(
        file,
        "\n{\"note\":\"delivered\"}\n\u00ff{\n[]\n{\"note\":\"moved\",\"key\":\"x\"}\n"
            .getBytes(StandardCharsets.ISO_8859_1),
        StandardOpenOption.APPEND);

    try (DeliveryLog log = new DeliveryLog(this::now, new Journal(file, troubles::add))) {
      assertNotNull(log.delivery(1));
      assertNull(log.delivery(2));
    }
    assertEquals(List.of(), troubles);
  }

  @Test
  void journal_openedTwice_isRefused(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("deliveries.jsonl");
    try (Journal _ = new Journal(file, troubles::add)) {
      IOException e =
          assertThrows(IOException.class, () -> new Journal(file, troubles::add).close());
      assertEquals(file + " is in use", e.getMessage());
    }
    new Journal(file, troubles::add).close();
  }

  @Test
  void journal_thatCannotBeWritten_tellsItOnceAndTheLogGoesOn(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("deliveries.jsonl");
    Journal journal = new Journal(file, troubles::add);
    Files.createDirectories(directory.resolve("deliveries.jsonl.new").resolve("in the way"));

    try (DeliveryLog log = new DeliveryLog(this::now, journal)) {
      log.answered(refused(null));
      log.answered(refused(null));

      assertEquals(2, log.count());
    }
    assertEquals(1, troubles.size(), troubles.toString());
    assertTrue(troubles.getFirst().contains(file.toString()), troubles.toString());
  }

  /** Another delivery that came at the same time was taken for the one that was edited. */
  @Test
  void answered_deliveryOtherThanTheExpected_isNotTakenForIt() {
    DeliveryLog log = new DeliveryLog(this::now);
    Exchange edited = refused(Body.ofUtf8("{\"edited\":true}"));
    Edits.Edit edit = log.expect(request(edited), 7);
    Edits.Edit unsent = log.expect(request(refused(Body.ofUtf8("unsent"))), 7);
    log.forget(unsent);

    log.answered(refused(Body.ofUtf8("{}")));
    log.answered(refused(Body.ofUtf8("unsent")));
    assertNull(edit.number().getNow(null));
    log.answered(edited);
    log.answered(edited);

    assertEquals(3L, edit.number().getNow(null));
    assertNull(Objects.requireNonNull(log.delivery(2)).editedFrom());
    assertEquals(7L, Objects.requireNonNull(log.delivery(3)).editedFrom());
    assertNull(Objects.requireNonNull(log.delivery(4)).editedFrom());
  }

  private static DeliveryRequest request(Exchange exchange) {
    return new DeliveryRequest(
        PageStack.provider(exchange.provider()),
        Map.of("X-Lemma-Signature", "00"),
        Objects.requireNonNullElse(exchange.body(), Body.ofUtf8("")));
  }

  private static Report report(Throwable failure) {
    return new Report(
        "message",
        Report.Outcome.RETRY,
        KEY,
        null,
        null,
        null,
        Origin.UNKNOWN,
        0,
        1,
        List.of("first"),
        "second",
        List.of(
            new Report.Run("first", NOW, NOW.plusMillis(2), null),
            new Report.Run("second", NOW, NOW.plusMillis(2), failure)),
        "boom",
        null,
        false,
        null,
        null);
  }

  private Instant now() {
    return now;
  }

  private static Exchange delivery(DeliveryLog log, long number) {
    return Objects.requireNonNull(log.delivery(number)).exchange();
  }

  private static Exchange refused(@Nullable Body body) {
    return Exchanges.refused(NOW, body);
  }

  private static Exchange accepted(EventKey key, Body body) {
    return Exchanges.recorded(key, NOW, Receipt.Outcome.ACCEPTED, body);
  }
}
