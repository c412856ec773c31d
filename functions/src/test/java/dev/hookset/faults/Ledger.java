package dev.hookset.faults;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.Turn;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps books on an inbox by what it is told and what happens outside, and says where the two
 * disagree: the invariants of the state machine, each held against every step.
 */
final class Ledger implements Inbox {
  private final InMemoryInbox inbox;
  private final InstantSource clock;
  private final int maxAttempts;
  private final Set<String> handlers;

  private final Map<EventKey, Account> accounts = new HashMap<>();
  private final Set<EventKey> accepted = new HashSet<>();
  private final Set<EventKey> expired = new HashSet<>();
  private final List<String> violations = new ArrayList<>();
  private final boolean oneSubject;
  private final Turns turns = new Turns();

  /**
   * @param oneSubject whether all events are of one subject, of which the latest wins
   */
  Ledger(
      InMemoryInbox inbox,
      InstantSource clock,
      int maxAttempts,
      Set<String> handlers,
      boolean oneSubject) {
    this.inbox = inbox;
    this.clock = clock;
    this.maxAttempts = maxAttempts;
    this.handlers = handlers;
    this.oneSubject = oneSubject;
  }

  /** What is known of the subject. */
  private static final class Turns {
    private @Nullable String owner;
    private @Nullable EventKey holder;
    private Instant until = Instant.MIN;

    /** The newest event that was handled while its worker's lease ran. */
    private Instant newest = Instant.MIN;

    /** The newest that was handled at all: by a worker, too, that a platform had ended by then. */
    private Instant newestOfAll = Instant.MIN;

    /** The times of the events that have had an effect. */
    private final Set<Instant> effects = new HashSet<>();

    /** Until when the workers have a lease that are in a handler. */
    private final Map<String, Instant> inHandlers = new HashMap<>();
  }

  private Instant time(EventKey key) {
    return inbox.find(key).map(Lifecycle::order).orElseThrow();
  }

  /** What is known of one record, since it was recorded or last replayed. */
  private static final class Account {
    private final Map<String, Integer> effects = new HashMap<>();
    private final Map<String, Integer> unnoted = new HashMap<>();
    private final Set<String> noted = new HashSet<>();
    private int claims;
    private boolean failedForGood;
    private @Nullable String holder;
    private Instant heldUntil = Instant.MIN;
  }

  private Account account(EventKey key) {
    return accounts.computeIfAbsent(key, _ -> new Account());
  }

  private void check(boolean holds, EventKey key, String otherwise) {
    if (!holds) {
      violations.add(key + ": " + otherwise);
    }
  }

  /** Returns what was found wrong so far. */
  List<String> violations() {
    return List.copyOf(violations);
  }

  // what the processes do

  @Override
  public Recording record(NewRecord fresh) {
    EventKey key = fresh.event().key();
    boolean wasThere = inbox.find(key).isPresent();
    Recording recording = inbox.record(fresh);
    if (recording instanceof Recording.Created) {
      check(!wasThere, key, "was recorded over an earlier record");
      check(!expired.contains(key), key, "came again after its record had expired");
      accounts.put(key, new Account());
    }
    return recording;
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
    Instant now = clock.instant();
    Optional<InboxRecord> before = inbox.find(key);
    Claim claim = inbox.claim(key, terms);
    if (claim instanceof Claim.Granted granted) {
      Account account = account(key);
      check(
          account.holder == null
              || account.holder.equals(terms.owner())
              || account.heldUntil.isBefore(now),
          key,
          terms.owner() + " got a lease while " + account.holder + " held one");
      check(before.isPresent(), key, "was claimed although it is not there");
      before.ifPresent(
          found -> {
            Instant notBefore = found.notBefore();
            check(!found.status().isFinal(), key, "was claimed although " + found.status());
            check(
                found.status() == Status.PROCESSING
                    || notBefore == null
                    || !notBefore.isAfter(now.plus(Lifecycle.CLOCK_DIFFERENCE)),
                key,
                "was claimed before its backoff was over");
          });
      account.claims++;
      account.holder = terms.owner();
      account.heldUntil = terms.leaseUntil();
      check(
          granted.claimed().attempts() == account.claims,
          key,
          "counts " + granted.claimed().attempts() + " attempts of " + account.claims);
      check(account.claims <= maxAttempts, key, "got more attempts than it may have");
    }
    return claim;
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    EventKey key = claimed.key();
    Account account = account(key);
    boolean holds = holds(account, claimed);
    boolean marked = inbox.mark(claimed, handler);
    check(marked == holds, key, marked ? "was marked by a stranger" : "refused its holder's mark");
    if (marked) {
      note(key, account, handler);
    }
    return marked;
  }

