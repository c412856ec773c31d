package dev.hookset.local.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.History;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.operator.Timeline.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a record tells of its event, on records as the steps leave them. */
final class TimelineTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final EventKey KEY = new EventKey("lemma", "evt");

  private final InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));

  @Test
  void of_handled_tellsWhenItWasTakenUpAndSettled() {
    received();
    inbox.settle(claimed(at(1)), new Settlement.Done("log"), at(3));

    assertStory(
        moment(at(-1), "occurred", "by the provider's clock"),
        moment(at(0), "received", "1.0 s later"),
        moment(at(1), "attempt 1 done", "after 2.0 s"),
        moment(at(3), "done", ""),
        moment(null, "handlers", "done: log"));
    assertEquals(at(3), Timeline.settledAt(found()));
  }

  @Test
  void of_superseded_tellsThatTheLatestWins() {
    received();
    inbox.settle(claimed(at(1)), new Settlement.Superseded(null), at(2));

    assertStory(
        moment(at(-1), "occurred", "by the provider's clock"),
        moment(at(0), "received", "1.0 s later"),
        moment(at(1), "attempt 1 superseded", "after 1.0 s"),
        moment(
            at(2),
            "superseded",
            "a newer event of its subject was handled first; the latest wins"));
    assertEquals(at(2), Timeline.settledAt(found()));
  }

  @Test
  void of_failedReplayedAndDone_tellsEachStepAndError() {
    received();
    inbox.settle(claimed(at(1)), new Settlement.Retry("log: boom", at(11)), at(2));
    inbox.settle(claimed(at(11)), new Settlement.Failed("log: no use"), at(12));
    inbox.replay(found(), at(100));
    inbox.settle(claimed(at(101)), new Settlement.Done("log"), at(102));

    assertStory(
        moment(at(-1), "occurred", "by the provider's clock"),
        moment(at(0), "received", "1.0 s later"),
        moment(at(1), "attempt 1 failed", "after 1.0 s: log: boom"),
        moment(at(11), "attempt 2 failed for good", "after 1.0 s: log: no use"),
        moment(at(100), "replayed", "by an operator"),
        moment(at(101), "attempt 1 done", "after 1.0 s"),
        moment(at(102), "done", ""),
        moment(null, "handlers", "done: log"));
  }

  @Test
  void of_pushedByTheRelay_tellsWhenOfTheLastAndHowOften() {
    received();
    Instant first = Lifecycle.dueAfterReceipt(NOON);
    Instant second = Lifecycle.dueAfterPush(first.plusSeconds(7), 0);
    Due due = inbox.due(Lifecycle.shard(KEY), first, _ -> {}).next();
    inbox.defer(due, second, first.plusSeconds(7));

    List<Moment> once = told(at(200));
    due = inbox.due(Lifecycle.shard(KEY), second, _ -> {}).next();
    inbox.defer(due, Lifecycle.dueAfterPush(second.plusSeconds(3), 1), second.plusSeconds(3));
    List<Moment> twice = told(at(300));
    inbox.settle(claimed(at(400)), new Settlement.Done("log"), at(401));

    assertEquals(moment(first.plusSeconds(7), "pushed", "by the relay"), once.get(2));
    assertEquals(
        moment(second.plusSeconds(3), "pushed", "by the relay, the last of 2 times"), twice.get(2));
    assertEquals(moment(null, "pushed", "2 times by the relay"), told(at(500)).get(2));
  }

  @Test
  void of_workerThatNeverReportedBack_saysSo() {
    received();
    claimed(at(1));

    assertEquals(
        List.of(
            moment(at(1), "attempt 1 begun", ""), moment(at(61), "in work", "until then at most")),
        told(at(2)).subList(2, 4));
    assertEquals("lease lapsed", told(at(62)).getLast().what());

    inbox.exhaust(found(), 1, "its worker was killed", at(62));

    assertEquals(
        List.of(
            moment(at(1), "attempt 1 never reported back", ""),
            moment(at(62), "given up", "its worker was killed"),
            moment(at(62), "failed", "for good; `./hookset replay` has it tried again")),
        told(at(63)).subList(2, 5));
  }

  @Test
  void of_conflictsAndTheLog_standsInTheirPlaces() {
    received();
    inbox.settle(claimed(at(5)), new Settlement.Done(null), at(6));
    Conflict conflict = new Conflict(new EventKey("lemma", "evt~0123456789abcdef"), at(7));
    Moment delivery = moment(at(2), "log: delivery duplicate", "");

    List<Moment> story = Timeline.of(found(), List.of(conflict), List.of(delivery), at(10));

    assertEquals(
        List.of(
            delivery,
            moment(at(5), "attempt 1 done", "after 1.0 s"),
            moment(at(6), "done", ""),
            moment(at(7), "conflict", "other bytes came under this ID: " + conflict.key())),
        story.subList(2, 6));
  }

  /** A record of the time before there were histories is told as well as it can be. */
  @Test
  void of_recordWithoutAHistory_tellsWhatItCounts() {
    received();
    inbox.settle(claimed(at(1)), new Settlement.Retry("boom", at(2)), at(1));
    inbox.settle(claimed(at(2)), new Settlement.Retry("boom again", at(60)), at(3));

    InboxRecord old = without(found(), 1);

    assertEquals(
        List.of(
            moment(null, "replayed", "once in all"),
            moment(null, "attempts 1 to 2", "their times are not kept; the last error: boom again"),
            moment(at(60), "next attempt", "in 50.0 s")),
        Timeline.of(old, List.of(), List.of(), at(10)).stream().skip(2).toList());
    assertNull(Timeline.settledAt(old));
  }

  private static InboxRecord without(InboxRecord record, int replays) {
    return new InboxRecord(
        record.key(),
        record.type(),
        record.occurredAt(),
        record.environment(),
        record.origin(),
        record.body(),
        record.overflow(),
        record.receivedAt(),
        record.status(),
        record.attempts(),
        record.lease(),
        record.leaseUntil(),
        record.notBefore(),
        record.doneHandlers(),
        record.lastError(),
        record.digest(),
        replays,
        record.headers(),
        record.traceId(),
        record.dueAt(),
        record.pushes(),
        record.expiresAt(),
        History.NONE,
        null,
        null);
  }

  private void received() {
    Event event = new Event(KEY, "incident.created", at(-1), null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, NOON, Status.RECEIVED, Map.of(), null));
  }

  private InboxRecord claimed(Instant now) {
    return ((Claim.Granted)
            inbox.claim(KEY, new ClaimTerms("owner " + now, now, now.plusSeconds(60), 9, false)))
        .claimed();
  }

  private InboxRecord found() {
    return inbox.find(KEY).orElseThrow();
  }

  private List<Moment> told(Instant now) {
    return Timeline.of(found(), List.of(), List.of(), now);
  }

  private void assertStory(Moment... moments) {
    assertEquals(Stream.of(moments).toList(), told(at(1000)));
  }

  private static Moment moment(@Nullable Instant at, String what, String details) {
    return new Moment(at, what, details);
  }

  private static Instant at(int seconds) {
    return NOON.plusSeconds(seconds);
  }
}
