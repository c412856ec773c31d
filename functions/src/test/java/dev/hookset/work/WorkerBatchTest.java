package dev.hookset.work;

import static dev.hookset.work.Workbench.NOW;
import static dev.hookset.work.Workbench.all;
import static dev.hookset.work.Workbench.key;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Status;
import dev.hookset.work.WatchedInbox.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker under batches of everything that can become of a message, at random. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkerBatchTest {
  private final Workbench bench = new Workbench();

  @ParameterizedTest
  @ValueSource(longs = {1, 20260601, -77})
  void work_aThousandOutcomesAtRandom_reportsExactlyTheRightOnes(long seed) {
    Random random = new Random(seed);
    Map<EventKey, Plan> plans = new ConcurrentHashMap<>();
    Worker worker =
        bench.worker(all((event, _) -> run(plans.getOrDefault(event.key(), Plan.UNKNOWN))), 3);
    bench.inbox.before(
        call -> {
          Plan plan = plans.getOrDefault(call.key(), Plan.UNKNOWN);
          boolean isOut =
              (plan == Plan.CLAIM_OUTAGE && call.step() == Step.CLAIM)
                  || (plan == Plan.SETTLE_OUTAGE && call.step() == Step.SETTLE);
          if (isOut) {
            throw new InboxUnavailable("down", new IOException());
          }
        });
    for (int batch = 0; batch < 100; batch++) {
      List<Message> messages = new ArrayList<>();
      Set<String> expected = new HashSet<>();
      for (int i = 0; i < 10; i++) {
        Plan plan = Plan.values()[random.nextInt(Plan.values().length)];
        String id = "evt " + batch + "." + i;
        EventKey key = key(id);
        plans.put(key, plan);
        prepare(plan, id);
        messages.add(new Message(id, plan == Plan.UNREADABLE ? null : key));
        if (plan.outcome.comesBack()) {
          expected.add(id);
        }
      }

      List<String> comeBack = bench.work(worker, messages);

      assertEquals(expected, new HashSet<>(comeBack), "seed " + seed + ", batch " + batch);
      assertEquals(expected.size(), comeBack.size(), "seed " + seed + ", batch " + batch);
      for (Message message : messages) {
        Plan plan = plans.getOrDefault(key(message.id()), Plan.UNKNOWN);
        assertEquals(plan.outcome, bench.outcome(message.id()), plan + ", seed " + seed);
      }
    }
  }

  /** What shall become of a message. */
  private enum Plan {
    DONE(Report.Outcome.DONE),
    RETRY(Report.Outcome.RETRY),
    ERROR(Report.Outcome.RETRY),
    PERMANENT(Report.Outcome.FAILED),
    LAST_ATTEMPT(Report.Outcome.FAILED),
    EXHAUSTED(Report.Outcome.FAILED),
    FINISHED(Report.Outcome.FINISHED),
    HELD(Report.Outcome.HELD),
    LAPSED(Report.Outcome.DONE),
    LAPSED_RETRY(Report.Outcome.RETRY),
    UNKNOWN(Report.Outcome.UNKNOWN),
    UNREADABLE(Report.Outcome.UNREADABLE),
    CLAIM_OUTAGE(Report.Outcome.INBOX_UNAVAILABLE),
    SETTLE_OUTAGE(Report.Outcome.INBOX_UNAVAILABLE);

    private final Report.Outcome outcome;

    Plan(Report.Outcome outcome) {
      this.outcome = outcome;
    }
  }

  private void prepare(Plan plan, String id) {
    EventKey _ =
        switch (plan) {
          case DONE, RETRY, ERROR, PERMANENT, CLAIM_OUTAGE, SETTLE_OUTAGE -> bench.received(id);
          case LAST_ATTEMPT -> bench.failed(id, 2);
          case EXHAUSTED -> bench.failed(id, 3);
          case FINISHED -> bench.recorded(id, Status.SKIPPED);
          case HELD -> bench.held(id, NOW.plusSeconds(1));
          case LAPSED -> bench.lapsed(id, 1);
          case LAPSED_RETRY -> bench.lapsed(id, 1);
          case UNKNOWN, UNREADABLE -> key(id);
        };
  }

  private static void run(Plan plan) {
    switch (plan) {
      case DONE, LAPSED, SETTLE_OUTAGE -> {}
      case RETRY, LAST_ATTEMPT, LAPSED_RETRY -> throw new IllegalStateException("later");
      case ERROR -> throw new AssertionError("an error");
      case PERMANENT -> throw new PermanentFailure("never");
      case EXHAUSTED, FINISHED, HELD, UNKNOWN, UNREADABLE, CLAIM_OUTAGE ->
          throw new PermanentFailure("must not run");
    }
  }
}
