package dev.hookset.faults;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.faults.Point.Call;
import dev.hookset.faults.Point.Side;
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
import dev.hookset.receive.WorkQueue;
import dev.hookset.work.Handler;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ports as one simulated process sees them: a point before and after every call. Once the
 * process is dead, every call throws, so that it has no effect on anything any more.
 *
 * @param shard of the shards that the relay lists, the only one whose listing is a point: the
 *     others are listed at the same time, in no particular order, and hold nothing
 */
record FaultyPorts(Points points, int shard) {
  private <T> T around(Call call, @Nullable String detail, Supplier<T> work) {
    points.pass(new Point(call, Side.BEFORE, detail));
    T result = work.get();
    points.pass(new Point(call, Side.AFTER, detail));
    return result;
  }

  /** A call that is no port's: the answer of the function. */
  void around(Call call, Runnable work) {
    around(
        call,
        null,
        () -> {
          work.run();
          return call;
        });
  }

  /** Returns a handler with {@code effect}, and a point before and after it. */
  Handler handler(String name, Handler effect) {
    return (event, context) -> {
      points.pass(new Point(Call.EFFECT, Side.BEFORE, name));
      effect.handle(event, context);
      points.pass(new Point(Call.EFFECT, Side.AFTER, name));
    };
  }

  /** Returns {@code queue} as this process sees it. */
  WorkQueue queue(WorkQueue queue) {
    return new WorkQueue() {
      @Override
      public void push(Pointer pointer, Duration delay) {
        around(Call.PUSH, () -> queue.push(pointer, delay));
      }

      @Override
      public List<Pointer> pushAll(List<Pointer> pointers) {
        return around(Call.PUSH_ALL, null, () -> queue.pushAll(pointers));
      }
    };
  }

  /** What the worker does with a pointer that is to come back. */
  void postpone(WorkQueue queue, Pointer pointer, Duration wait) {
    around(Call.POSTPONE, () -> queue.push(pointer, wait));
  }

  /** Returns {@code inbox} as this process sees it. */
  Inbox inbox(Inbox inbox) {
    return new Inbox() {
      @Override
      public Recording record(NewRecord fresh) {
        return around(Call.RECORD, null, () -> inbox.record(fresh));
      }

      @Override
      public Claim claim(EventKey key, ClaimTerms terms) {
        return around(Call.CLAIM, null, () -> inbox.claim(key, terms));
      }

      @Override
      public boolean mark(InboxRecord claimed, String handler) {
        return around(Call.MARK, handler, () -> inbox.mark(claimed, handler));
      }

      @Override
      public boolean settle(InboxRecord claimed, Settlement settlement, Instant now) {
        return around(
            Call.SETTLE, settlement.status().name(), () -> inbox.settle(claimed, settlement, now));
      }

      @Override
      public boolean exhaust(InboxRecord found, int maxAttempts, String error, Instant now) {
        return around(Call.EXHAUST, null, () -> inbox.exhaust(found, maxAttempts, error, now));
      }

      @Override
      public Iterator<Due> due(int listed, Instant now, Consumer<UnreadableRecord> passedOver) {
        return listed == shard
            ? around(Call.DUE, null, () -> inbox.due(listed, now, passedOver))
            : inbox.due(listed, now, passedOver);
      }

      @Override
      public boolean defer(Due due, Instant until, Instant now) {
        return around(Call.DEFER, null, () -> inbox.defer(due, until, now));
      }

      @Override
      public boolean replay(InboxRecord found, Instant now) {
        return around(Call.REPLAY, null, () -> inbox.replay(found, now));
      }

      @Override
      public Turn takeTurn(SubjectKey subject, TurnTerms terms) {
        return around(Call.TAKE_TURN, null, () -> inbox.takeTurn(subject, terms));
      }

      @Override
      public boolean endTurn(
          SubjectKey subject, String owner, @Nullable Instant handled, Instant now) {
        return around(Call.END_TURN, null, () -> inbox.endTurn(subject, owner, handled, now));
      }

      @Override
      public Body body(InboxRecord record) throws BodyLost {
        points.pass(new Point(Call.BODY, Side.BEFORE, null));
        Body body = inbox.body(record);
        points.pass(new Point(Call.BODY, Side.AFTER, null));
        return body;
      }

      @Override
      public Optional<InboxRecord> find(EventKey key) {
        return around(Call.FIND, null, () -> inbox.find(key));
      }
    };
  }
}
