package dev.hookset.inbox;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An inbox that lasts as long as the test does, by the same rules as the real one. Safe to share
 * between threads. It never expires a record by itself; {@link #delete} plays the table's
 * time-to-live.
 */
public final class InMemoryInbox implements Inbox {
  private final Duration retention;
  private final Map<EventKey, Row> rows = new LinkedHashMap<>();
  private final Map<SubjectKey, SubjectState> subjects = new HashMap<>();

  /**
   * Creates an empty inbox.
   *
   * @param retention how long a final record is kept
   */
  public InMemoryInbox(Duration retention) {
    this.retention = retention;
  }

  @Override
  public synchronized Recording record(NewRecord fresh) {
    Event event = fresh.event();
    Row found = rows.get(event.key());
    if (found != null) {
      return new Recording.Existing(found.status == Status.RECEIVED, found.event.body().sha256());
    }
    Row row = new Row(fresh);
    switch (fresh.status()) {
      case RECEIVED -> row.dueAt = Lifecycle.dueAfterReceipt(fresh.receivedAt());
      case SKIPPED, QUARANTINED -> row.finish(fresh.status(), fresh.receivedAt(), retention);
      case PROCESSING, DONE, SUPERSEDED, FAILED ->
          throw new IllegalStateException("NewRecord lets none of these pass");
    }
    rows.put(event.key(), row);
    return new Recording.Created();
  }

  @Override
  public synchronized Claim claim(EventKey key, ClaimTerms terms) {
    Row row = rows.get(key);
    if (row != null && row.isHeldBy(terms.owner())) {
      return new Claim.Granted(row.snapshot());
    }
    Claim judged = Lifecycle.judge(row == null ? null : row.snapshot(), terms);
    if (row == null || !(judged instanceof Claim.Granted)) {
      return judged;
    }
    row.status = Status.PROCESSING;
    row.attempts++;
    row.lease = terms.owner();
    row.leaseUntil = terms.leaseUntil();
    row.history = row.history.with(new History.Attempt(row.attempts, terms.now(), 0, null));
    return new Claim.Granted(row.snapshot());
  }

  @Override
  public synchronized boolean mark(InboxRecord claimed, String handler) {
    Row row = rows.get(claimed.key());
    if (row == null || !row.isHeldBy(owner(claimed))) {
      return false;
    }
    row.doneHandlers.add(handler);
    return true;
  }

  @Override
  public synchronized boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    String owner = owner(claimed);
    Row row = rows.get(claimed.key());
    if (row == null) {
      return false;
    }
    if (!row.isHeldBy(owner)) {
      return row.status == settlement.status() && settlement.lease(owner).equals(row.lease);
    }
    row.history = claimed.history().ended(settlement, now, claimed.pushes());
    switch (settlement) {
      case Settlement.Done(String lastHandler) -> {
        if (lastHandler != null) {
          row.doneHandlers.add(lastHandler);
        }
        row.finish(Status.DONE, now, retention);
      }
      case Settlement.Superseded(String lastHandler) -> {
        if (lastHandler != null) {
          row.doneHandlers.add(lastHandler);
        }
        row.finish(Status.SUPERSEDED, now, retention);
      }
      case Settlement.Returned(boolean lapsed) -> {
        row.status = settlement.status();
        row.lease = settlement.lease(owner);
        row.leaseUntil = lapsed ? Lifecycle.lapsed(now) : null;
        row.attempts = claimed.attempts() - 1;
      }
      case Settlement.Retry(String error, Instant notBefore) -> {
        row.status = Status.RECEIVED;
        row.leaseUntil = null;
        row.notBefore = notBefore;
        row.lastError = Lifecycle.shortened(error);
        row.dueAt = Lifecycle.dueAfterFailure(notBefore);
        row.pushes = 0;
      }
      case Settlement.Failed(String error) -> {
        row.lastError = Lifecycle.shortened(error);
        row.finish(Status.FAILED, now, retention);
      }
    }
    return true;
  }

  @Override
  public synchronized boolean exhaust(
      InboxRecord found, int maxAttempts, String error, Instant now) {
    Row row = rows.get(found.key());
    if (row == null) {
      return false;
    }
    String kept = Lifecycle.shortened(error);
    if (row.status.isFinal()) {
      // Nobody owns this step; a repetition is known by what it wrote.
      return row.status == Status.FAILED
          && row.attempts == found.attempts()
          && kept.equals(row.lastError);
    }
    if (row.attempts < maxAttempts || !row.waitsForWorker(now)) {
      return false;
    }
    row.lastError = kept;
    row.history = row.history.with(new History.GivenUp(now, error));
    row.finish(Status.FAILED, now, retention);
    return true;
  }

  @Override
  public synchronized Iterator<Due> due(
      int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    return rows.values().stream()
        .filter(row -> !row.status.isFinal())
        .filter(row -> Lifecycle.shard(row.event.key()) == shard)
        .map(Row::due)
        .filter(due -> !due.dueAt().isAfter(now))
        .sorted(Comparator.comparing(Due::dueAt))
        .toList()
        .iterator();
  }

  @Override
  public synchronized boolean defer(Due due, Instant until, Instant now) {
    Row row = rows.get(due.key());
    if (row == null || !row.waitsForWorker(now) || !due.dueAt().equals(row.dueAt)) {
      return false;
    }
    row.dueAt = until;
    row.pushes = due.pushes() + 1;
    return true;
  }

  @Override
  public synchronized boolean replay(InboxRecord found, Instant now) {
    Row row = rows.get(found.key());
    if (row == null || !found.status().isFinal()) {
      return false;
    }
    if (row.status != found.status() || row.replays != found.replays()) {
      return row.status == Status.RECEIVED && row.replays == found.replays() + 1;
    }
    row.open(now);
    return true;
  }

  @Override
  public synchronized Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    SubjectState found = subjects.get(subject);
    Turn judged = Lifecycle.judge(found, terms);
    if (judged instanceof Turn.Granted) {
      subjects.put(
          subject,
          new SubjectState(
              terms.owner(),
              terms.holder(),
              terms.leaseUntil(),
              found == null ? null : found.newest()));
    }
    return judged;
  }

  @Override
  public synchronized boolean endTurn(
      SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    SubjectState found = subjects.get(subject);
    if (found == null || !owner.equals(found.owner())) {
      return false;
    }
    if (found.leaseUntil() != null) {
      subjects.put(
          subject,
          new SubjectState(
              owner, found.holder(), null, handled == null ? found.newest() : handled));
    }
    return true;
  }

  @Override
  public synchronized Optional<InboxRecord> find(EventKey key) {
    return Optional.ofNullable(rows.get(key)).map(Row::snapshot);
  }

  @Override
  public Body body(InboxRecord record) {
    return Objects.requireNonNull(record.body(), "every body is in its record");
  }

  /** Deletes a record, as the table's time-to-live or an operator would. */
  public synchronized void delete(EventKey key) {
    rows.remove(key);
  }

  /** Returns all records as they are now, the first recorded first. */
  public synchronized List<InboxRecord> all() {
    return rows.values().stream().map(Row::snapshot).toList();
  }

  private static String owner(InboxRecord claimed) {
    return Objects.requireNonNull(claimed.lease(), "the lease of a claimed record");
  }

  /** One record, as it is being written to. */
  private static final class Row {
    private final Event event;
    private final Instant receivedAt;
    private final Map<String, String> headers;
    private final @Nullable String traceId;
    private final @Nullable String via;
    private final Set<String> doneHandlers = new LinkedHashSet<>();
    private Status status;
    private int attempts;
    private int replays;
    private @Nullable String lease;
    private @Nullable Instant leaseUntil;
    private @Nullable Instant notBefore;
    private @Nullable String lastError;
    private @Nullable Instant dueAt;
    private int pushes;
    private @Nullable Instant expiresAt;
    private History history = History.NONE;

    Row(NewRecord fresh) {
      this.event = fresh.event();
      this.receivedAt = fresh.receivedAt();
      this.headers = fresh.headers();
      this.traceId = fresh.traceId();
      this.via = fresh.via();
      this.status = fresh.status();
    }

    boolean isHeldBy(String owner) {
      return status == Status.PROCESSING && owner.equals(lease);
    }

    boolean waitsForWorker(Instant now) {
      return status == Status.RECEIVED
          || (status == Status.PROCESSING && (leaseUntil == null || leaseUntil.isBefore(now)));
    }

    void finish(Status last, Instant now, Duration retention) {
      status = last;
      leaseUntil = null;
      notBefore = null;
      pushes = 0;
      dueAt = last == Status.FAILED || last == Status.QUARANTINED ? now : null;
      expiresAt = Lifecycle.expiry(now, event.occurredAt(), retention);
    }

    void open(Instant now) {
      if (status != Status.FAILED) {
        doneHandlers.clear();
      }
      status = Status.RECEIVED;
      attempts = 0;
      replays++;
      lease = null;
      leaseUntil = null;
      notBefore = null;
      lastError = null;
      dueAt = Lifecycle.dueAfterReceipt(now);
      pushes = 0;
      expiresAt = null;
      history = history.replayed(now);
    }

    Due due() {
      if (dueAt == null) {
        throw new IllegalStateException("an open record is always due some time");
      }
      return new Due(event.key(), dueAt, pushes, notBefore != null, traceId);
    }

    InboxRecord snapshot() {
      return new InboxRecord(
          event.key(),
          event.type(),
          event.occurredAt(),
          event.environment(),
          event.origin(),
          event.body(),
          null,
          receivedAt,
          status,
          attempts,
          lease,
          leaseUntil,
          notBefore,
          doneHandlers,
          lastError,
          event.body().sha256(),
          replays,
          headers,
          traceId,
          dueAt,
          pushes,
          expiresAt,
          history,
          via,
          null);
    }
  }
}
