package dev.hookset.inbox;

import static dev.hookset.inbox.InboxUnderTest.IN_A_YEAR;
import static dev.hookset.inbox.InboxUnderTest.LAPSED;
import static dev.hookset.inbox.InboxUnderTest.LEASE_UNTIL;
import static dev.hookset.inbox.InboxUnderTest.NOW;
import static dev.hookset.inbox.InboxUnderTest.OCCURRED;
import static dev.hookset.inbox.InboxUnderTest.ROUNDS;
import static dev.hookset.inbox.InboxUnderTest.THREADS;
import static dev.hookset.inbox.InboxUnderTest.atOnce;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.StrangeIds;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an {@link Inbox} promises of the turns that events take on a subject. */
abstract class SubjectContract {
  private static final Turn GRANTED = new Turn.Granted();
  private static final Turn HELD = new Turn.Held();

  private final InboxUnderTest inbox;

  SubjectContract(InboxUnderTest inbox) {
    this.inbox = inbox;
  }

  private SubjectKey subject(String name) {
    return new SubjectKey(inbox.key("any").provider(), name);
  }

  private Turn take(String subject, String owner, @Nullable Instant at, Instant now) {
    return inbox.takeTurn(
        subject(subject),
        new TurnTerms(inbox.key("event of " + owner), at, owner, now, now.plusSeconds(60)));
  }

  private Turn take(String subject, String owner, @Nullable Instant at) {
    return take(subject, owner, at, NOW);
  }

  private boolean end(String subject, String owner, @Nullable Instant handled) {
    return inbox.endTurn(subject(subject), owner, handled, NOW);
  }

  /** Has an event handled that happened {@code at}. */
  private void handled(String subject, @Nullable Instant at) {
    assertEquals(GRANTED, take(subject, "worker of " + at, at));
    assertTrue(end(subject, "worker of " + at, at));
  }

  @Test
  void takeTurn_onASubjectThatIsNew_isGranted() {
    assertEquals(GRANTED, take("incident", "a", OCCURRED));
  }

  @Test
  void takeTurn_whileAnotherEventHasIt_isHeldWhoeverIsTheNewer() {
    take("incident", "a", OCCURRED);

    assertEquals(HELD, take("incident", "b", OCCURRED.plusSeconds(1)), "newer");
    assertEquals(HELD, take("incident", "b", OCCURRED), "of the same time");
    assertEquals(HELD, take("incident", "b", OCCURRED.minusSeconds(1)), "older");
    assertEquals(HELD, take("incident", "b", null), "without a time");
  }

  @Test
  void takeTurn_repeatedByItsOwner_isGrantedAgain() {
    take("incident", "a", OCCURRED);

    assertEquals(GRANTED, take("incident", "a", OCCURRED));
    assertEquals(HELD, take("incident", "b", OCCURRED));
  }

  @Test
  void takeTurn_afterANewerOneWasHandled_isSuperseded() {
    handled("incident", OCCURRED);

    Instant older = OCCURRED.minusSeconds(1);
    assertEquals(new Turn.Superseded(OCCURRED), take("incident", "b", older));
    assertEquals(GRANTED, take("incident", "c", OCCURRED), "nobody has the turn");
    assertEquals(new Turn.Superseded(OCCURRED), take("incident", "b", older), "nor need wait");
  }

  @Test
  void takeTurn_ofEqualOrNewerTime_isGrantedToTheNanosecond() {
    Instant at = OCCURRED.plusNanos(123_456_789);
    handled("incident", at);

    assertEquals(new Turn.Superseded(at), take("incident", "b", at.minusNanos(1)));
    handled("incident", at);
    handled("incident", at.plusNanos(1));
    assertEquals(new Turn.Superseded(at.plusNanos(1)), take("incident", "b", at));
  }

  @Test
  void takeTurn_ofTimesBefore1970_areComparedToo() {
    Instant longAgo = Instant.parse("0001-01-01T00:00:00.000000001Z");
    handled("incident", longAgo);

    assertEquals(
        new Turn.Superseded(longAgo), take("incident", "b", longAgo.minusNanos(1)), "older");
    handled("incident", longAgo.plusNanos(1));
  }

  @Test
  void takeTurn_withoutATime_neitherSupersedesNorIsSuperseded() {
    handled("incident", OCCURRED);
    handled("incident", null);

    assertEquals(
        new Turn.Superseded(OCCURRED), take("incident", "b", OCCURRED.minusSeconds(1)), "older");
    handled("incident", OCCURRED);
  }

  @Test
  void takeTurn_afterATurnInWhichNothingWasHandled_isGrantedToOlderOnes() {
    take("incident", "a", OCCURRED);
    assertTrue(end("incident", "a", null));

    handled("incident", OCCURRED.minusSeconds(1));

    take("incident", "c", OCCURRED);
    end("incident", "c", null);
    assertEquals(
        new Turn.Superseded(OCCURRED.minusSeconds(1)),
        take("incident", "d", OCCURRED.minusSeconds(2)));
  }

