package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.DUE;
import static dev.hookset.inbox.InboxUnderTest.LAPSED;
import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.due;
import static dev.hookset.inbox.InboxUnderTest.granted;
import static dev.hookset.inbox.InboxUnderTest.takeOver;
import static dev.hookset.inbox.InboxUnderTest.terms;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.hookset.Event;
import dev.hookset.EventKey;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an {@link Inbox} tells of what was done about an event. */
abstract class HistoryContract {
  private final InboxUnderTest inbox;

  HistoryContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  @Test
  void history_ofAnEventThatIsHandled_tellsWhenItWasClaimedAndSettled() {
    InboxRecord claimed = inbox.claimed("evt", "a");
    Instant end = NOW.plusMillis(17);

    inbox.settle(claimed, new Settlement.Done("only"), end);

    assertEquals(List.of(new History.Attempt(1, NOW, 0, null)), claimed.history().entries());
    assertEquals(List.of(ended(1, NOW, end, Status.DONE, null)), history(claimed.key()));
  }

  @Test
  void history_ofAnEventThatFails_tellsEachAttemptAndItsError() {
    EventKey key = inbox.failedOnce("evt", NOW);
    Instant second = NOW.plusSeconds(10);
    InboxRecord claimed = granted(inbox.claim(key, terms("b", second)));
    inbox.settle(claimed, new Settlement.Failed("no use"), second.plusMillis(1));

    assertEquals(
        List.of(
            ended(1, NOW, NOW, Status.RECEIVED, "failed once"),
            ended(2, second, second.plusMillis(1), Status.FAILED, "no use")),
        history(key));
  }

  @Test
  void history_ofAnEventThatFailsTheSameWay_tellsTheErrorOfEach() {
    EventKey key = inbox.claimed("evt", "a").key();
    List<String> errors = List.of("boom", "boom", "other", "boom", "boom");
    for (int i = 0; i < errors.size(); i++) {
      inbox.settle(inbox.found(key), new Settlement.Retry(errors.get(i), NOW), NOW);
      inbox.claim(key, "owner " + i);
    }
    inbox.settle(inbox.found(key), new Settlement.Done(null), NOW);

    assertEquals(
        Stream.concat(
                errors.stream().map(error -> new History.End(NOW, Status.RECEIVED, error)),
                Stream.of(new History.End(NOW, Status.DONE, null)))
            .toList(),
        history(key).stream().map(entry -> ((History.Attempt) entry).end()).toList());
  }

  @Test
  void history_ofAnAttemptThatNeverReportedBack_hasNoEnd() {
    EventKey key = inbox.claimed("evt", "a").key();
    Instant third = LAPSED.plusSeconds(61);
    inbox.takenOver(key, "b");

    InboxRecord claimed = granted(inbox.claim(key, takeOver("c", third)));
    List<History.Entry> before = claimed.history().entries();
    inbox.settle(claimed, new Settlement.Done("only"), third);

    List<History.Entry> lapsed =
        List.of(new History.Attempt(1, NOW, 0, null), new History.Attempt(2, LAPSED, 0, null));
    assertEquals(with(lapsed, new History.Attempt(3, third, 0, null)), before);
    assertEquals(with(lapsed, ended(3, third, third, Status.DONE, null)), history(key));
  }

  @Test
  void history_ofAnEventGivenUpAndReplayed_goesOn() {
    EventKey key = inbox.failedOnce("evt", NOW);
    Instant givenUp = NOW.plusSeconds(10);
    Instant replayed = NOW.plusSeconds(20);
    inbox.exhaust(inbox.found(key), 1, "used up", givenUp);
    inbox.replay(inbox.found(key), replayed);
    inbox.settle(inbox.claim(key, "b"), new Settlement.Done("only"), replayed);

    assertEquals(
        List.of(
            ended(1, NOW, NOW, Status.RECEIVED, "failed once"),
            new History.GivenUp(givenUp, "used up"),
            new History.Replayed(replayed),
            ended(1, NOW, replayed, Status.DONE, null)),
        history(key));
  }

