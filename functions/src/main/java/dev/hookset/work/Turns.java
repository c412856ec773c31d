package dev.hookset.work;

import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.Turn;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The turns of one attempt on the subjects of its event. Without subjects it asks nobody anything.
 *
 * <p>A turn is ended after the attempt is settled. Whoever finds it not ended, since its worker
 * died or the inbox did not answer, looks up in the holder's record what was done.
 */
final class Turns {
  private final InboxRecord record;
  private final Inbox inbox;
  private final Routes routes;
  private final InstantSource clock;
  private final OutageRetry retry;
  private final Map<SubjectKey, Boolean> handled = new LinkedHashMap<>();
  private final Set<SubjectKey> superseded = new HashSet<>();

  /**
   * @param record as it was when the claim was granted
   */
  Turns(InboxRecord record, Inbox inbox, Routes routes, InstantSource clock, OutageRetry retry) {
    this.record = record;
    this.inbox = inbox;
    this.routes = routes;
    this.clock = clock;
    this.retry = retry;
  }

  /**
   * Takes a turn on each subject on which the event is not superseded.
   *
   * @param last when to give up if the inbox does not answer
   * @return false if it is another event's turn on one of them
   */
  boolean take(Collection<SubjectKey> subjects, Instant last) {
    // In one order for all, or two events with the same two subjects could keep each other off.
    List<SubjectKey> inOrder =
        subjects.stream().distinct().sorted(Comparator.comparing(SubjectKey::name)).toList();
    for (SubjectKey subject : inOrder) {
      // Before the call: it may be applied, and its answer get lost.
      handled.put(subject, false);
      Turn turn = retry.untilAnswered(InboxUnavailable.class, last, () -> ask(subject));
      if (!(turn instanceof Turn.Granted)) {
        handled.remove(subject);
      }
      switch (turn) {
        case Turn.Granted _ -> {}
        case Turn.Superseded _ -> superseded.add(subject);
        case Turn.Held _, Turn.Lapsed _ -> {
          return false;
        }
      }
    }
    return true;
  }

  private Turn ask(SubjectKey subject) {
    Turn turn = inbox.takeTurn(subject, terms());
    if (!(turn instanceof Turn.Lapsed lapsed)) {
      return turn;
    }
    inbox.endTurn(subject, lapsed.owner(), handledBy(lapsed.holder()), clock.instant());
    return inbox.takeTurn(subject, terms());
  }

  private TurnTerms terms() {
    return new TurnTerms(
        record.key(),
        Lifecycle.order(record),
        owner(),
        clock.instant(),
        Objects.requireNonNull(record.leaseUntil(), "the end of a claim"));
  }

  private String owner() {
    return Objects.requireNonNull(record.lease(), "the lease of a claimed record");
  }

  /** Returns the time of an event that never reported back, if it had come to be handled. */
  private @Nullable Instant handledBy(@Nullable EventKey holder) {
    if (holder == null) {
      return null;
    }
    try {
      return inbox
          .find(holder)
          .filter(found -> found.doneHandlers().stream().anyMatch(routes::takesTurns))
          .map(Lifecycle::order)
          .orElse(null);
    } catch (UnreadableRecord e) {
      return null; // It is FAILED, or will be, and what it did is for a person to find out.
    }
  }

  /** Returns whether a newer event of {@code subject} has been handled. */
  boolean isSuperseded(@Nullable SubjectKey subject) {
    return subject != null && superseded.contains(subject);
  }

  /** Notes that a handler has done its work on {@code subject}. */
  void handled(@Nullable SubjectKey subject) {
    if (subject != null) {
      handled.put(subject, true);
    }
  }

  /**
   * Ends the turns.
   *
   * @param last when to give up if the inbox does not answer; they end by themselves then
   */
  void end(Instant last) {
    handled.forEach(
        (subject, isHandled) -> {
          try {
            retry.untilAnswered(
                InboxUnavailable.class,
                last,
                () ->
                    inbox.endTurn(
                        subject,
                        owner(),
                        isHandled ? Lifecycle.order(record) : null,
                        clock.instant()));
          } catch (InboxUnavailable e) {
            // The lease runs out with that on the record, and the record says what was done.
          }
        });
    handled.clear();
  }
}
