package dev.hookset.local.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.local.template.Template;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.relay.Relay;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * The functions, wired as they are deployed, while what they store into is really stopped, stalls,
 * throttles, or forgets.
 *
 * <p>No test waits for a lease or for the relay's turn: the worker's and the relay's clock is the
 * test's. What does pass in real time are the functions' own timeouts.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("NullAway.Init") // JUnit sets them.
final class OutagesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Provider LEMMA = TestStack.provider("lemma");
  private static final String TABLE = "inbox";
  private static final String QUEUE = "work";
  private static final String BUCKET = "overflow";
  private static final Duration INVOCATION = Duration.ofSeconds(60);

  /** A throttled call is repeated after a random wait, which may be longer than a sender's. */
  private static final int MOST_DELIVERIES = 5;

  @TempDir private Path directory;
  @TempDir private Path bucket;

  private final AtomicInteger handled = new AtomicInteger();
  private final List<Receipt> receipts = new CopyOnWriteArrayList<>();
  private final List<Report> reports = new CopyOnWriteArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Duration later = Duration.ZERO;
  private volatile @Nullable Instant stopped;

  private EmbeddedDynamoDb dynamoDbServer;
  private EmbeddedSqs sqsServer;
  private EmbeddedS3 s3Server;
  private Interceptor beforeDynamoDb;
  private Interceptor beforeSqs;
  private SdkHttpClient http;
  private DynamoDbClient dynamoDb;
  private SqsClient sqs;
  private S3Client s3;
  private String queueUrl;

  @BeforeEach
  void start() throws IOException {
    dynamoDbServer = EmbeddedDynamoDb.start(directory, 0);
    sqsServer = EmbeddedSqs.start(null, 0);
    s3Server = EmbeddedS3.start(bucket, 0);
    beforeDynamoDb = Interceptor.before(dynamoDbServer.endpoint());
    beforeSqs = Interceptor.before(sqsServer.endpoint());
    http = Apache5HttpClient.create();
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
    dynamoDb =
        DynamoDbClient.builder()
            .httpClient(http)
            .credentialsProvider(credentials)
            .region(Region.of(EmbeddedSqs.REGION))
            .endpointOverride(dynamoDbServer.endpoint())
            .build();
    sqs =
        SqsClient.builder()
            .httpClient(http)
            .credentialsProvider(credentials)
            .region(Region.of(EmbeddedSqs.REGION))
            .endpointOverride(sqsServer.endpoint())
            .build();
    s3 =
        S3Client.builder()
            .httpClient(http)
            .credentialsProvider(credentials)
            .region(Region.of(EmbeddedSqs.REGION))
            .endpointOverride(s3Server.endpoint())
            .forcePathStyle(true)
            .build();
    new Resources(Template.read(TestStack.TEMPLATE)).createTable(dynamoDb, TABLE);
    Resources.createBucket(s3, BUCKET);
    queueUrl = createQueue();
    warmUp();
  }

  /** On a busy machine the servers take longer over their first requests than a receiver waits. */
  private void warmUp() {
    Map<String, AttributeValue> key = Map.of("pk", AttributeValue.fromS("warm-up"));
    dynamoDb.putItem(
        put -> put.tableName(TABLE).item(key).conditionExpression("attribute_not_exists(pk)"));
    dynamoDb.deleteItem(delete -> delete.tableName(TABLE).key(key));
    sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody("warm-up"));
    receive().forEach(this::delete);
  }

  private String createQueue() {
    return sqs.createQueue(create -> create.queueName(QUEUE)).queueUrl();
  }

  @AfterEach
  void stop() {
    over.countDown();
    beforeDynamoDb.close();
    beforeSqs.close();
    s3.close();
    sqs.close();
    dynamoDb.close();
    http.close();
    dynamoDbServer.close();
    sqsServer.close();
    s3Server.close();
  }

  // Stopped

  @Test
  void sqs_stopped_isAnsweredWithSuccessAndTheRelayDeliversAfterwards() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(direct());
    sqsServer.close();

    JsonNode reply = deliver(receiver, TestStack.genuine(LEMMA));

    assertEquals(LEMMA.successStatus(), reply.path("statusCode").intValue());
    EventKey key = recorded();
    assertNotNull(receipts.getLast().pushFailure());
    assertEquals(Status.RECEIVED, found(key).status());
    Relay relay = direct().relay();
    later = Duration.ofMinutes(3);
    Relay.Sweep inVain = sweep(relay);
    assertEquals(0, inVain.pushed());
    assertEquals(1, inVain.notPushed());
    assertEquals(1, inVain.outages().size());

    sqsServer = EmbeddedSqs.start(null, sqsServer.port());
    assertEquals(queueUrl, createQueue());
    later = later.plus(Duration.ofMinutes(3));

    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(relay));
    assertEquals(List.of(), work());
    assertDone(key, 1, 1);
  }

  @Test
  void sqs_stoppedAndTheSenderComesAgain_isPushedThen() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(direct());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    sqsServer.close();
    deliver(receiver, delivery);
    sqsServer = EmbeddedSqs.start(null, sqsServer.port());
    createQueue();

    deliver(receiver, delivery);

    assertEquals(Receipt.Outcome.DUPLICATE, receipts.getLast().outcome());
    assertNull(receipts.getLast().pushFailure());
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  @Test
  void dynamoDb_stopped_isUnavailableAndTheRetryIsTaken() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(direct());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    dynamoDbServer.close();

    assertUnavailable(deliver(receiver, delivery));

    dynamoDbServer = EmbeddedDynamoDb.start(directory, dynamoDbServer.port());
    assertEquals(List.of(), keys());
    assertEquals(List.of(), receive());
    deliverUntilTaken(receiver, delivery);
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  @Test
  void dynamoDb_stoppedUnderTheWorkerAndTheRelay_delaysAndLosesNothing() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), TestStack.genuine(LEMMA));
    EventKey key = recorded();
    List<Message> batch = receive();
    dynamoDbServer.close();

    assertEquals(1, work(batch).size(), "the message comes back");
    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, reports.getLast().outcome());
    assertEquals(Lifecycle.SHARDS, sweep(direct().relay()).outages().size());

    dynamoDbServer = EmbeddedDynamoDb.start(directory, dynamoDbServer.port());
    assertEquals(List.of(), work(batch));
    assertDone(key, 1, 1);
  }

  // Stalled

  @Test
  void dynamoDb_neverAnswering_isUnavailable() throws Exception {
    // What nobody accepts, the system does; and nobody reads it.
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      ReceiveFunction receiver = new ReceiveFunction(wiring(endpoint, sqsServer.endpoint()));

      assertUnavailable(deliver(receiver, TestStack.genuine(LEMMA)));
    }
    assertEquals(List.of(), keys());
    assertEquals(List.of(), receive());
  }

  @Test
  void dynamoDb_writingAndNeverAnswering_isUnavailableAndTheRetryIsADuplicate() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(intercepted());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    beforeDynamoDb.inject("PutItem", call -> stalled(call.forward()));

    assertUnavailable(deliver(receiver, delivery));

    EventKey key = recorded();
    assertEquals(List.of(), receive(), "not pushed");
    beforeDynamoDb.heal();
    deliverUntilTaken(receiver, delivery);
    assertEquals(Receipt.Outcome.DUPLICATE, receipts.getLast().outcome());
    assertEquals(List.of(), work());
    assertDone(key, 1, 1);
  }

  @Test
  void dynamoDb_stallingOnceAfterTheWrite_isAskedAgainAndPushed() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(intercepted());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    AtomicInteger asked = new AtomicInteger();
    beforeDynamoDb.inject(
        "PutItem", call -> asked.incrementAndGet() == 1 ? stalled(call.forward()) : call.forward());

    deliverUntilTaken(receiver, delivery);

    assertEquals(Receipt.Outcome.DUPLICATE, receipts.getLast().outcome(), "its own record");
    assertTrue(asked.get() >= 2);
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  @Test
  void sqs_neverAnswering_isAnsweredWithSuccessAndTheRelayDeliversAfterwards() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      ReceiveFunction receiver = new ReceiveFunction(wiring(dynamoDbServer.endpoint(), endpoint));

      deliverUntilTaken(receiver, TestStack.genuine(LEMMA));
    }
    assertNotNull(receipts.getLast().pushFailure());
    assertEquals(List.of(), receive());
    later = Duration.ofMinutes(3);
    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(direct().relay()));
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  // The bucket of long bodies

  @Test
  void s3_stopped_isUnavailableForALongBodyAlone() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(direct());
    DeliveryRequest delivery = longDelivery();
    s3Server.close();

    assertUnavailable(deliver(receiver, delivery));
    assertEquals(List.of(), keys(), "no record without its body");
    deliverUntilTaken(receiver, TestStack.genuine(LEMMA));
    assertDone(worked(), 1, 1);

    s3Server = EmbeddedS3.start(bucket, s3Server.port());
    deliverUntilTaken(receiver, delivery);
    assertEquals(List.of(), work());
    assertEquals(2, handled.get());
  }

  @Test
  void s3_neverAnswering_isUnavailableAndTheRetryIsTaken() throws Exception {
    DeliveryRequest delivery = longDelivery();
    int port = s3Server.port();
    s3Server.close();
    try (ServerSocket silent = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      assertUnavailable(deliver(new ReceiveFunction(direct()), delivery));
      assertTrue(silent.isBound());
    }
    assertEquals(List.of(), keys());

    s3Server = EmbeddedS3.start(bucket, port);
    deliverUntilTaken(new ReceiveFunction(direct()), delivery);
    assertDone(worked(), 1, 1);
  }

  @Test
  void s3_stoppedWhileTheWorkerNeedsABody_waitsByTheBackoffAndIsHandledThen() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), longDelivery());
    EventKey key = recorded();
    s3Server.close();

    assertEquals(List.of(), work(), "the wait is in the record, not in flight");

    assertEquals(Report.Outcome.RETRY, reports.getLast().outcome());
    InboxRecord waiting = found(key);
    assertEquals(Status.RECEIVED, waiting.status());
    assertEquals(1, waiting.attempts());
    assertTrue(String.valueOf(waiting.lastError()).startsWith("body: "), waiting::lastError);
    assertEquals(0, handled.get());
    s3Server = EmbeddedS3.start(bucket, s3Server.port());
    later = Duration.ofMinutes(3);
    assertEquals(new Relay.Sweep(0, 1, 0, List.of()), sweep(direct().relay()));
    assertEquals(List.of(), work());
    assertDone(key, 2, 1);
  }

  @Test
  void s3_bodyGone_isFailedAtOnceAndSaysSo() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), longDelivery());
    EventKey key = recorded();
    String name = String.valueOf(found(key).overflow());
    s3.deleteObject(delete -> delete.bucket(BUCKET).key(name));

    assertEquals(List.of(), work());

    assertEquals(Status.FAILED, found(key).status());
    assertTrue(String.valueOf(found(key).lastError()).contains(name), found(key)::lastError);
    assertEquals(0, handled.get());
  }

  // The index lags

  @Test
  void index_stillListingWhatIsDone_pushesNothingAndMovesNothing() throws Exception {
    EventKey key = received("a");
    later = Duration.ofMinutes(3);
    Map<String, Interceptor.Answer> asItWas = new ConcurrentHashMap<>();
    beforeDynamoDb.inject(
        "Query", call -> asItWas.computeIfAbsent(call.body().utf8(), _ -> forwarded(call)));
    Relay relay = intercepted().relay();
    Instant sweepAt = now();
    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(relay, sweepAt));
    assertEquals(List.of(), work());
    InboxRecord done = found(key);
    assertEquals(Status.DONE, done.status());

    assertEquals(
        new Relay.Sweep(0, 0, 0, List.of()), sweep(relay, sweepAt), "the listing of before");

    assertEquals(done, found(key));
    assertEquals(List.of(), receive());
  }

  @Test
  void index_notListingYetWhatIsDue_isPushedOnceItDoes() throws Exception {
    EventKey key = received("a");
    later = Duration.ofMinutes(3);
    beforeDynamoDb.inject(
        "Query", _ -> new Interceptor.Answer(200, Body.ofUtf8("{\"Items\":[],\"Count\":0}")));
    Relay relay = intercepted().relay();
    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), sweep(relay));

    beforeDynamoDb.heal();

    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(relay));
    assertEquals(List.of(), work());
    assertDone(key, 1, 1);
  }

  // Throttled

  @ParameterizedTest
  @ValueSource(strings = {"ProvisionedThroughputExceededException", "ThrottlingException"})
  void dynamoDb_throttlingForAWhile_isUnavailableAndTheRetryIsTaken(String code) throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(intercepted());
    DeliveryRequest delivery = TestStack.genuine(LEMMA);
    beforeDynamoDb.inject("PutItem", _ -> Interceptor.Answer.error(400, code));

    assertUnavailable(deliver(receiver, delivery));

    assertEquals(List.of(), keys());
    assertEquals(List.of(), receive());
    beforeDynamoDb.heal();
    deliverUntilTaken(receiver, delivery);
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ProvisionedThroughputExceededException", "ThrottlingException"})
  void dynamoDb_throttlingOneCall_isAskedAgain(String code) throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(intercepted());
    AtomicInteger asked = new AtomicInteger();
    beforeDynamoDb.inject(
        "PutItem",
        call ->
            asked.incrementAndGet() == 1 ? Interceptor.Answer.error(400, code) : call.forward());

    deliverUntilTaken(receiver, TestStack.genuine(LEMMA));

    assertEquals(2, asked.get());
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  @Test
  void dynamoDb_throttlingAClaim_bringsTheMessageBackWithoutCountingAnAttempt() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), TestStack.genuine(LEMMA));
    EventKey key = recorded();
    List<Message> batch = receive();
    beforeDynamoDb.inject("UpdateItem", _ -> Interceptor.Answer.error(400, "ThrottlingException"));

    assertEquals(1, work(batch).size());

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, reports.getLast().outcome());
    assertEquals(0, found(key).attempts());
    beforeDynamoDb.heal();
    assertEquals(List.of(), work(batch));
    assertDone(key, 1, 1);
  }

  @Test
  void dynamoDb_throttlingASettlement_isTakenUpAgainWhenTheLeaseIsOver() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), TestStack.genuine(LEMMA));
    EventKey key = recorded();
    List<Message> batch = receive();
    AtomicInteger asked = new AtomicInteger();
    beforeDynamoDb.inject(
        "UpdateItem",
        call ->
            asked.incrementAndGet() == 1
                ? call.forward()
                : Interceptor.Answer.error(400, "ProvisionedThroughputExceededException"));

    assertEquals(1, work(batch).size());

    assertEquals(Report.Outcome.INBOX_UNAVAILABLE, reports.getLast().outcome());
    assertEquals(Status.PROCESSING, found(key).status());
    beforeDynamoDb.heal();
    assertEquals(1, work(batch).size(), "the lease is respected");
    assertEquals(Report.Outcome.HELD, reports.getLast().outcome());
    later = Duration.ofMinutes(3);
    assertEquals(List.of(), work(batch));
    // The one window that the design admits: a handler's effect that could not be noted.
    assertDone(key, 2, 2);
  }

  @Test
  void dynamoDb_throttlingTheRelay_isAnOutageAndSweptTheNextMinute() throws Exception {
    EventKey key = received("a");
    beforeDynamoDb.inject("Query", _ -> Interceptor.Answer.error(400, "ThrottlingException"));
    Relay relay = intercepted().relay();
    later = Duration.ofMinutes(3);

    Relay.Sweep inVain = sweep(relay);

    assertEquals(0, inVain.pushed());
    assertEquals(Lifecycle.SHARDS, inVain.outages().size());
    beforeDynamoDb.heal();
    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(relay));
    assertEquals(List.of(), work());
    assertDone(key, 1, 1);
  }

  @Test
  void sqs_throttling_isAnsweredWithSuccessAndTheRelayDeliversAfterwards() throws Exception {
    ReceiveFunction receiver = new ReceiveFunction(intercepted());
    beforeSqs.inject("SendMessage", _ -> Interceptor.Answer.error(400, "ThrottlingException"));

    deliverUntilTaken(receiver, TestStack.genuine(LEMMA));

    assertNotNull(receipts.getLast().pushFailure());
    assertEquals(List.of(), receive());
    later = Duration.ofMinutes(3);
    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(direct().relay()));
    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  // In part

  @Test
  void sendMessageBatch_oneEntryRefused_isCountedAndPushedAgainLater() throws Exception {
    List<EventKey> keys = receivedInOneShard(3);
    Relay relay = intercepted().relay();
    List<String> refused = new ArrayList<>();
    beforeSqs.inject("SendMessageBatch", call -> withoutTheSecond(call, refused));
    later = Duration.ofMinutes(3);

    assertEquals(new Relay.Sweep(2, 0, 1, List.of()), sweep(relay));

    assertEquals(1, refused.size());
    assertEquals(List.of(), work());
    assertEquals(2, handled.get());
    beforeSqs.heal();
    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), sweep(relay), "not before its time");
    later = later.plus(Duration.ofMinutes(3));
    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(relay));
    List<Message> last = receive();
    assertEquals(refused, last.stream().map(Message::body).toList());
    assertEquals(List.of(), work(last));
    for (EventKey key : keys) {
      assertDone(key, 1, 3);
    }
  }

  // Gone

  @Test
  void message_deletedFromTheQueue_isBroughtBackByTheRelay() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), TestStack.genuine(LEMMA));
    receive().forEach(this::delete);
    later = Duration.ofMinutes(3);

    assertEquals(new Relay.Sweep(1, 0, 0, List.of()), sweep(direct().relay()));

    assertEquals(List.of(), work());
    assertDone(recorded(), 1, 1);
  }

  @Test
  void record_expiredBetweenPushAndClaim_isReportedAndNotResurrected() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), TestStack.genuine(LEMMA));
    EventKey key = recorded();
    List<Message> batch = receive();
    delete(key);

    assertEquals(1, work(batch).size());

    assertEquals(Report.Outcome.UNKNOWN, reports.getLast().outcome());
    assertEquals(0, handled.get());
    assertEquals(List.of(), keys());
    later = Duration.ofMinutes(3);
    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), sweep(direct().relay()));
  }

  @Test
  void record_expiredBetweenClaimAndSettlement_isReportedAndNotResurrected() throws Exception {
    deliverUntilTaken(new ReceiveFunction(direct()), TestStack.genuine(LEMMA));
    EventKey key = recorded();
    AtomicInteger asked = new AtomicInteger();
    beforeDynamoDb.inject(
        "UpdateItem",
        call -> {
          if (asked.incrementAndGet() == 2) {
            delete(key);
          }
          return call.forward();
        });

    assertEquals(1, work().size());

    assertEquals(Report.Outcome.LEASE_LOST, reports.getLast().outcome());
    assertEquals(1, handled.get());
    assertEquals(List.of(), keys());
  }

  @Test
  void record_expiredBetweenTheRelaysLookAndItsPush_isNeitherPushedNorResurrected()
      throws Exception {
    EventKey key = received("a");
    beforeDynamoDb.inject(
        "UpdateItem",
        call -> {
          delete(key);
          return call.forward();
        });
    later = Duration.ofMinutes(3);

    assertEquals(new Relay.Sweep(0, 0, 0, List.of()), sweep(intercepted().relay()));

    assertEquals(List.of(), receive());
    assertEquals(List.of(), keys());
  }

  // What happens

  private Interceptor.@Nullable Answer stalled(Interceptor.Answer answer) throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("closed meanwhile, without " + answer.status(), e);
    }
    return null;
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

  private Wiring direct() {
    return wiring(dynamoDbServer.endpoint(), sqsServer.endpoint());
  }

  private Wiring intercepted() {
    return wiring(beforeDynamoDb.endpoint(), beforeSqs.endpoint());
  }

  private Wiring wiring(URI dynamoDbEndpoint, URI sqsEndpoint) {
    Map<String, String> variables = new HashMap<>(TestStack.variables());
    variables.putAll(
        Map.of(
            "PROVIDER",
            LEMMA.name(),
            "INBOX_TABLE",
            TABLE,
            "WORK_QUEUE_URL",
            queueUrl,
            "AWS_REGION",
            EmbeddedSqs.REGION,
            "AWS_ACCESS_KEY_ID",
            "local",
            "AWS_SECRET_ACCESS_KEY",
            "local",
            "AWS_ENDPOINT_URL_DYNAMODB",
            dynamoDbEndpoint.toString(),
            "AWS_ENDPOINT_URL_SQS",
            sqsEndpoint.toString()));
    variables.put("OVERFLOW_BUCKET", BUCKET);
    variables.put("AWS_ENDPOINT_URL_S3", s3Server.endpoint().toString());
    return new Wiring(
        variables,
        this::now,
        new PrintStream(OutputStream.nullOutputStream(), true, UTF_8),
        receipts::add,
        reports::add,
        UnaryOperator.identity(),
        Routes.builder().on(LEMMA.name(), "*", (_, _) -> handled.incrementAndGet()).build());
  }

  private Instant now() {
    Instant at = stopped;
    return at != null ? at : Instant.now().plus(later);
  }

  private static JsonNode deliver(ReceiveFunction receiver, DeliveryRequest delivery)
      throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    LambdaEvent event =
        LambdaEvent.httpApi(
            delivery, UUID.randomUUID().toString(), Instant.now(), LambdaEvent.BodyForm.TEXT);
    receiver.handleRequest(
        new ByteArrayInputStream(event.compact()),
        answer,
        new LocalContext("LemmaFunction", Duration.ofSeconds(9), InstantSource.system()));
    return JSON.readTree(answer.toByteArray());
  }

  /** Sends as a sender does: again, after a 503. */
  private static void deliverUntilTaken(ReceiveFunction receiver, DeliveryRequest delivery)
      throws IOException {
    int status = 503;
    for (int i = 0; i < MOST_DELIVERIES && status == 503; i++) {
      status = deliver(receiver, delivery).path("statusCode").intValue();
    }
    assertEquals(delivery.provider().successStatus(), status);
  }

  private static void assertUnavailable(JsonNode reply) {
    assertEquals(503, reply.path("statusCode").intValue(), reply::toString);
    assertFalse(reply.path("headers").path("retry-after").asText().isEmpty(), reply::toString);
  }

  private Relay.Sweep sweep(Relay relay) {
    return sweep(relay, now());
  }

  /** Sweeps at a time at which the clock stands still, so that the same is asked each time. */
  private Relay.Sweep sweep(Relay relay, Instant at) {
    stopped = at;
    try {
      return relay.sweep(at.plus(INVOCATION));
    } finally {
      stopped = null;
    }
  }

  private static Interceptor.Answer forwarded(Interceptor.Call call) {
    try {
      return call.forward();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Works until nothing is left, and returns the one record. */
  private EventKey worked() {
    assertEquals(List.of(), work());
    return recorded();
  }

  /** A delivery whose body is too long for its record. */
  private static DeliveryRequest longDelivery() {
    byte[] random = new byte[30_000];
    new Random().nextBytes(random);
    String text = TestStack.genuine(LEMMA).body().utf8().strip();
    return TestStack.genuine(
        LEMMA,
        Body.ofUtf8(
            text.substring(0, text.length() - 1)
                + ",\"padding\":\""
                + Base64.getEncoder().encodeToString(random)
                + "\"}"));
  }

  private List<String> work() {
    return work(receive());
  }

  /** Does what Lambda does with one batch, and returns the IDs of the messages that come back. */
  private List<String> work(List<Message> batch) {
    List<String> comeBack =
        intercepted()
            .worker()
            .work(
                batch.stream()
                    .map(
                        message ->
                            new dev.hookset.work.Message(
                                message.messageId(), EmbeddedParts.pointer(message)))
                    .toList(),
                UUID.randomUUID().toString(),
                now().plus(INVOCATION));
    batch.stream().filter(message -> !comeBack.contains(message.messageId())).forEach(this::delete);
    return comeBack;
  }

  private void assertDone(EventKey key, int attempts, int effects) {
    InboxRecord record = found(key);
    assertEquals(Status.DONE, record.status());
    assertEquals(attempts, record.attempts());
    assertEquals(effects, handled.get());
    assertEquals(List.of(), receive(), "no pointer is left");
  }

  /** Returns the one record that there is. */
  private EventKey recorded() {
    List<EventKey> keys = keys();
    assertEquals(1, keys.size(), keys::toString);
    return keys.getFirst();
  }

  private List<EventKey> keys() {
    return dynamoDb.scan(scan -> scan.tableName(TABLE).consistentRead(true)).items().stream()
        .map(item -> EventKey.parse(item.getOrDefault("pk", AttributeValue.fromS("")).s()))
        .toList();
  }

  private DynamoDbInbox inbox() {
    return new DynamoDbInbox(
        dynamoDb,
        TABLE,
        new S3BodyStore(() -> s3, BUCKET),
        DynamoDbInbox.DEFAULT_INLINE_BYTES,
        TestStack.RETENTION);
  }

  private InboxRecord found(EventKey key) {
    return inbox().find(key).orElseThrow();
  }

  private EventKey received(String id) {
    Instant now = Instant.now();
    Event event =
        new Event(new EventKey(LEMMA.name(), id), "incident.created", now, null, Body.ofUtf8("{}"));
    assertEquals(
        new Recording.Created(),
        inbox().record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null)));
    return event.key();
  }

  private List<EventKey> receivedInOneShard(int count) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(i -> "event " + i)
        .filter(id -> Lifecycle.shard(new EventKey(LEMMA.name(), id)) == 0)
        .limit(count)
        .map(this::received)
        .toList();
  }

  private void delete(EventKey key) {
    dynamoDb.deleteItem(
        delete -> delete.tableName(TABLE).key(Map.of("pk", AttributeValue.fromS(key.toString()))));
  }

  private List<Message> receive() {
    return sqs.receiveMessage(receive -> receive.queueUrl(queueUrl).maxNumberOfMessages(10))
        .messages();
  }

  private void delete(Message message) {
    sqs.deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }
}