  private void note(EventKey key, Account account, String handler) {
    check(account.effects.containsKey(handler), key, handler + " was noted before its effect");
    // A note whose answer got lost is written again.
    if (account.noted.add(handler)) {
      account.unnoted.merge(handler, -1, Integer::sum);
    }
    if (oneSubject) {
      Instant time = time(key);
      turns.newestOfAll = later(turns.newestOfAll, time);
      if (isLive(account)) {
        turns.newest = later(turns.newest, time);
      }
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private boolean holds(Account account, InboxRecord claimed) {
    return claimed.lease() != null
        && claimed.lease().equals(account.holder)
        && inbox.find(claimed.key()).isPresent();
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    EventKey key = claimed.key();
    Account account = account(key);
    boolean holds = holds(account, claimed);
    Optional<InboxRecord> before = inbox.find(key);
    boolean settled = inbox.settle(claimed, settlement, now);
    if (settled && !holds && isSettledSo(before, claimed, settlement)) {
      // Taken for a repetition: it was given up over its lapsed lease, and is FAILED as it should
      // be.
      check(before.equals(inbox.find(key)), key, "was written to by a stranger");
      return true;
    }
    check(
        settled == holds, key, settled ? "was settled by a stranger" : "refused its holder's word");
    if (settled) {
      account.holder = null;
      switch (settlement) {
        case Settlement.Superseded _ ->
            check(
                oneSubject && time(key).isBefore(turns.newestOfAll),
                key,
                "is SUPERSEDED by nothing newer");
        case Settlement.Returned _ -> {
          check(oneSubject, key, "waits for nobody");
          account.claims--;
        }
        case Settlement.Done(String last) -> {
          if (last != null) {
            note(key, account, last);
          }
          check(
              account.effects.keySet().containsAll(handlers),
              key,
              "is DONE with the effects of " + account.effects.keySet() + " alone");
        }
        case Settlement.Failed _ ->
            check(
                account.failedForGood || account.claims >= maxAttempts,
                key,
                "is FAILED after " + account.claims + " attempts");
        case Settlement.Retry retry ->
            check(retry.notBefore().isAfter(now), key, "is to be tried again without a wait");
      }
    }
    return settled;
  }

  private static boolean isSettledSo(
      Optional<InboxRecord> before, InboxRecord claimed, Settlement settlement) {
    return before
        .filter(found -> found.status() == settlement.status())
        .filter(
            found ->
                claimed.lease() != null && settlement.lease(claimed.lease()).equals(found.lease()))
        .isPresent();
  }

  @Override
  public boolean exhaust(InboxRecord found, int max, String error, Instant now) {
    EventKey key = found.key();
    Account account = account(key);
    boolean wasFinal = inbox.find(key).map(record -> record.status().isFinal()).orElse(true);
    boolean exhausted = inbox.exhaust(found, max, error, now);
    if (exhausted && !wasFinal) {
      check(account.claims >= maxAttempts, key, "was given up with attempts left");
      check(
          account.holder == null || account.heldUntil.isBefore(now),
          key,
          "was given up while " + account.holder + " held it");
      account.holder = null;
    }
    return exhausted;
  }

  @Override
  public Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    return inbox.due(shard, now, passedOver);
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    Optional<InboxRecord> before = inbox.find(due.key());
    boolean deferred = inbox.defer(due, until, now);
    if (deferred) {
      check(
          before.isPresent() && due.dueAt().equals(before.get().dueAt()),
          due.key(),
          "was deferred by a relay that had not seen it as it is");
    }
    return deferred;
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    EventKey key = found.key();
    Status before = inbox.find(key).map(InboxRecord::status).orElse(null);
    boolean replayed = inbox.replay(found, now);
    if (replayed && before != null && before.isFinal()) {
      Account old = account(key);
      Account fresh = new Account();
      if (before == Status.FAILED) {
        fresh.effects.putAll(old.effects);
        fresh.unnoted.putAll(old.unnoted);
        fresh.noted.addAll(old.noted);
      } else {
        // It is handled again, and so after whatever comes in between.
        forget(key);
      }
      accounts.put(key, fresh);
    }
    return replayed;
  }

  @Override
  public Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    EventKey key = terms.holder();
    Turn turn = inbox.takeTurn(subject, terms);
    boolean isOthers = turns.owner != null && !turns.owner.equals(terms.owner());
    boolean isLapsed = turns.until.isBefore(terms.now());
    switch (turn) {
      case Turn.Granted _ -> {
        check(!isOthers, key, terms.owner() + " got a turn while " + turns.owner + " had one");
        turns.owner = terms.owner();
        turns.holder = key;
        turns.until = terms.leaseUntil();
      }
      case Turn.Superseded _ ->
          check(time(key).isBefore(turns.newestOfAll), key, "is superseded by nothing newer");
      case Turn.Held _ -> check(isOthers && !isLapsed, key, "waits for a turn that nobody has");
      case Turn.Lapsed _ -> check(isOthers && isLapsed, key, "takes a turn for lapsed");
    }
    return turn;
  }

