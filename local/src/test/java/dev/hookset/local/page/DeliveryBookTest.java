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
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
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

final class DeliveryBookTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt#1 \u202e\n");

  private Instant now = NOW;
  private final List<String> troubles = new ArrayList<>();

  @Test
  void book_ofMoreDeliveriesThanItKeeps_forgetsTheOldestAndTheirEvents() {
    DeliveryBook book = new DeliveryBook(this::now);
    EventKey first = new EventKey("lemma", "first");
    book.stepped(new Step.Recorded(first, Status.RECEIVED));
    book.answered(exchange(first, Body.ofUtf8("{}")));
    for (int i = 0; i < DeliveryBook.MOST_DELIVERIES; i++) {
      book.answered(exchange(null, Body.ofUtf8("{}")));
    }

    assertEquals(DeliveryBook.MOST_DELIVERIES, book.count());
    assertNull(book.delivery(1));
    assertNotNull(book.delivery(2));
    assertEquals(List.of(), book.storyOf(first).steps());
    book.stepped(new Step.Settled(first, new Settlement.Done(null)));
    assertEquals(List.of(), book.storyOf(first).steps(), "it is not shown any more");
  }

  @Test
  void book_ofMoreBytesThanItKeeps_forgetsTheOldestBodiesAlone() {
    DeliveryBook book = new DeliveryBook(this::now);
    int size = 4 * 1024 * 1024;
    int most = (int) (DeliveryBook.MOST_BODY_BYTES / size);
    for (int i = 0; i <= most; i++) {
      book.answered(exchange(null, Body.wrap(new byte[size])));
    }

    assertNull(delivery(book, 1).body());
    assertEquals(Map.of("x-lemma-signature", "00"), delivery(book, 1).headers());
    for (int i = 2; i <= most + 1; i++) {
      assertNotNull(delivery(book, i).body(), "delivery " + i);
    }
  }

  @Test
  void feed_openedAtAnyTime_missesAndRepeatsNothing() throws Exception {
    DeliveryBook book = new DeliveryBook(this::now);
    book.answered(exchange(null, null));
    Feed feed = book.feed(snapshot -> new Feed("first " + snapshot.deliveries().size()));
    book.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    book.answered(exchange(KEY, Body.ofUtf8("{}")));
    book.close();
    book.answered(exchange(null, null));

    assertEquals("first 1", feed.next(Duration.ZERO));
    assertTrue(Objects.requireNonNull(feed.next(Duration.ZERO)).startsWith("event: event\n"));
    assertTrue(Objects.requireNonNull(feed.next(Duration.ZERO)).startsWith("event: delivery\n"));
    assertNull(feed.next(Duration.ZERO));
  }

  @Test
  void feed_thatNobodyReads_isCutOffAndNotKept() throws Exception {
    DeliveryBook book = new DeliveryBook(this::now);
    Feed feed = book.feed(_ -> new Feed("first"));

    for (int i = 0; i < 25_000; i++) {
      book.troubled("trouble " + i);
    }

    assertNull(feed.next(Duration.ZERO));
    assertTrue(feed.isEmpty());
  }

  @Test
  void compared_recordThatSomebodyElseHasMoved_isNotedOnce() {
    DeliveryBook book = new DeliveryBook(this::now);
    InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
    Event event = new Event(KEY, "incident.created", NOW, null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, NOW, Status.SKIPPED, Map.of(), null));
    book.stepped(new Step.Recorded(KEY, Status.SKIPPED));
    book.answered(exchange(KEY, event.body()));
    InboxRecord skipped = inbox.find(KEY).orElseThrow();
    assertTrue(inbox.replay(skipped, NOW));

    book.compared(KEY, inbox);
    assertEquals(Status.SKIPPED, book.storyOf(KEY).status(), "its next step may be on its way");
    assertEquals(List.of(KEY), book.differing(Set.of(KEY)));
    now = NOW.plusSeconds(2);
    book.compared(KEY, inbox);
    book.compared(KEY, inbox);

    assertEquals(
        List.of(Note.What.RECORDED, Note.What.FOUND),
        book.storyOf(KEY).steps().stream().map(Note.Moved::what).toList());
    assertEquals(Status.RECEIVED, book.storyOf(KEY).status());
    assertEquals(List.of(KEY), book.differing(Set.of()));
    assertEquals(List.of(), book.differing(Set.of(KEY)));
  }

  @Test
  void journal_readAgain_givesTheSameBook(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("deliveries.jsonl");
    byte[] bytes = {0, 13, 10, (byte) 0xff, '"'};
    Exchange first = exchange(KEY, Body.copyOf(bytes));
    Exchange second = exchange(null, null);
    try (DeliveryBook book = new DeliveryBook(this::now, new Journal(file, troubles::add))) {
      book.stepped(new Step.Recorded(KEY, Status.RECEIVED));
      book.answered(first);
      book.stepped(new Step.Settled(KEY, new Settlement.Retry("boom \n <b>", NOW.plusSeconds(10))));
      book.printed(KEY, "a line \u001b");
      book.answered(second);
    }

    for (int start = 0; start < 2; start++) {
      try (DeliveryBook book = new DeliveryBook(this::now, new Journal(file, troubles::add))) {
        assertEquals(first, delivery(book, 1));
        assertEquals(second, delivery(book, 2));
        assertEquals(
            List.of(
                new Note.Moved(NOW, KEY, Note.What.RECORDED, Status.RECEIVED, 0, null, null),
                new Note.Moved(
                    NOW,
                    KEY,
                    Note.What.RETRY,
                    Status.RECEIVED,
                    0,
                    "boom \n <b>",
                    NOW.plusSeconds(10))),
            book.storyOf(KEY).steps());
        assertEquals(
            List.of(new Note.Printed(NOW, KEY, "a line \u001b")), book.storyOf(KEY).lines());
        assertEquals(List.of(1L), book.storyOf(KEY).deliveries());
      }
    }
    try (DeliveryBook book = new DeliveryBook(this::now, new Journal(file, troubles::add))) {
      book.answered(exchange(null, null));
      assertNotNull(book.delivery(3));
    }
    assertEquals(List.of(), troubles);
  }

  /** The process was killed in the middle of a line. */
  @Test
  void journal_cutOff_losesThatLineAlone(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("deliveries.jsonl");
    try (DeliveryBook book = new DeliveryBook(this::now, new Journal(file, troubles::add))) {
      book.answered(exchange(null, Body.ofUtf8("{}")));
      book.answered(exchange(null, Body.ofUtf8("{}")));
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 20));
    Files.write(
        file,
        "\n{\"note\":\"delivered\"}\n\u00ff{\n[]\n{\"note\":\"moved\",\"key\":\"x\"}\n"
            .getBytes(StandardCharsets.ISO_8859_1),
        StandardOpenOption.APPEND);

    try (DeliveryBook book = new DeliveryBook(this::now, new Journal(file, troubles::add))) {
      assertNotNull(book.delivery(1));
      assertNull(book.delivery(2));
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
  void journal_thatCannotBeWritten_tellsItOnceAndTheBookGoesOn(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("deliveries.jsonl");
    Journal journal = new Journal(file, troubles::add);
    Files.createDirectories(directory.resolve("deliveries.jsonl.new").resolve("in the way"));

    try (DeliveryBook book = new DeliveryBook(this::now, journal)) {
      book.answered(exchange(null, null));
      book.answered(exchange(null, null));

      assertEquals(2, book.count());
    }
    assertEquals(1, troubles.size(), troubles.toString());
    assertTrue(troubles.getFirst().contains(file.toString()), troubles.toString());
  }

  private Instant now() {
    return now;
  }

  private static Exchange delivery(DeliveryBook book, long number) {
    return Objects.requireNonNull(book.delivery(number)).exchange();
  }

  private static Exchange exchange(@Nullable EventKey key, @Nullable Body body) {
    Reply reply =
        new Reply(key == null ? 401 : 200, Map.of("content-type", "x"), "{\"a\":\"\\n\"}");
    return new Exchange(
        "lemma",
        NOW,
        Duration.ofNanos(1_234_567),
        Map.of("x-lemma-signature", "00"),
        body,
        true,
        new Receipt(
            "lemma",
            key == null ? Receipt.Outcome.REFUSED : Receipt.Outcome.ACCEPTED,
            key == null ? "invalid_signature" : null,
            key,
            key == null ? null : "incident.created",
            null,
            Origin.UNKNOWN,
            false,
            false,
            null,
            "sha256:0011",
            Map.of(),
            "Root=1-0-0",
            reply),
        reply);
  }
}
