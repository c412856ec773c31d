package dev.hookset.local.troubleshooting;

import dev.hookset.Body;
import dev.hookset.EventKey;
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
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes every record as new and keeps none: what is judged here has not come. */
final class DiscardingInbox implements Inbox {
  @Override
  public Recording record(NewRecord fresh) {
    return new Recording.Created();
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    return Optional.empty();
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
    return new Claim.Unknown();
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    return false;
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    return false;
  }

  @Override
  public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    return false;
  }

  @Override
  public Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    return Collections.emptyIterator();
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    return false;
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    return false;
  }

  @Override
  public Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    return new Turn.Held();
  }

  @Override
  public boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    return false;
  }

  @Override
  public Body body(InboxRecord record) {
    throw new IllegalArgumentException("there are no records here");
  }
}