  @Override
  public boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    boolean ended = inbox.endTurn(subject, owner, handled, now);
    if (ended && handled != null) {
      // A handler's success that could not be noted in its record may be noted here.
      check(
          turns.effects.contains(handled),
          new EventKey(subject.provider(), subject.name()),
          "says that an event of " + handled + " was handled, and none was");
      turns.newestOfAll = later(turns.newestOfAll, handled);
    }
    if (ended && owner.equals(turns.owner)) {
      turns.owner = null;
    }
    return ended;
  }

  @Override
  public Body body(InboxRecord record) {
    return inbox.body(record);
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    return inbox.find(key);
  }

  // what happens outside

  /** A handler begins. */
  void begins(EventKey key, String invocation) {
    Account account = account(key);
    String holder = account.holder;
    boolean isAlive = holder != null && holder.startsWith(invocation + "/") && isLive(account);
    if (oneSubject && isAlive) {
      turns.inHandlers.forEach(
          (other, until) ->
              check(
                  other.equals(invocation) || until.isBefore(clock.instant()),
                  key,
                  "is in a handler beside that of " + other));
      turns.inHandlers.put(invocation, account.heldUntil);
    }
  }

  /** A handler has ended, or its process has died. */
  void ends(String invocation) {
    turns.inHandlers.remove(invocation);
  }

  private boolean isLive(Account account) {
    return !account.heldUntil.isBefore(clock.instant());
  }

  /** A handler is about to have its effect on a record that a worker holds. */
  void effect(EventKey key, String handler, String invocation) {
    Account account = account(key);
    String holder = account.holder;
    if (holder != null && holder.startsWith(invocation + "/")) {
      check(!account.noted.contains(handler), key, handler + " ran again after it was noted");
      if (oneSubject && isLive(account)) {
        check(holder.equals(turns.owner), key, handler + " ran out of turn");
        check(
            !time(key).isBefore(turns.newest), key, handler + " ran after a newer one was handled");
      }
    }
    account.effects.merge(handler, 1, Integer::sum);
    if (oneSubject) {
      turns.effects.add(time(key));
    }
    account.unnoted.merge(handler, 1, Integer::sum);
  }

  /** A handler has said that trying again is of no use. */
  void failedForGood(EventKey key) {
    account(key).failedForGood = true;
  }

  /** The sender was told that its event is safe. */
  void accepted(EventKey key, Body body) {
    Optional<InboxRecord> found = inbox.find(key);
    if (found.isPresent() && !body.equals(found.get().body())) {
      EventKey copy =
          new EventKey(key.provider(), key.eventId() + "~" + body.sha256().substring(0, 16));
      boolean isKept = inbox.find(copy).map(kept -> body.equals(kept.body())).orElse(false);
      check(isKept || expired.contains(copy), copy, "was accepted and not kept");
      accepted.add(copy);
    } else {
      check(found.isPresent() || expired.contains(key), key, "was accepted and not recorded");
      accepted.add(key);
    }
  }

  /** Deletes what may be deleted by now, as the table's time-to-live does. */
  void expire() {
    Instant now = clock.instant();
    for (InboxRecord record : inbox.all()) {
      Instant expiresAt = record.expiresAt();
      if (expiresAt != null && expiresAt.isBefore(now)) {
        EventKey key = record.key();
        check(record.status().isFinal(), key, "expired while " + record.status());
        inbox.delete(key);
        expired.add(key);
        // An older event that comes so late is refused, but for the short times that these runs
        // keep records.
        forget(key);
      }
    }
  }

  /** What an event did whose turn was never ended was to be learnt from its record alone. */
  private void forget(EventKey key) {
    if (turns.owner != null && key.equals(turns.holder)) {
      turns.newest = Instant.MIN;
    }
  }

  // what must hold

  /** Looks at every record as it stands. */
  void checkRecords() {
    for (InboxRecord record : inbox.all()) {
      EventKey key = record.key();
      boolean isFinal = record.status().isFinal();
      boolean needsPerson =
          record.status() == Status.FAILED || record.status() == Status.QUARANTINED;
      check(record.attempts() <= maxAttempts, key, "has " + record.attempts() + " attempts");
      check((record.expiresAt() != null) == isFinal, key, record.status() + " and expiry");
      check(
          (record.dueAt() != null) == (!isFinal || needsPerson),
          key,
          record.status() + " and its place in the index");
      check(
          record.status() != Status.DONE || record.doneHandlers().containsAll(handlers),
          key,
          "is DONE without " + handlers);
      check(
          record.status() != Status.SUPERSEDED
              || (oneSubject && time(key).isBefore(turns.newestOfAll)),
          key,
          "is SUPERSEDED by nothing newer");
      check(
          account(key).noted.equals(record.doneHandlers()),
          key,
          "says that " + record.doneHandlers() + " are done and not " + account(key).noted);
      Histories.contradictions(record, maxAttempts).forEach(found -> check(false, key, found));
    }
    for (EventKey key : accepted) {
      check(inbox.find(key).isPresent() || expired.contains(key), key, "was accepted and is lost");
    }
  }

  /** Looks at what is left when nothing more happens. */
  void checkEnd() {
    checkRecords();
    for (InboxRecord record : inbox.all()) {
      check(record.status().isFinal(), record.key(), "stays " + record.status());
    }
    accounts.forEach(
        (key, account) ->
            account.effects.forEach(
                (handler, times) -> {
                  int admitted = Math.max(account.unnoted.getOrDefault(handler, 0), 0);
                  check(times - admitted <= 1, key, handler + " had its effect noted twice");
                }));
  }

  /** Returns how many events were accepted. */
  int acceptedCount() {
    return accepted.size();
  }
}