  @Test
  void takeTurn_atTheEndOfALease_isHeldAndLapsedRightAfter() {
    take("incident", "a", OCCURRED);

    assertEquals(HELD, take("incident", "b", OCCURRED, LEASE_UNTIL));
    assertEquals(
        new Turn.Lapsed("a", inbox.key("event of a")), take("incident", "b", OCCURRED, LAPSED));
    assertEquals(
        new Turn.Lapsed("a", inbox.key("event of a")),
        take("incident", "b", OCCURRED, LAPSED),
        "asking changes nothing");
  }

  @Test
  void endTurn_inTheSteadOfALapsedHolder_freesTheSubjectWithWhatItDid() {
    take("incident", "a", OCCURRED);

    assertTrue(inbox.endTurn(subject("incident"), "a", OCCURRED, LAPSED));

    assertEquals(
        new Turn.Superseded(OCCURRED), take("incident", "b", OCCURRED.minusSeconds(1), LAPSED));
    assertEquals(GRANTED, take("incident", "c", OCCURRED, LAPSED));
    assertFalse(end("incident", "a", OCCURRED), "by the holder, too late");
  }

  @Test
  void endTurn_repeated_isTrueAndChangesNothing() {
    take("incident", "a", OCCURRED);
    assertTrue(end("incident", "a", OCCURRED));

    assertTrue(end("incident", "a", OCCURRED.plusSeconds(9)), "repeated");

    handled("incident", OCCURRED);
  }

  @Test
  void endTurn_ofAnother_isFalseAndChangesNothing() {
    assertFalse(end("incident", "a", OCCURRED), "on a subject that has had no turn");
    handled("incident", OCCURRED);
    take("incident", "b", OCCURRED);

    assertFalse(end("incident", "a", OCCURRED.plusSeconds(9)));

    assertEquals(HELD, take("incident", "c", OCCURRED), "still b's");
    assertTrue(end("incident", "b", null));
    handled("incident", OCCURRED);
  }

  @Test
  void subjects_ofOtherNamesAndProviders_areOthers() {
    String emoji = "\uD83D\uDE00";
    List<String> names =
        Stream.of(
                StrangeIds.all(),
                Stream.of(emoji.repeat(200), emoji.repeat(201), "x".repeat(10_000)),
                // No encoding tells these two apart.
                Stream.of("\uD83D", "\uDE00"))
            .flatMap(all -> all)
            .toList();

    names.forEach(name -> assertEquals(GRANTED, take(name, "a", OCCURRED), () -> shown(name)));

    names.forEach(name -> assertEquals(HELD, take(name, "b", OCCURRED), () -> shown(name)));
    SubjectKey likewise = new SubjectKey(subject("x").provider() + "2", names.getFirst());
    assertEquals(
        GRANTED,
        inbox.takeTurn(
            likewise, new TurnTerms(inbox.key("e"), OCCURRED, "b", NOW, NOW.plusSeconds(60))));
  }

  private static String shown(String name) {
    return StrangeIds.printable(name);
  }

  @Test
  void subject_isNoRecord() {
    String name = "incident";
    SubjectKey subject = subject(name);
    InboxRecord namesake = inbox.found(inbox.received(name).key());
    take(name, "a", OCCURRED);
    end(name, "a", OCCURRED);

    inbox.assertUnchanged(namesake);
    assertEquals(
        Optional.empty(), inbox.find(new EventKey("subject", subject.provider() + "#" + name)));
    assertEquals(List.of(namesake.key()), inbox.dueKeys(namesake.key(), IN_A_YEAR));
  }

  @Test
  void takeTurn_byManyAtOnce_isGrantedToOne() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String subject = "incident " + round;

      List<Turn> turns = atOnce(i -> take(subject, "worker " + i, OCCURRED.plusSeconds(i)));

      assertEquals(1, Collections.frequency(turns, GRANTED), turns::toString);
      assertEquals(THREADS - 1, Collections.frequency(turns, HELD), turns::toString);
    }
  }

  @Test
  void takeTurn_overALapsedOneByManyAtOnce_isGrantedToOne() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String subject = "incident " + round;
      take(subject, "dead", OCCURRED);

      List<Turn> turns =
          atOnce(
              i -> {
                if (take(subject, "worker " + i, OCCURRED, LAPSED) instanceof Turn.Lapsed lapsed) {
                  inbox.endTurn(subject(subject), lapsed.owner(), OCCURRED, LAPSED);
                }
                return take(subject, "worker " + i, OCCURRED, LAPSED);
              });

      assertEquals(1, Collections.frequency(turns, GRANTED), turns::toString);
      assertEquals(THREADS - 1, Collections.frequency(turns, HELD), turns::toString);
    }
  }
}
