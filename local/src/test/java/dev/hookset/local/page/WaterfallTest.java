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
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.Step;
import dev.hookset.receive.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WaterfallTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt-1");

  private final InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
  private Instant now = NOW;
  private final DeliveryLog log = new DeliveryLog(() -> now);
  private final List<LogEntry.Worked> worked = new ArrayList<>();

  @Test
  void spans_ofAnEventThatIsHandledAtOnce_areEachStepAsItWasMeasured() {
    Exchange exchange = arrive();
    claim(20);
    ran(1, run("first", 21, 30), run("second", 32, 40));
    settle(43, new Settlement.Done("second"));

    assertEquals(
        List.of(
            "1: received 0-1, recorded 0-8, pushed 9-12, claimed 12-20, [first] 21-30,"
                + " [second] 32-40, settled 40-43"),
        told(exchange, null));
  }

  /** A worker may have the pointer before the queue has answered who pushed it. */
  @Test
  void spans_workerThatComesBeforeTheQueueHasAnswered_haveNoNegativeLength() {
    Exchange exchange = arrive();
    claim(10);

    assertEquals(
        List.of("1: received 0-1, recorded 0-8, pushed 9-12, claimed 9-10"), told(exchange, null));
  }

  @Test
  void spans_ofAnAttemptThatFailed_sayWhoFailedAndBeginTheNextWhenItWasDue() {
    Exchange exchange = arrive();
    claim(20);
    ran(1, run("first", 21, 30), failed("second", 32, 40));
    settle(43, new Settlement.Retry("boom", at(10_043)));
    log.stepped(new Step.Pushed(KEY, at(44), at(50), Duration.ofSeconds(10)));
    claim(10_070);
    ran(2, run("second", 10_071, 10_080));
    settle(10_081, new Settlement.Done("second"));

    assertEquals(
        List.of(
            "1: received 0-1, recorded 0-8, pushed 9-12, claimed 12-20, [first] 21-30,"
                + " [second] 32-40 failed, settled 40-43 failed",
            "2: claimed 10050-10070, [second] 10071-10080, settled 10080-10081"),
        told(exchange, null));
  }

  @Test
  void spans_ofAReplay_beginWithItsPush() {
    arrive();
    claim(20);
    ran(1, run("first", 21, 30));
    settle(31, new Settlement.Done("first"));
    now = at(900);
    log.stepped(new Step.Replayed(KEY));
    log.stepped(new Step.Pushed(KEY, at(901), at(903), Duration.ZERO));
    claim(910);
    ran(1, run("first", 911, 912));

    assertEquals("1: pushed 901-903, claimed 903-910, [first] 911-912", told(null, null).getLast());
  }

  @Test
  void spans_ofAnEventThatWaitsForItsFirstWorker_areThereAlready() {
    assertEquals(List.of("0: received 0-1, recorded 0-8, pushed 9-12"), told(arrive(), null));
  }

  /**
   * A deployed stack's events are seen by nobody here; their records have the times of attempts.
   */
  @Test
  void spans_ofAnEventThatOthersHandled_areThoseOfItsRecord() {
    Event event = new Event(KEY, "incident.created", NOW, null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null));
    attempt(5, 25, new Settlement.Retry("boom", at(1_000)));
    attempt(1_000, 1_004, new Settlement.Done("log"));

    assertEquals(
        List.of("1: claimed 0-5, worked on 5-25 failed", "2: worked on 1000-1004"),
        told(null, inbox.find(KEY).orElseThrow()));
  }

  private static Instant at(long millis) {
    return NOW.plusMillis(millis);
  }

  /** It is recorded after 8 ms and pushed from the 9th to the 12th. */
  private Exchange arrive() {
    now = at(8);
    log.stepped(new Step.Recorded(KEY, Status.RECEIVED));
    log.stepped(new Step.Pushed(KEY, at(9), at(12), Duration.ZERO));
    Exchange exchange = Exchanges.recorded(KEY, NOW, Receipt.Outcome.ACCEPTED, Body.ofUtf8("{}"));
    log.answered(exchange);
    Event event = new Event(KEY, "incident.created", NOW, null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, NOW, Status.RECEIVED, Map.of(), null));
    return exchange;
  }

  private void claim(long millis) {
    now = at(millis);
    InboxRecord record = inbox.find(KEY).orElseThrow();
    if (record.status().isFinal()) {
      inbox.replay(record, now);
    }
    log.stepped(new Step.Claimed(granted()));
  }

  private InboxRecord granted() {
    ClaimTerms terms = new ClaimTerms("request/" + now, now, now.plusSeconds(60), 8, false);
    return ((Claim.Granted) inbox.claim(KEY, terms)).claimed();
  }

  private void settle(long millis, Settlement settlement) {
    now = at(millis);
    inbox.settle(inbox.find(KEY).orElseThrow(), settlement, now);
    log.stepped(new Step.Settled(KEY, settlement));
  }

  private void attempt(long from, long to, Settlement settlement) {
    now = at(from);
    inbox.settle(granted(), settlement, at(to));
  }

  private static LogEntry.Run run(String handler, long from, long to) {
    return new LogEntry.Run(handler, at(from), at(to), null);
  }

  private static LogEntry.Run failed(String handler, long from, long to) {
    return new LogEntry.Run(handler, at(from), at(to), "boom");
  }

  private void ran(int attempt, LogEntry.Run... runs) {
    worked.add(new LogEntry.Worked(KEY, attempt, List.of(runs)));
  }

  private List<String> told(@Nullable Exchange exchange, @Nullable InboxRecord record) {
    EventActivity known = log.activityOf(KEY);
    worked.forEach(known::add);
    return Waterfall.of(known, exchange, record).stream().map(WaterfallTest::words).toList();
  }

  private static String words(Waterfall.Attempt attempt) {
    return attempt.number()
        + ": "
        + String.join(", ", attempt.spans().stream().map(WaterfallTest::words).toList());
  }

  private static String words(Waterfall.Span span) {
    return (span.isHandler() ? "[" + span.what() + "]" : span.what())
        + " "
        + Duration.between(NOW, span.from()).toMillis()
        + "-"
        + Duration.between(NOW, span.to()).toMillis()
        + (span.failed() ? " failed" : "");
  }
}
