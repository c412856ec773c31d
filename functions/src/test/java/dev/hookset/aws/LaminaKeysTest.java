package dev.hookset.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.keys.CachedKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Refusal;
import dev.hookset.signing.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Deliveries of Lamina, judged with keys that a real server gives, while it rotates them, fails and
 * lies.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LaminaKeysTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final Provider LAMINA = Providers.named("lamina").orElseThrow();
  private static final Body BODY =
      Body.ofUtf8("{\"data\":{\"runId\":\"r\",\"status\":\"failed\"}}");
  private static final KeyPair OLD = pair();
  private static final KeyPair NEW = pair();
  private static final int JUNK = 10 * 1024 * 1024;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private volatile Instant now = START;
  private volatile HttpHandler published = exchange -> answer(exchange, 200, set(OLD));
  private HttpServer server;
  private Verifier verifier;

  /** What can be wrong with the place where the keys are published. */
  enum Fault {
    FAILS,
    DOES_NOT_KNOW_US,
    HAS_NO_KEYS,
    HAS_ANOTHER_CURVE,
    SENDS_JUNK,
    SENDS_BLANKS,
    SENDS_US_ELSEWHERE,
    HANGS_UP,
    STALLS
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          try (exchange) {
            assertEquals("lma_test", exchange.getRequestHeaders().getFirst("x-api-key"));
            published.handle(exchange);
          }
        });
    server.start();
    Environment environment =
        new Environment(
            Map.of(
                "AWS_REGION",
                "eu-central-1",
                "LAMINA_API_KEY",
                "lma_test",
                "LAMINA_SIGNING_KEY_URL",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/webhooks/signing-key"));
    verifier =
        new Verifier(
            LAMINA.scheme(),
            new ProviderKeys(
                    LAMINA,
                    environment,
                    new Adapters(environment).clients(Clients.Patience.RECEIVING),
                    () -> now)
                .source(),
            Duration.ofMinutes(5),
            1 << 20,
            () -> now);
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.close();
  }

  @Test
  void verify_keyAddedThenOldOneGone_dropsNothingAndDropsTheOldOneAtOnce() throws Exception {
    assertVerified(OLD);
    assertRefused(NEW);

    published = exchange -> answer(exchange, 200, set(OLD, NEW));
    pass(Duration.ofMinutes(1));
    assertVerified(NEW);
    assertVerified(OLD);
    assertEquals(2, asked.get());

    published = exchange -> answer(exchange, 200, set(NEW));
    pass(Duration.ofHours(1));
    assertRefused(OLD);
    assertVerified(NEW);
    assertEquals(3, asked.get());
  }

  @Test
  void verify_publicKeySetInTheApiKeysPlace_isTakenAsItIs() throws Exception {
    // A JWK set is a JSON object, which no secret is: it was called no usable API key, and every
    // delivery was answered 500.
    try (AwsStandIn secretsManager =
        new AwsStandIn(_ -> AwsStandIn.Answer.ok(Map.of("SecretString", set(NEW))))) {
      verifier =
          new Verifier(
              LAMINA.scheme(),
              new ProviderKeys(
                      LAMINA,
                      new Environment(Map.of("LAMINA_WEBHOOK_SECRET_ARN", "arn:lamina")),
                      secretsManager.clients(),
                      () -> now)
                  .source(),
              Duration.ofMinutes(5),
              1 << 20,
              () -> now);

      assertVerified(NEW);
      assertEquals(0, asked.get());
    }
  }

  @Test
  void verify_forgedAgainAndAgain_asksOnceAMinute() throws Exception {
    assertVerified(OLD);
    for (int seconds = 0; seconds < 180; seconds++) {
      pass(Duration.ofSeconds(1));
      assertRefused(NEW);
    }

    assertEquals(4, asked.get());
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void verify_faultFromTheStart_isUnavailableAndThenGood(Fault fault) throws Exception {
    strike(fault);

    assertUnavailable();
    published = exchange -> answer(exchange, 200, set(OLD));
    pass(CachedKeys.PAUSE_AFTER_FAILURE);

    assertVerified(OLD);
    assertRefused(NEW);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void verify_faultLater_servesTheLastGoodKeyForSevenDaysAndNoLonger(Fault fault) throws Exception {
    assertVerified(OLD);
    strike(fault);

    for (Duration age : List.of(Duration.ofHours(1), Duration.ofDays(7))) {
      now = START.plus(age);
      assertVerified(OLD);
      assertRefused(NEW);
    }
    assertEquals(3, asked.get());
    now = now.plusNanos(1);
    pass(CachedKeys.PAUSE_AFTER_FAILURE);
    assertUnavailable();
  }

  private void strike(Fault fault) {
    published =
        switch (fault) {
          case FAILS -> exchange -> answer(exchange, 500, "{\"error\":\"oops\"}");
          case DOES_NOT_KNOW_US ->
              exchange -> answer(exchange, 401, "{\"error\":\"unauthorized\"}");
          case HAS_NO_KEYS -> exchange -> answer(exchange, 200, "{\"keys\":[]}");
          case HAS_ANOTHER_CURVE ->
              exchange -> answer(exchange, 200, set(NEW).replace("Ed25519", "X25519"));
          case SENDS_JUNK -> exchange -> answer(exchange, 200, "[".repeat(JUNK));
          case SENDS_BLANKS -> exchange -> answer(exchange, 200, " ".repeat(JUNK) + set(NEW));
          case SENDS_US_ELSEWHERE ->
              exchange -> {
                exchange.getResponseHeaders().add("Location", "/keys");
                answer(exchange, 302, set(NEW));
              };
          case HANGS_UP ->
              exchange -> {
                // In the middle: a request without any answer the JDK repeats by itself.
                exchange.sendResponseHeaders(200, JUNK);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                throw new IOException("as told");
              };
          case STALLS -> this::stall;
        };
  }

  private void stall(HttpExchange exchange) throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      throw new IOException(exchange + " was interrupted", e);
    }
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private void assertVerified(KeyPair pair) throws Refusal, KeysUnavailable {
    verifier.verify(delivery(pair));
  }

  private void assertRefused(KeyPair pair) {
    Refusal refusal = assertThrows(Refusal.class, () -> verifier.verify(delivery(pair)));
    assertEquals(Reason.INVALID_SIGNATURE, refusal.reason());
  }

  private void assertUnavailable() {
    KeysUnavailable failure =
        assertThrows(KeysUnavailable.class, () -> verifier.verify(delivery(OLD)));
    String message = String.valueOf(failure.getMessage());
    assertEquals(KeysUnavailable.Cause.UNREACHABLE, failure.why(), message);
    assertTrue(message.contains("signing-key"), message);
    assertFalse(message.contains("lma_test"), message);
  }

  private Delivery delivery(KeyPair pair) {
    String time = Long.toString(now.getEpochSecond());
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update((time + "." + BODY.utf8()).getBytes(UTF_8));
      return new Delivery(
          Map.of(
              "X-Lamina-Webhook-Signature",
              HexFormat.of().formatHex(signature.sign()),
              "X-Lamina-Webhook-Timestamp",
              time),
          BODY,
          now);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair pair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String set(KeyPair... pairs) {
    return Stream.of(pairs)
        .map(
            pair -> {
              byte[] der = pair.getPublic().getEncoded();
              byte[] x = Arrays.copyOfRange(der, der.length - 32, der.length);
              return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
                  + Base64.getUrlEncoder().withoutPadding().encodeToString(x)
                  + "\"}";
            })
        .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
