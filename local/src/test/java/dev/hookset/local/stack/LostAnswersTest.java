package dev.hookset.local.stack;

import static dev.hookset.local.stack.WorkerFixture.NOTHING;
import static dev.hookset.local.stack.WorkerFixture.all;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.relay.Relay;
import dev.hookset.work.Handler;
import dev.hookset.work.Message;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The worker and the relay where the answer to a write gets lost: the SDK repeats one that had been
 * applied.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LostAnswersTest {
  @RegisterExtension final WorkerFixture on = new WorkerFixture();

  @Test
  void record_answerLost_isExistingAndStillWaiting() {
    LostAnswers http = new LostAnswers(on.parts().http());
    try (DynamoDbClient dynamoDb = on.parts().dynamoDb(http)) {
      Event event = on.event("a");
      http.loseNext("PutItem");

      Recording recording =
          on.parts()
              .inbox(dynamoDb)
              .record(new NewRecord(event, on.now, Status.RECEIVED, Map.of(), null));

      assertEquals(1, http.lost());
      assertEquals(new Recording.Existing(true, event.body().sha256()), recording);
      assertEquals(Status.RECEIVED, on.found(event.key()).status());
    }
  }

  /** On a busy machine `demo` called an event that came for the first time a duplicate. */
  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"RECEIVED", "SKIPPED", "QUARANTINED"})
  void record_answerLostAndTheTraceKnown_isCreated(Status status) {
    LostAnswers http = new LostAnswers(on.parts().http());
    try (DynamoDbClient dynamoDb = on.parts().dynamoDb(http)) {
      NewRecord fresh = new NewRecord(on.event("a"), on.now, status, Map.of(), "Root=1-a");
      http.loseNext("PutItem");

      assertEquals(new Recording.Created(), on.parts().inbox(dynamoDb).record(fresh));

      assertEquals(1, http.lost());
      NewRecord again = new NewRecord(on.event("a"), on.now, status, Map.of(), "Root=1-b");
      assertInstanceOf(Recording.Existing.class, on.parts().inbox(dynamoDb).record(again));
    }
  }

  @Test
  void work_answerToAnyOneWriteLost_isDoneOnceAllTheSame() {
    // Claim, mark, mark, settle.
    for (int write = 1; write <= 4; write++) {
      EventKey key = on.received("write " + write);
      on.handled.set(0);
      LostAnswers http = new LostAnswers(on.parts().http());
      try (DynamoDbClient dynamoDb = on.parts().dynamoDb(http)) {
        int unlucky = write;
        if (write == 1) {
          http.loseNext("UpdateItem");
        }
        Handler handler =
            (_, _) -> {
              if (on.handled.incrementAndGet() == unlucky - 1) {
                http.loseNext("UpdateItem");
              }
            };
        Worker worker =
            on.worker(
                on.parts().inbox(dynamoDb),
                Routes.builder()
                    .on("lemma", "*", handler)
                    .on("lemma", "*", handler)
                    .on("lemma", "*", handler)
                    .build());

        assertEquals(
            List.of(),
            worker.work(List.of(new Message("m", key)), "inv " + write, on.now.plusSeconds(60)));

        assertEquals(1, http.lost(), "write " + write);
        assertEquals(3, on.handled.get());
        assertEquals(Status.DONE, on.found(key).status());
        assertEquals(1, on.found(key).attempts());
        assertEquals(3, on.found(key).doneHandlers().size());
      }
    }
  }

  @Test
  void work_answerToARetryLost_isTriedAgainLaterAllTheSame() {
    EventKey key = on.received("a");
    LostAnswers http = new LostAnswers(on.parts().http());
    try (DynamoDbClient dynamoDb = on.parts().dynamoDb(http)) {
      Worker worker =
          on.worker(
              on.parts().inbox(dynamoDb),
              all(
                  (_, _) -> {
                    http.loseNext("UpdateItem");
                    throw new IllegalStateException("not yet");
                  }));

      assertEquals(
          List.of(), worker.work(List.of(new Message("m", key)), "inv", on.now.plusSeconds(60)));

      assertEquals(1, http.lost());
      assertEquals(Status.RECEIVED, on.found(key).status());
      assertEquals(1, on.parts().delayed());
    }
  }

  @Test
  void claim_answerToATakeOverLost_isGrantedAndCountedOnce() {
    EventKey key = on.received("a");
    on.parts()
        .inbox()
        .claim(key, new ClaimTerms("killed", on.now, on.now.plusSeconds(1), 9, false));
    on.now = on.now.plusSeconds(2);
    LostAnswers http = new LostAnswers(on.parts().http());
    try (DynamoDbClient dynamoDb = on.parts().dynamoDb(http)) {
      http.loseNext("UpdateItem");

      Claim claim =
          on.parts()
              .inbox(dynamoDb)
              .claim(key, new ClaimTerms("next", on.now, on.now.plusSeconds(60), 9, true));

      assertEquals(1, http.lost());
      assertEquals(2, assertInstanceOf(Claim.Granted.class, claim).claimed().attempts());
      assertEquals(2, on.found(key).attempts());
    }
  }

  @Test
  void exhaust_answerLost_isFailedAllTheSame() {
    EventKey key = on.received("a");
    on.parts()
        .inbox()
        .claim(key, new ClaimTerms("killed", on.now, on.now.plusSeconds(1), 9, false));
    on.now = on.now.plusSeconds(2);
    LostAnswers http = new LostAnswers(on.parts().http());
    try (DynamoDbClient dynamoDb = on.parts().dynamoDb(http)) {
      http.loseNext("UpdateItem");

      assertTrue(
          on.parts().inbox(dynamoDb).exhaust(on.found(key), 1, "no attempt is left", on.now));

      assertEquals(1, http.lost());
      assertEquals(Status.FAILED, on.found(key).status());
    }
  }

  @Test
  void relay_answerToAMoveOnLost_pushesOneStepLater() {
    EventKey key = on.received("a");
    on.now = Lifecycle.dueAfterReceipt(on.now);
    LostAnswers http = new LostAnswers(on.parts().http());
    try (DynamoDbClient dynamoDb = on.parts().dynamoDb(http)) {
      http.loseNext("UpdateItem");
      Relay relay =
          new Relay(
              on.parts().inbox(dynamoDb), on.parts().queue(), Duration.ofSeconds(12), () -> on.now);

      assertEquals(NOTHING, relay.sweep(on.now.plusSeconds(60)));

      assertEquals(1, http.lost());
      on.now = on.now.plus(Duration.ofMinutes(2));
      assertEquals(new Relay.Sweep(1, 0, 0, List.of()), relay.sweep(on.now.plusSeconds(60)));
      assertEquals(List.of(key), on.parts().drain().stream().map(EmbeddedParts::pointer).toList());
    }
  }

  @Test
  void push_answerLost_doublesThePointerAndRunsTheHandlerOnce() {
    EventKey key = on.received("a");
    LostAnswers http = new LostAnswers(on.parts().http());
    try (var sqs = on.parts().sqs(http)) {
      http.loseNext("SendMessage");

      on.parts().queue(sqs).push(Pointer.to(key), Duration.ZERO);

      assertEquals(1, http.lost());
      assertEquals(2, on.parts().visible());
      on.workOnce(on.worker(all(on.counting)));
      assertEquals(1, on.handled.get());
      assertEquals(Status.DONE, on.found(key).status());
    }
  }
}
