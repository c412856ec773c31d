package dev.hookset.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.aws.snapshot.ConnectionWarmup;
import dev.hookset.aws.snapshot.KeptDelivery;
import dev.hookset.aws.snapshot.Priming;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.crac.Core;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** A receiver is primed at its start and for its snapshot, and nothing of it stays anywhere. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PrimingTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final String REFUSED =
      "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private volatile Instant now = START;
  private volatile String secret = "whsec_first";
  private volatile Runnable inFront = () -> {};
  private AwsStandIn service;

  static List<Provider> providers() {
    return Providers.deployed();
  }

  @BeforeEach
  void start() throws IOException {
    service = new AwsStandIn(this::answer);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void prime_everyProvider_goesTheWholeWay(Provider provider) {
    // Only a delivery that is believed gets to the table and to the queue.
    Priming priming = wiring(provider, service.url()).receiving().priming();
    service.forgetRequests();

    priming.prime();

    assertEquals(
        List.of("PutItem", "SendMessage", "PutItem", "SendMessage"),
        service.requests().stream().map(AwsStandIn.Request::operation).toList());
    assertTrue(
        service
            .requests()
            .getFirst()
            .input()
            .at("/Item/pk/S")
            .textValue()
            .startsWith(provider.name() + "#"),
        "a key that the role allows");
  }

  @Test
  void prime_tableFails_primesTheQueueAllTheSame() throws IOException {
    // The queue's connection was left cold when the table's call failed.
    try (AwsStandIn denying =
        new AwsStandIn(
            _ -> AwsStandIn.Answer.error(400, "AccessDeniedException", "not authorized"))) {
      wiring(lymnus(), denying.url()).receiving().priming().prime();

      assertEquals(
          List.of("PutItem", "SendMessage", "PutItem", "SendMessage"),
          denying.requests().stream().map(AwsStandIn.Request::operation).toList());
    }
  }

  @Test
  void afterRestore_nobodyDelivers_startsSecretsAndBothConnectionsWithoutWaiting()
      throws Exception {
    // After a restore everything was made one after the other while the sender waited.
    Wiring wiring = wiring(lymnus(), service.url());
    ReceiverWiring receiving = wiring.receiving();
    Receiver _ = wiring.receiver(receiving);
    Priming priming = receiving.priming();
    snapshot(priming);
    service.forgetRequests();
    now = START.plus(Duration.ofDays(10));
    CountDownLatch asked = new CountDownLatch(4);
    CountDownLatch returned = new CountDownLatch(1);
    inFront =
        () -> {
          asked.countDown();
          await(returned);
        };

    priming.afterRestore(Core.getGlobalContext());
    await(asked);
    returned.countDown();

    assertEquals(
        List.of("GET", "GET", "GetSecretValue", "GetSecretValue"),
        service.requests().stream().map(AwsStandIn.Request::operation).sorted().toList());
  }

  @Test
  void afterRestore_whatItStartsFails_isSilent() {
    // A restore without a network left stack traces in the log, of threads that nobody knows.
    List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    ConnectionWarmup warmup = new ConnectionWarmup();
    Priming priming =
        new Priming(
            KeptDelivery.likeOf(lymnus(), List::of),
            (_, _, _) -> {},
            service.clients(),
            Map.of(
                warmup,
                () -> {
                  throw new IllegalStateException("no network");
                }),
            () -> now);
    Thread.setDefaultUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));
    try {
      priming.afterRestore(Core.getGlobalContext());
      warmup.beforeExecution(() -> PutItemRequest.builder().build(), new ExecutionAttributes());
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }

    assertEquals(List.of(), uncaught);
  }

  @Test
  void prime_tableAndQueueAnswer_asksOnlyForWhatTheyMustRefuse() {
    Priming priming = wiring(lymnus(), service.url()).receiving().priming();
    service.forgetRequests();

    priming.prime();

    assertEquals(
        List.of("PutItem", "SendMessage", "PutItem", "SendMessage"),
        service.requests().stream().map(AwsStandIn.Request::operation).toList());
    AwsStandIn.Request put = service.requests().getFirst();
    // On a condition that cannot hold, whatever is there.
    assertEquals(
        "attribute_exists(pk) AND attribute_not_exists(pk)", put.text("ConditionExpression"));
    AwsStandIn.Request send = service.requests().getLast();
    // SQS takes neither such a delay nor such a text.
    assertTrue(send.input().path("DelaySeconds").intValue() > 900);
    assertEquals("\u0000", send.text("MessageBody"));
  }

  @Test
  void prime_answersGiveWayToOthers_areReadAllTheSame_soTheConnectionIsKept() {
    wiring(lymnus(), service.url()).receiving().priming().prime();

    assertEquals(4, service.requests().size());
    assertEquals(1, service.connections());
  }

  @Test
  void prime_nobodyListens_isSilent() throws IOException {
    try (Socket silent = new Socket()) {
      silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Priming priming =
          wiring(lymnus(), "http://127.0.0.1:" + silent.getLocalPort()).receiving().priming();

      priming.prime();

      assertEquals("", log.toString(UTF_8));
    }
  }

  @Test
  void prime_roleDeniesEverything_isSilent() throws IOException {
    try (AwsStandIn denying =
        new AwsStandIn(
            _ -> AwsStandIn.Answer.error(400, "AccessDeniedException", "not authorized"))) {
      wiring(lymnus(), denying.url()).receiving().priming().prime();

      assertEquals("", log.toString(UTF_8));
    }
  }

  @Test
  void hooks_anOrdinaryDay_areSilentAndLeaveTheReceiverAsItWas() throws Exception {
    Wiring wiring = wiring(lymnus(), service.url());
    ReceiverWiring receiving = wiring.receiving();
    Receiver receiver = wiring.receiver(receiving);
    Priming priming = receiving.priming();
    priming.prime();

    snapshot(priming);
    priming.afterRestore(Core.getGlobalContext());
    Reply reply = receiver.receive(delivery("whsec_first"), null);

    assertEquals(200, reply.status());
    assertEquals(1, log.toString(UTF_8).lines().count(), "one line for the delivery, and no other");
  }

  @Test
  void afterRestore_secretWasReplacedMeanwhile_theOldOneIsOfNoUse() throws Exception {
    Wiring wiring = wiring(lymnus(), service.url());
    ReceiverWiring receiving = wiring.receiving();
    Receiver receiver = wiring.receiver(receiving);
    Priming priming = receiving.priming();
    snapshot(priming);
    now = START.plus(Duration.ofDays(10));
    secret = "whsec_second";
    priming.afterRestore(Core.getGlobalContext());

    assertEquals(401, receiver.receive(delivery("whsec_first"), null).status());
    assertEquals(200, receiver.receive(delivery("whsec_second"), null).status());
  }

  /** The first delivery after a restore waited for a secret that came by interpreted code. */
  @Test
  void beforeCheckpoint_eachTurn_asksForTheSecretAnewAsARestoreWill() {
    Wiring wiring = wiring(lymnus(), service.url());
    ReceiverWiring receiving = wiring.receiving();
    Receiver _ = wiring.receiver(receiving);
    Priming priming = receiving.priming();
    service.forgetRequests();

    snapshot(priming);

    List<String> calls = service.requests().stream().map(AwsStandIn.Request::operation).toList();
    int secrets = Collections.frequency(calls, "GetSecretValue");
    assertTrue(secrets > 2, calls::toString);
    assertEquals(secrets, Collections.frequency(calls, "PutItem"), "both versions a turn");
  }

  /** Lamina's first delivery after a restore got its API key by code that had never run. */
  @Test
  void beforeCheckpoint_keysThatOthersPublish_asksForTheApiKeyEachTurnAndForThemOnce()
      throws IOException {
    secret = "lma_test";
    Map<String, String> jwk =
        Map.of("kty", "OKP", "crv", "Ed25519", "x", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    try (AwsStandIn publisher =
        new AwsStandIn(_ -> AwsStandIn.Answer.ok(Map.of("keys", List.of(jwk))))) {
      Provider lamina = Providers.named("lamina").orElseThrow();
      Map<String, String> variables = variables(lamina, service.url());
      variables.put("LAMINA_SIGNING_KEY_URL", publisher.url());
      Wiring wiring = wiring(variables);
      ReceiverWiring receiving = wiring.receiving();
      Receiver _ = wiring.receiver(receiving);
      service.forgetRequests();

      snapshot(receiving.priming());

      List<String> calls = service.requests().stream().map(AwsStandIn.Request::operation).toList();
      int apiKeys = Collections.frequency(calls, "GetSecretValue");
      assertTrue(apiKeys > 1, calls::toString);
      assertEquals(2 * apiKeys, Collections.frequency(calls, "PutItem"), "two deliveries a turn");
      assertEquals(1, publisher.requests().size());
      assertEquals("", log.toString(UTF_8));
    }
  }

  /** Takes a snapshot; each call takes a second, or the turns would go on to their last. */
  private void snapshot(Priming priming) {
    inFront = () -> now = now.plusSeconds(1);
    priming.beforeCheckpoint(Core.getGlobalContext());
    inFront = () -> {};
  }

  private Delivery delivery(String key) throws GeneralSecurityException {
    Body body =
        Body.ofUtf8(
            "{\"id\":\"evt_1\",\"event\":\"report.generated\",\"created\":\"" + now + "\"}");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
    String signature = HexFormat.of().formatHex(mac.doFinal(body.toByteArray()));
    return new Delivery(
        Map.of("X-Lymnus-Signature", "t=" + now.getEpochSecond() + ",v1=" + signature), body, now);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private AwsStandIn.Answer answer(AwsStandIn.Request request) {
    inFront.run();
    return switch (request.operation()) {
      case "GetSecretValue" ->
          request.text("VersionStage").equals("AWSPREVIOUS")
              ? AwsStandIn.Answer.error(400, "ResourceNotFoundException", "no such version")
              : AwsStandIn.Answer.ok(
                  Map.of("SecretString", secret, "CreatedDate", START.getEpochSecond()));
      case "GET" -> AwsStandIn.Answer.error(404, "UnknownOperationException", "");
      case "PutItem" ->
          request.text("ConditionExpression").startsWith("attribute_exists")
              ? AwsStandIn.Answer.error(400, REFUSED, "The conditional request failed")
              : AwsStandIn.Answer.ok(Map.of());
      case "SendMessage" ->
          request.input().path("DelaySeconds").intValue() > 900
              ? AwsStandIn.Answer.error(400, "InvalidParameterValue", "DelaySeconds")
              : AwsStandIn.Answer.ok(Map.of("MessageId", "1"));
      case String other -> throw new IllegalStateException(other);
    };
  }

  private Wiring wiring(Provider provider, String url) {
    return wiring(variables(provider, url));
  }

  private Wiring wiring(Map<String, String> variables) {
    return new Wiring(variables, () -> now, new PrintStream(log, true, UTF_8));
  }

  private Map<String, String> variables(Provider provider, String url) {
    Map<String, String> variables = new HashMap<>();
    variables.put("PROVIDER", provider.name());
    variables.put("AWS_REGION", "eu-central-1");
    variables.put("AWS_ACCESS_KEY_ID", "test");
    variables.put("AWS_SECRET_ACCESS_KEY", "test");
    variables.put("INBOX_TABLE", "inbox");
    variables.put("OVERFLOW_BUCKET", "overflow");
    variables.put("WORK_QUEUE_URL", url + "/queue");
    for (String name : List.of("DYNAMODB", "SQS", "SECRETS_MANAGER")) {
      variables.put("AWS_ENDPOINT_URL_" + name, url);
    }
    String prefix = provider.name().toUpperCase(Locale.ROOT) + "_WEBHOOK_";
    if (url.equals(service.url())) {
      variables.put(
          prefix + "SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:s");
    } else {
      variables.put(prefix + "SECRET", "whsec_first");
    }
    return variables;
  }

  private static Provider lymnus() {
    return Providers.named("lymnus").orElseThrow();
  }
}
