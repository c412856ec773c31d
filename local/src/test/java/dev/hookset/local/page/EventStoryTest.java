package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.operator.Conflict;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EventStoryTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt-1");
  private static final EventKey OTHER = new EventKey("lemma", "evt-1~0123456789abcdef");
  private static final EventKey FORGOTTEN = new EventKey("lemma", "evt-1~fedcba9876543210");

  private final InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
  private Instant now = NOW;
  private final DeliveryBook book = new DeliveryBook(() -> now);

  /** It was handled and replayed by other processes, of which this one was told nothing. */
  @Test
  void told_eventThatOthersHaveHandled_isWhole() {
    record();
    book.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    book.answered(exchange(KEY, Receipt.Outcome.ACCEPTED, false));
    attempt(1, new Settlement.Retry("boom", NOW.plusSeconds(11)));
    attempt(11, new Settlement.Done("log"));
    now = NOW.plusSeconds(20);
    inbox.replay(inbox.find(KEY).orElseThrow(), now);
    now = NOW.plusSeconds(21);
    book.answered(exchange(KEY, Receipt.Outcome.DUPLICATE, false));

    assertEquals(
        List.of(
            "occurred: by the provider's clock",
            "received: 0 ms later",
            "delivery 1: accepted (1)",
            "attempt 1 failed: after 1.0 s: boom",
            "attempt 2 done: after 1.0 s",
            "replayed: by an operator",
            "delivery 2: duplicate (2)",
            "waiting: for a worker; if none comes, the relay pushes it then"),
        told(KEY, List.of()));
  }

  @Test
  void told_stepsThatTheRecordTells_areNotToldTwice() {
    record();
    book.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    book.answered(exchange(KEY, Receipt.Outcome.ACCEPTED, false));
    now = NOW.plusSeconds(1);
    InboxRecord claimed = claim();
    book.stepped(new Step.Claimed(claimed));
    book.stepped(new Step.Handled(KEY, "first"));
    inbox.settle(claimed, new Settlement.Done("second"), now);
    book.stepped(new Step.Settled(KEY, new Settlement.Done("second")));

    assertEquals(
        List.of(
            "occurred: by the provider's clock",
            "received: 0 ms later",
            "delivery 1: accepted (1)",
            "handled: by first",
            "attempt 1 done: after 0 ms",
            "done: ",
            "handlers: done: second"),
        told(KEY, List.of()));
  }

  @Test
  void told_conflicts_areTheirDeliveriesOrWhatIsRecordedOfThem() {
    record();
    book.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    book.answered(exchange(KEY, Receipt.Outcome.ACCEPTED, false));
    now = NOW.plusSeconds(5);
    book.answered(exchange(OTHER, Receipt.Outcome.QUARANTINED, true));

    List<String> told =
        told(KEY, List.of(new Conflict(FORGOTTEN, NOW.plusSeconds(3)), new Conflict(OTHER, now)));

    assertEquals(
        List.of(
            "delivery 1: accepted (1)",
            "conflict: other bytes came under this ID: " + FORGOTTEN,
            "delivery 2: other bytes under this ID (2)"),
        told.subList(2, 5));
  }

  @Test
  void told_recordThatIsGone_isWhatTheBookKnows() {
    book.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    book.answered(exchange(KEY, Receipt.Outcome.ACCEPTED, false));
    record();
    now = NOW.plusSeconds(1);
    book.stepped(new Step.Claimed(claim()));
    now = NOW.plusSeconds(2);
    book.stepped(new Step.Settled(KEY, new Settlement.Failed("gone wrong")));

    assertEquals(
        List.of(
            "delivery 1: accepted (1)",
            "recorded: as RECEIVED",
            "attempt 1 begun: ",
            "attempt 1 failed for good: gone wrong"),
        new EventStory(book, KEY, KEY)
            .told(null, List.of(), now).stream().map(EventStoryTest::words).toList());
  }

  private List<String> told(EventKey key, List<Conflict> conflicts) {
    return new EventStory(book, key, key)
        .told(inbox.find(key).orElseThrow(), conflicts, now).stream()
            .map(EventStoryTest::words)
            .toList();
  }

  private static String words(EventStory.Chapter chapter) {
    return chapter.moment().what()
        + ": "
        + chapter.moment().details()
        + (chapter.delivery() == null ? "" : " (" + chapter.delivery() + ")");
  }

  private void record() {
    Event event = new Event(KEY, "incident.created", NOW, null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null));
  }

  private InboxRecord claim() {
    Claim claim =
        inbox.claim(KEY, new ClaimTerms("request/" + now, now, now.plusSeconds(60), 8, false));
    return ((Claim.Granted) claim).claimed();
  }

  private void attempt(int afterSeconds, Settlement settlement) {
    now = NOW.plusSeconds(afterSeconds);
    InboxRecord claimed = claim();
    now = now.plusSeconds(1);
    inbox.settle(claimed, settlement, now);
  }

  private Exchange exchange(EventKey key, Receipt.Outcome outcome, boolean conflict) {
    Reply reply = new Reply(200, Map.of(), null);
    return new Exchange(
        key.provider(),
        now,
        Duration.ZERO,
        Map.of(),
        Body.ofUtf8("{}"),
        false,
        new Receipt(
            key.provider(),
            outcome,
            null,
            key,
            "incident.created",
            null,
            Origin.UNKNOWN,
            conflict,
            true,
            null,
            null,
            Map.of(),
            null,
            reply),
        reply);
  }
}
