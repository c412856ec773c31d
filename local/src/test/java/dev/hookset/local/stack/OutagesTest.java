package dev.hookset.local.stack;

import static dev.hookset.local.stack.FaultyStack.LEMMA;
import static dev.hookset.local.stack.FaultyStack.PUSHED_ONE;
import static dev.hookset.local.stack.FaultyStack.assertUnavailable;
import static dev.hookset.local.stack.FaultyStack.deliver;
import static dev.hookset.local.stack.FaultyStack.deliverUntilTaken;
import static dev.hookset.local.stack.FaultyStack.longDelivery;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.EventKey;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.receive.Receipt;
import dev.hookset.relay.Relay;
import dev.hookset.work.Report;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;

/** The functions while what they store into is really stopped, or stalls. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // JUnit sets them.
final class OutagesTest {
  @TempDir private Path directory;
  @TempDir private Path bucket;
  private FaultyStack stack;

  @BeforeEach
  void start() throws IOException {
    stack = new FaultyStack(directory, bucket);
  }

  @AfterEach
  void stop() {
    stack.close();
  }

  // Stopped

  @Test
  void sqs_stopped_isAnsweredWithSuccessAndTheRelayDeliversAfterwards() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.direct());
    stack.stopSqs();

    JsonNode reply = deliver(receiver, TestStack.genuine(LEMMA));

    assertEquals(LEMMA.successStatus(), reply.path("statusCode").intValue());
    EventKey key = stack.recorded();
    assertNotNull(stack.receipts.getLast().pushFailure());
    assertEquals(Status.RECEIVED, stack.found(key).status());
    Relay relay = stack.direct().relay();
    stack.comeDue();
    Relay.Sweep inVain = stack.sweep(relay);
    assertEquals(0, inVain.pushed());
    assertEquals(1, inVain.notPushed());
    assertEquals(1, inVain.outages().size());

    stack.restartSqs();
    stack.comeDue();

    assertEquals(PUSHED_ONE, stack.sweep(relay));
    assertEquals(List.of(), stack.work());
    stack.assertDone(key, 1, 1);
  }

  @Test
  void sqs_stoppedAndTheSenderComesAgain_isPushedThen() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.direct());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    stack.stopSqs();
    deliver(receiver, delivery);
    stack.restartSqs();

    deliver(receiver, delivery);

    assertEquals(Receipt.Outcome.DUPLICATE, stack.receipts.getLast().outcome());
    assertNull(stack.receipts.getLast().pushFailure());
    assertEquals(List.of(), stack.work());
    stack.assertDone(stack.recorded(), 1, 1);
  }

  @Test
  void dynamoDb_stopped_isUnavailableAndTheRetryIsTaken() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.direct());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    stack.stopDynamoDb();

    assertUnavailable(deliver(receiver, delivery));

    stack.restartDynamoDb();
    assertEquals(List.of(), stack.keys());
    assertEquals(List.of(), stack.receive());
    deliverUntilTaken(receiver, delivery);
    assertEquals(List.of(), stack.work());
    stack.assertDone(stack.recorded(), 1, 1);
  }

  @Test
  void dynamoDb_stoppedUnderTheWorkerAndTheRelay_delaysAndLosesNothing() throws Exception {
    EventKey key = stack.delivered();
    List<Message> batch = stack.receive();
    stack.stopDynamoDb();

    assertEquals(1, stack.work(batch).size(), "the message comes back");
    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, stack.reports.getLast().outcome());
    assertEquals(Lifecycle.SHARDS, stack.sweep(stack.direct().relay()).outages().size());

    stack.restartDynamoDb();
    assertEquals(List.of(), stack.work(batch));
    stack.assertDone(key, 1, 1);
  }

  // Stalled

  @Test
  void dynamoDb_neverAnswering_isUnavailable() throws Exception {
    // What nobody accepts, the system does; and nobody reads it.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      ReceiveFunction receiver = new ReceiveFunction(stack.wiring(endpoint, stack.sqsEndpoint()));

      assertUnavailable(deliver(receiver, TestStack.genuine(LEMMA)));
    }
    assertEquals(List.of(), stack.keys());
    assertEquals(List.of(), stack.receive());
  }

  @Test
  void dynamoDb_writingAndNeverAnswering_isUnavailableAndTheRetryIsADuplicate() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.intercepted());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    stack.beforeDynamoDb.inject("PutItem", call -> stack.stalled(call.forward()));

    assertUnavailable(deliver(receiver, delivery));

    EventKey key = stack.recorded();
    assertEquals(List.of(), stack.receive(), "not pushed");
    stack.heal();
    deliverUntilTaken(receiver, delivery);
    assertEquals(Receipt.Outcome.DUPLICATE, stack.receipts.getLast().outcome());
    assertEquals(List.of(), stack.work());
    stack.assertDone(key, 1, 1);
  }

  @Test
  void dynamoDb_stallingOnceAfterTheWrite_isAskedAgainAndPushed() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.intercepted());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    AtomicInteger asked = new AtomicInteger();
    stack.beforeDynamoDb.inject(
        "PutItem",
        call -> asked.incrementAndGet() == 1 ? stack.stalled(call.forward()) : call.forward());

    deliverUntilTaken(receiver, delivery);

    assertEquals(Receipt.Outcome.DUPLICATE, stack.receipts.getLast().outcome(), "its own record");
    assertTrue(asked.get() >= 2);
    assertEquals(List.of(), stack.work());
    stack.assertDone(stack.recorded(), 1, 1);
  }

  @Test
  void sqs_neverAnswering_isAnsweredWithSuccessAndTheRelayDeliversAfterwards() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      ReceiveFunction receiver =
          new ReceiveFunction(stack.wiring(stack.dynamoDbEndpoint(), endpoint));

      deliverUntilTaken(receiver, TestStack.genuine(LEMMA));
    }
    assertNotNull(stack.receipts.getLast().pushFailure());
    assertEquals(List.of(), stack.receive());
    stack.assertRelayed();
  }

  // The bucket of long bodies

  @Test
  void s3_stopped_isUnavailableForALongBodyAlone() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(stack.direct());
    DeliveryRequest delivery = longDelivery();
    stack.stopS3();

    assertUnavailable(deliver(receiver, delivery));
    assertEquals(List.of(), stack.keys(), "no record without its body");
    deliverUntilTaken(receiver, TestStack.genuine(LEMMA));
    stack.assertDone(stack.worked(), 1, 1);

    stack.restartS3();
    deliverUntilTaken(receiver, delivery);
    assertEquals(List.of(), stack.work());
    assertEquals(2, stack.handled.get());
  }

  @Test
  void s3_neverAnswering_isUnavailableAndTheRetryIsTaken() throws Exception {
    DeliveryRequest delivery = longDelivery();
    int port = stack.s3Port();
    stack.stopS3();
    try (ServerSocket silent = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      assertUnavailable(deliver(new ReceiveFunction(stack.direct()), delivery));
      assertTrue(silent.isBound());
    }
    assertEquals(List.of(), stack.keys());

    stack.restartS3();
    deliverUntilTaken(new ReceiveFunction(stack.direct()), delivery);
    stack.assertDone(stack.worked(), 1, 1);
  }

  @Test
  void s3_stoppedWhileTheWorkerNeedsABody_waitsByTheBackoffAndIsHandledThen() throws Exception {
    EventKey key = stack.delivered(longDelivery());
    stack.stopS3();

    assertEquals(List.of(), stack.work(), "the wait is in the record, not in flight");

    assertEquals(Report.Outcome.RETRY, stack.reports.getLast().outcome());
    InboxRecord waiting = stack.found(key);
    assertEquals(Status.RECEIVED, waiting.status());
    assertEquals(1, waiting.attempts());
    assertTrue(String.valueOf(waiting.lastError()).startsWith("body: "), waiting::lastError);
    assertEquals(0, stack.handled.get());
    stack.restartS3();
    stack.comeDue();
    assertEquals(new Relay.Sweep(0, 1, 0, List.of()), stack.sweep(stack.direct().relay()));
    assertEquals(List.of(), stack.work());
    stack.assertDone(key, 2, 1);
  }

  @Test
  void s3_bodyGone_isFailedAtOnceAndSaysSo() throws Exception {
    EventKey key = stack.delivered(longDelivery());
    String name = String.valueOf(stack.found(key).overflow());
    stack.deleteBody(name);

    assertEquals(List.of(), stack.work());

    assertEquals(Status.FAILED, stack.found(key).status());
    assertTrue(
        String.valueOf(stack.found(key).lastError()).contains(name), stack.found(key)::lastError);
    assertEquals(0, stack.handled.get());
  }
}
