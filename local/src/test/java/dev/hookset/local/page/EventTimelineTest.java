package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.operator.Conflict;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EventTimelineTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt-1");
  private static final EventKey OTHER = new EventKey("lemma", "evt-1~0123456789abcdef");
  private static final EventKey FORGOTTEN = new EventKey("lemma", "evt-1~fedcba9876543210");

  private final InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
  private Instant now = NOW;
  private final DeliveryLog log = new DeliveryLog(() -> now);

  /** It was handled and replayed by other processes, of which this one was told nothing. */
  @Test
  void items_eventThatOthersHaveHandled_isWhole() {
    record();
    log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    deliver(KEY, Receipt.Outcome.ACCEPTED);
    attempt(1, new Settlement.Retry("boom", NOW.plusSeconds(11)));
    attempt(11, new Settlement.Done("log"));
    now = NOW.plusSeconds(20);
    inbox.replay(inbox.find(KEY).orElseThrow(), now);
    now = NOW.plusSeconds(21);
    deliver(KEY, Receipt.Outcome.DUPLICATE);

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
        items(KEY, List.of()));
  }

  @Test
  void items_stepsThatTheRecordTells_areNotToldTwice() {
    record();
    log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    deliver(KEY, Receipt.Outcome.ACCEPTED);
    now = NOW.plusSeconds(1);
    InboxRecord claimed = claim();
    log.stepped(new Step.Claimed(claimed));
    log.stepped(new Step.Handled(KEY, "first"));
    inbox.settle(claimed, new Settlement.Done("second"), now);
    log.stepped(new Step.Settled(KEY, new Settlement.Done("second")));

    assertEquals(
        List.of(
            "occurred: by the provider's clock",
            "received: 0 ms later",
            "delivery 1: accepted (1)",
            "handled: by first",
            "attempt 1 done: after 0 ms",
            "done: ",
            "handlers: done: second"),
        items(KEY, List.of()));
  }

  @Test
  void items_conflicts_areTheirDeliveriesOrWhatIsRecordedOfThem() {
    record();
    log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    deliver(KEY, Receipt.Outcome.ACCEPTED);
    now = NOW.plusSeconds(5);
    deliver(OTHER, Receipt.Outcome.QUARANTINED);

    List<String> items =
        items(KEY, List.of(new Conflict(FORGOTTEN, NOW.plusSeconds(3)), new Conflict(OTHER, now)));

    assertEquals(
        List.of(
            "delivery 1: accepted (1)",
            "conflict: other bytes came under this ID: " + FORGOTTEN,
            "delivery 2: other bytes under this ID (2)"),
        items.subList(2, 5));
  }

  @Test
  void items_recordThatIsGone_isWhatTheBookKnows() {
    log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    deliver(KEY, Receipt.Outcome.ACCEPTED);
    record();
    now = NOW.plusSeconds(1);
    log.stepped(new Step.Claimed(claim()));
    now = NOW.plusSeconds(2);
    log.stepped(new Step.Settled(KEY, new Settlement.Failed("gone wrong")));

    assertEquals(
        List.of(
            "delivery 1: accepted (1)",
            "recorded: as RECEIVED",
            "attempt 1 begun: ",
            "attempt 1 failed for good: gone wrong"),
        new EventTimeline(log, KEY, KEY)
            .items(null, List.of(), now).stream().map(EventTimelineTest::words).toList());
  }

  private List<String> items(EventKey key, List<Conflict> conflicts) {
    return new EventTimeline(log, key, key)
        .items(inbox.find(key).orElseThrow(), conflicts, now).stream()
            .map(EventTimelineTest::words)
            .toList();
  }

  private static String words(EventTimeline.Item item) {
    return item.moment().what()
        + ": "
        + item.moment().details()
        + (item.delivery() == null ? "" : " (" + item.delivery() + ")");
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

  private void deliver(EventKey key, Receipt.Outcome outcome) {
    log.answered(Exchanges.recorded(key, now, outcome, Body.ofUtf8("{}")));
  }
}
