package dev.hookset.local.stack;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.Turn;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Passes every step on to an inbox, and tells of those that have changed a record. */
final class WatchedInbox implements Inbox {
  private final Inbox inbox;
  private final Consumer<Step> watcher;

  WatchedInbox(Inbox inbox, Consumer<Step> watcher) {
    this.inbox = inbox;
    this.watcher = watcher;
  }

  @Override
  public Recording record(NewRecord fresh) {
    Recording recording = inbox.record(fresh);
    if (recording instanceof Recording.Created) {
      watcher.accept(new Step.Recorded(fresh.event().key(), fresh.status()));
    }
    return recording;
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
    Claim claim = inbox.claim(key, terms);
    if (claim instanceof Claim.Granted granted) {
      watcher.accept(new Step.Claimed(granted.claimed()));
    }
    return claim;
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    boolean marked = inbox.mark(claimed, handler);
    if (marked) {
      watcher.accept(new Step.Handled(claimed.key(), handler));
    }
    return marked;
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    boolean settled = inbox.settle(claimed, settlement, now);
    if (settled) {
      watcher.accept(new Step.Settled(claimed.key(), settlement));
    }
    return settled;
  }

  @Override
  public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    boolean exhausted = inbox.exhaust(found, maxAttempts, error, now);
    if (exhausted) {
      watcher.accept(new Step.GivenUp(found.key(), error));
    }
    return exhausted;
  }

  @Override
  public Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    return inbox.due(shard, now, passedOver);
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    boolean deferred = inbox.defer(due, until, now);
    if (deferred) {
      watcher.accept(new Step.PushedAgain(due.key(), until));
    }
    return deferred;
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    boolean replayed = inbox.replay(found, now);
    if (replayed) {
      watcher.accept(new Step.Replayed(found.key()));
    }
    return replayed;
  }

  @Override
  public Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    return inbox.takeTurn(subject, terms);
  }

  @Override
  public boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    return inbox.endTurn(subject, owner, handled, now);
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    return inbox.find(key);
  }

  @Override
  public Body body(InboxRecord record) throws BodyLost {
    return inbox.body(record);
  }
}
