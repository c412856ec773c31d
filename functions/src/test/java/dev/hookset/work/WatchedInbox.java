package dev.hookset.work;

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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An inbox that notes every step taken on another one, and lets a test do things before and after
 * each, such as fail it. Safe to share between threads.
 */
public final class WatchedInbox implements Inbox {
  private final Inbox inbox;
  private final List<Call> calls = new ArrayList<>();
  private volatile Bodies bodies;
  private volatile Watch before = _ -> {};
  private volatile Watch after = _ -> {};
  private volatile IntConsumer beforeDue = _ -> {};

  /** What is done to a record. */
  public enum Step {
    RECORD,
    CLAIM,
    MARK,
    SETTLE,
    EXHAUST,
    NEXT_DUE,
    DEFER,
    REPLAY,
    TAKE_TURN,
    END_TURN,
    FIND
  }

  /** A step on a record. */
  public record Call(Step step, EventKey key) {}

  /** Is told of a step, on the thread that takes it; what it throws reaches the caller. */
  @FunctionalInterface
  public interface Watch {
    /** Is told of {@code call}. */
    void on(Call call);

    /** Returns a watch that does {@code task} at each {@code step}. */
    static Watch at(Step step, Runnable task) {
      return call -> {
        if (call.step() == step) {
          task.run();
        }
      };
    }

    /** Returns a watch that does {@code task} at each {@code step} on the record of {@code key}. */
    static Watch at(Step step, EventKey key, Runnable task) {
      return call -> {
        if (call.equals(new Call(step, key))) {
          task.run();
        }
      };
    }
  }

  /** Watches {@code inbox}. */
  public WatchedInbox(Inbox inbox) {
    this.inbox = inbox;
    this.bodies = inbox::body;
  }

  /** Has {@code watch} told of each step before it is taken. */
  public void before(Watch watch) {
    before = watch;
  }

  /** Has {@code watch} told of each step after it was taken. */
  public void after(Watch watch) {
    after = watch;
  }

  /** Has {@code watch} told of each shard that is to be listed. */
  public void beforeDue(IntConsumer watch) {
    beforeDue = watch;
  }

  /** Returns the steps taken so far, in order. */
  public List<Step> steps() {
    synchronized (calls) {
      return calls.stream().map(Call::step).toList();
    }
  }

  private <T> T watched(Step step, EventKey key, Supplier<T> work) {
    Call call = new Call(step, key);
    synchronized (calls) {
      calls.add(call);
    }
    before.on(call);
    T result = work.get();
    after.on(call);
    return result;
  }

  @Override
  public Recording record(NewRecord fresh) {
    return watched(Step.RECORD, fresh.event().key(), () -> inbox.record(fresh));
  }

  @Override
  public Claim claim(EventKey key, ClaimTerms terms) {
    return watched(Step.CLAIM, key, () -> inbox.claim(key, terms));
  }

  @Override
  public boolean mark(InboxRecord claimed, String handler) {
    return watched(Step.MARK, claimed.key(), () -> inbox.mark(claimed, handler));
  }

  @Override
  public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
    return watched(Step.SETTLE, claimed.key(), () -> inbox.settle(claimed, settlement, now));
  }

  @Override
  public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
    return watched(Step.EXHAUST, found.key(), () -> inbox.exhaust(found, maxAttempts, error, now));
  }

  @Override
  public Iterator<Due> due(int shard, Instant now, Consumer<UnreadableRecord> passedOver) {
    beforeDue.accept(shard);
    Iterator<Due> due = inbox.due(shard, now, passedOver);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return due.hasNext();
      }

      @Override
      public Due next() {
        Due next = due.next();
        return watched(Step.NEXT_DUE, next.key(), () -> next);
      }
    };
  }

  @Override
  public boolean defer(Due due, Instant until, Instant now) {
    return watched(Step.DEFER, due.key(), () -> inbox.defer(due, until, now));
  }

  @Override
  public boolean replay(InboxRecord found, Instant now) {
    return watched(Step.REPLAY, found.key(), () -> inbox.replay(found, now));
  }

  @Override
  public Turn takeTurn(SubjectKey subject, TurnTerms terms) {
    return watched(Step.TAKE_TURN, terms.holder(), () -> inbox.takeTurn(subject, terms));
  }

  @Override
  public boolean endTurn(SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
    return watched(
        Step.END_TURN,
        new EventKey(subject.provider(), subject.name()),
        () -> inbox.endTurn(subject, owner, handled, now));
  }

  @Override
  public Optional<InboxRecord> find(EventKey key) {
    return watched(Step.FIND, key, () -> inbox.find(key));
  }

  /** What comes of asking for a body that is kept apart. */
  @FunctionalInterface
  public interface Bodies {
    /** Returns the body of {@code record}. */
    Body of(InboxRecord record) throws BodyLost;
  }

  /** Has {@code elsewhere} asked for all bodies. */
  public void bodies(Bodies elsewhere) {
    bodies = elsewhere;
  }

  /** No step: a body that its record holds costs no call. */
  @Override
  public Body body(InboxRecord record) throws BodyLost {
    return bodies.of(record);
  }
}