  @Test
  void history_ofAnEventThatTheRelayPushed_tellsHowOften() {
    Event event = inbox.received("evt");
    inbox.defer(due(event.key(), DUE, 0), DUE.plusSeconds(9), DUE);
    inbox.settle(inbox.claim(event.key(), "a"), new Settlement.Done("only"), DUE);

    assertEquals(
        List.of(new History.Attempt(1, NOW, 1, new History.End(DUE, Status.DONE, null))),
        history(event.key()));
  }

  @Test
  void history_ofRepeatedSteps_tellsEachOnce() {
    EventKey key = inbox.failedOnce("evt", NOW);
    ClaimTerms terms = terms("b", NOW);
    inbox.claim(key, terms);
    InboxRecord claimed = granted(inbox.claim(key, terms));
    inbox.settle(claimed, new Settlement.Retry("again", NOW), NOW);
    inbox.settle(claimed, new Settlement.Retry("again", NOW), NOW);
    InboxRecord waiting = inbox.found(key);
    inbox.exhaust(waiting, 2, "used up", NOW);
    inbox.exhaust(waiting, 2, "used up", NOW);
    InboxRecord failed = inbox.found(key);
    inbox.replay(failed, NOW);
    inbox.replay(failed, NOW);

    assertEquals(
        List.of(
            ended(1, NOW, NOW, Status.RECEIVED, "failed once"),
            ended(2, NOW, NOW, Status.RECEIVED, "again"),
            new History.GivenUp(NOW, "used up"),
            new History.Replayed(NOW)),
        history(key));
  }

  @Test
  void history_ofALongLife_keepsTheLastWithShortErrors() {
    String error = "\u4E2D".repeat(2000);
    EventKey key = inbox.failedOnce("evt", NOW);
    int rounds = 2 * History.MOST_ENTRIES;
    for (int i = 0; i < rounds; i++) {
      inbox.settle(
          inbox.claim(key, "owner " + i), new Settlement.Failed(error), NOW.plusSeconds(i));
      inbox.replay(inbox.found(key), NOW.plusSeconds(i));
    }

    List<History.Entry> entries = history(key);
    Instant last = NOW.plusSeconds(rounds - 1L);
    assertEquals(History.MOST_ENTRIES, entries.size());
    assertEquals(new History.Replayed(last), entries.getLast());
    History.Attempt attempt = assertInstanceOf(History.Attempt.class, entries.get(8));
    assertEquals(
        new History.End(last, Status.FAILED, "\u4E2D".repeat(History.ERROR_BYTES / 3)),
        attempt.end());
  }

  @Test
  void history_ofManyLapses_isKeptShortByTheNextSettlement() {
    EventKey key = inbox.claimed("evt", "a").key();
    Instant now = NOW;
    InboxRecord claimed = inbox.found(key);
    for (int i = 2; i <= 40; i++) {
      now = now.plusSeconds(61);
      claimed =
          granted(
              inbox.claim(key, new ClaimTerms("owner " + i, now, now.plusSeconds(60), 100, true)));
    }
    assertEquals(40, claimed.history().entries().size());

    inbox.settle(claimed, new Settlement.Done("only"), now);

    List<History.Entry> entries = history(key);
    assertEquals(History.MOST_ENTRIES, entries.size());
    assertEquals(31, assertInstanceOf(History.Attempt.class, entries.getFirst()).number());
    assertEquals(ended(40, now, now, Status.DONE, null), entries.getLast());
  }

  private List<History.Entry> history(EventKey key) {
    return inbox.found(key).history().entries();
  }

  private static History.Attempt ended(
      int number, Instant at, Instant end, Status status, @Nullable String error) {
    return new History.Attempt(number, at, 0, new History.End(end, status, error));
  }

  private static List<History.Entry> with(List<History.Entry> entries, History.Entry last) {
    return Stream.concat(entries.stream(), Stream.of(last)).toList();
  }
}
