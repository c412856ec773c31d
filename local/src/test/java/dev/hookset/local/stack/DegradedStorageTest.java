package dev.hookset.local.stack;

import static dev.hookset.local.stack.FaultyStack.INVOCATION;
import static dev.hookset.local.stack.FaultyStack.LEMMA;
import static dev.hookset.local.stack.FaultyStack.PUSHED_ONE;
import static dev.hookset.local.stack.FaultyStack.assertUnavailable;
import static dev.hookset.local.stack.FaultyStack.deliver;
import static dev.hookset.local.stack.FaultyStack.deliverUntilTaken;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.relay.Relay;
import dev.hookset.work.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * The functions while what they store into answers, but throttles, refuses a part, lags, or
 * forgets.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // JUnit sets them.
final class DegradedStorageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path directory;
  @TempDir private static Path bucket;
  private static FaultyStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack = new FaultyStack(directory, bucket);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @BeforeEach
  void begin() throws IOException {
    stack.begin();
  }

  // The index lags

  @Test
  void index_stillListingWhatIsDone_pushesNothingAndMovesNothing() throws Exception {
    EventKey key = stack.received("a");
    stack.comeDue();
    Map<String, Interceptor.Answer> asItWas = new ConcurrentHashMap<>();
    stack.beforeDynamoDb.inject(
        "Query", call -> asItWas.computeIfAbsent(call.body().utf8(), _ -> forwarded(call)));
    Relay relay = stack.intercepted().relay();
    Instant sweepAt = stack.now();
    assertEquals(PUSHED_ONE, stack.sweep(relay, sweepAt));
    assertEquals(List.of(), stack.work());
    InboxRecord done = stack.found(key);
    assertEquals(Status.DONE, done.status());

    assertEquals(
        new Relay.Sweep(0, 0, 0, List.of()), stack.sweep(relay, sweepAt), "the listing of before");

    assertEquals(done, stack.found(key));
    assertEquals(List.of(), stack.receive());
  }

  @Test
  void index_notListingYetWhatIsDue_isPushedOnceItDoes() throws Exception {
    EventKey key = stack.received("a");
    stack.comeDue();
    stack.beforeDynamoDb.inject(
        "Query", _ -> new Interceptor.Answer(200, Body.ofUtf8("{\"Items\":[],\"Count\":0}")));
    Relay relay = stack.intercepted().relay();
    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), stack.sweep(relay));

    stack.heal();

    assertEquals(PUSHED_ONE, stack.sweep(relay));
    assertEquals(List.of(), stack.work());
    stack.assertDone(key, 1, 1);
  }

  // Throttled

  @ParameterizedTest
  @ValueSource(strings = {"ProvisionedThroughputExceededException", "ThrottlingException"})
  void dynamoDb_throttlingForAWhile_isUnavailableAndTheRetryIsTaken(String code) throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.intercepted());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    stack.beforeDynamoDb.inject("PutItem", _ -> Interceptor.Answer.error(400, code));

    assertUnavailable(deliver(receiver, delivery));

    assertEquals(List.of(), stack.keys());
    assertEquals(List.of(), stack.receive());
    stack.heal();
    deliverUntilTaken(receiver, delivery);
    assertEquals(List.of(), stack.work());
    stack.assertDone(stack.recorded(), 1, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ProvisionedThroughputExceededException", "ThrottlingException"})
  void dynamoDb_throttlingOneCall_isAskedAgain(String code) throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.intercepted());
    AtomicInteger asked = new AtomicInteger();
    stack.beforeDynamoDb.inject(
        "PutItem",
        call ->
            asked.incrementAndGet() == 1 ? Interceptor.Answer.error(400, code) : call.forward());

    deliverUntilTaken(receiver, TestStack.genuine(LEMMA));

    assertEquals(2, asked.get());
    assertEquals(List.of(), stack.work());
    stack.assertDone(stack.recorded(), 1, 1);
  }

  @Test
  void dynamoDb_throttlingAClaim_bringsTheMessageBackWithoutCountingAnAttempt() throws Exception {
    EventKey key = stack.delivered();
    List<Message> batch = stack.receive();
    stack.beforeDynamoDb.inject(
        "UpdateItem", _ -> Interceptor.Answer.error(400, "ThrottlingException"));

    assertEquals(1, stack.work(batch).size());

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, stack.reports.getLast().outcome());
    assertEquals(0, stack.found(key).attempts());
    stack.heal();
    assertEquals(List.of(), stack.work(batch));
    stack.assertDone(key, 1, 1);
  }

  @Test
  void dynamoDb_throttlingASettlement_isTakenUpAgainWhenTheLeaseIsOver() throws Exception {
    EventKey key = stack.delivered();
    List<Message> batch = stack.receive();
    AtomicInteger asked = new AtomicInteger();
    stack.beforeDynamoDb.inject(
        "UpdateItem",
        call -> {
          if (asked.incrementAndGet() == 1) {
            return call.forward();
          }
          // The invocation is nearly over, so that the worker gives up in seconds.
          stack.later = INVOCATION.minusSeconds(8);
          return Interceptor.Answer.error(400, "ProvisionedThroughputExceededException");
        });

    assertEquals(1, stack.work(batch).size());

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, stack.reports.getLast().outcome());
    assertEquals(Status.PROCESSING, stack.found(key).status());
    stack.heal();
    stack.later = Duration.ZERO;
    assertEquals(1, stack.work(batch).size(), "the lease is respected");
    assertEquals(Report.Outcome.HELD, stack.reports.getLast().outcome());
    stack.comeDue();
    assertEquals(List.of(), stack.work(batch));
    // The one window that the design admits: a handler's effect that could not be noted.
    stack.assertDone(key, 2, 2);
  }

  @Test
  void dynamoDb_throttlingTheRelay_isAnOutageAndSweptTheNextMinute() throws Exception {
    EventKey key = stack.received("a");
    stack.beforeDynamoDb.inject("Query", _ -> Interceptor.Answer.error(400, "ThrottlingException"));
    Relay relay = stack.intercepted().relay();
    stack.comeDue();

    Relay.Sweep inVain = stack.sweep(relay);

    assertEquals(0, inVain.pushed());
    assertEquals(Lifecycle.SHARDS, inVain.outages().size());
    stack.heal();
    assertEquals(PUSHED_ONE, stack.sweep(relay));
    assertEquals(List.of(), stack.work());
    stack.assertDone(key, 1, 1);
  }

  @Test
  void sqs_throttling_isAnsweredWithSuccessAndTheRelayDeliversAfterwards() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.intercepted());
    stack.beforeSqs.inject(
        "SendMessage", _ -> Interceptor.Answer.error(400, "ThrottlingException"));

    deliverUntilTaken(receiver, TestStack.genuine(LEMMA));

    assertNotNull(stack.receipts.getLast().pushFailure());
    assertEquals(List.of(), stack.receive());
    stack.assertRelayed();
  }

  // In part

  @Test
  void sendMessageBatch_oneEntryRefused_isCountedAndPushedAgainLater() throws Exception {
    List<EventKey> keys = stack.receivedInOneShard(3);
    Relay relay = stack.intercepted().relay();
    List<String> refused = new ArrayList<>();
    stack.beforeSqs.inject("SendMessageBatch", call -> withoutTheSecond(call, refused));
    stack.comeDue();

    assertEquals(new Relay.Sweep(2, 0, 1, List.of()), stack.sweep(relay));

    assertEquals(1, refused.size());
    assertEquals(List.of(), stack.work());
    assertEquals(2, stack.handled.get());
    stack.heal();
    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), stack.sweep(relay), "not before its time");
    stack.comeDue();
    assertEquals(PUSHED_ONE, stack.sweep(relay));
    List<Message> last = stack.receive();
    assertEquals(refused, last.stream().map(Message::body).toList());
    assertEquals(List.of(), stack.work(last));
    for (EventKey key : keys) {
      stack.assertDone(key, 1, 3);
    }
  }

  // Gone

  @Test
  void message_deletedFromTheQueue_isBroughtBackByTheRelay() throws Exception {
    stack.delivered();
    stack.receive().forEach(stack::delete);

    stack.assertRelayed();
  }

  @Test
  void record_expiredBetweenPushAndClaim_isReportedAndNotResurrected() throws Exception {
    EventKey key = stack.delivered();
    List<Message> batch = stack.receive();
    stack.delete(key);

    assertEquals(1, stack.work(batch).size());

    assertEquals(Report.Outcome.UNKNOWN, stack.reports.getLast().outcome());
    assertEquals(0, stack.handled.get());
    assertEquals(List.of(), stack.keys());
    stack.comeDue();
    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), stack.sweep(stack.direct().relay()));
  }

  @Test
  void record_expiredBetweenClaimAndSettlement_isReportedAndNotResurrected() throws Exception {
    EventKey key = stack.delivered();
    AtomicInteger asked = new AtomicInteger();
    stack.beforeDynamoDb.inject(
        "UpdateItem",
        call -> {
          if (asked.incrementAndGet() == 2) {
            stack.delete(key);
          }
          return call.forward();
        });

    assertEquals(1, stack.work().size());

    assertEquals(Report.Outcome.LEASE_LOST, stack.reports.getLast().outcome());
    assertEquals(1, stack.handled.get());
    assertEquals(List.of(), stack.keys());
  }

  @Test
  void record_expiredBetweenTheRelaysLookAndItsPush_isNeitherPushedNorResurrected()
      throws Exception {
    EventKey key = stack.received("a");
    stack.beforeDynamoDb.inject(
        "UpdateItem",
        call -> {
          stack.delete(key);
          return call.forward();
        });
    stack.comeDue();

    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), stack.sweep(stack.intercepted().relay()));

    assertEquals(List.of(), stack.receive());
    assertEquals(List.of(), stack.keys());
  }

  /** Sends all entries but one, and adds what SQS says of one that it did not take. */
  private static Interceptor.Answer withoutTheSecond(Interceptor.Call call, List<String> refused)
      throws IOException {
    ObjectNode request = (ObjectNode) JSON.readTree(call.body().toByteArray());
    JsonNode second = ((ArrayNode) request.path("Entries")).remove(1);
    refused.add(second.path("MessageBody").asText());
    Interceptor.Answer answer = call.forward(Body.ofUtf8(request.toString()));
    ObjectNode response = (ObjectNode) JSON.readTree(answer.body().toByteArray());
    response
        .putArray("Failed")
        .addObject()
        .put("Id", second.path("Id").asText())
        .put("SenderFault", false)
        .put("Code", "InternalError");
    return new Interceptor.Answer(answer.status(), Body.ofUtf8(response.toString()));
  }

  private static Interceptor.Answer forwarded(Interceptor.Call call) {
    try {
      return call.forward();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
