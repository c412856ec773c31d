package dev.hookset.aws.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.aws.clients.RenewableHttpClient;
import dev.hookset.aws.keys.CachedKeys.TimedKey;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.KeysUnavailable.Cause;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PublishedKeysTest {
  private static final String API_KEY = "lma_0123456789abcdef";

  /** The keys of RFC 8037, appendix A.2, and of RFC 8032, section 7.1, test 2. */
  private static final String ONE = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

  private static final String TWO = "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw";

  private static final RenewableHttpClient HTTP =
      new RenewableHttpClient(PublishedKeys.CONNECT_TIMEOUT, PublishedKeys.READ_TIMEOUT);

  private final List<HttpServer> servers = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch over = new CountDownLatch(1);

  /** Whether somebody was told that nobody waits for it any more. */
  private final CountDownLatch hungUp = new CountDownLatch(1);

  @AfterEach
  void stop() {
    over.countDown();
    servers.forEach(server -> server.stop(0));
    threads.close();
  }

  @Test
  void fetch_setOfKeys_isEachWithoutAnEnd() throws Exception {
    URI url = serve(exchange -> answer(exchange, 200, set(jwk(ONE), jwk(TWO))));

    List<TimedKey> fetched = keys(url).fetch();

    assertEquals(
        Ed25519PublicKey.readAll(set(jwk(ONE), jwk(TWO))).toString(),
        fetched.stream().map(TimedKey::key).toList().toString());
    assertEquals(2, fetched.size());
    fetched.forEach(key -> assertNull(key.validUntil()));
  }

  @Test
  void fetch_request_isAGetWithTheApiKey() throws Exception {
    List<String> seen = new ArrayList<>();
    URI url =
        serve(
            exchange -> {
              seen.add(exchange.getRequestMethod());
              seen.add(exchange.getRequestURI().toString());
              seen.add(exchange.getRequestHeaders().getFirst("x-api-key"));
              seen.add(exchange.getRequestHeaders().getFirst("accept"));
              answer(exchange, 200, set(jwk(ONE)));
            });

    keys(url.resolve("/v1/key?x=y")).fetch();

    assertEquals(List.of("GET", "/v1/key?x=y", API_KEY, "application/json"), seen);
  }

  // The stack has one secret a provider, so Lamina's holds the one or the other.
  @Test
  void fetch_withAPublicKeyInTheApiKeysPlace_takesItAsItIs_andAsksNobody() throws Exception {
    PublishedKeys keys = keys(URI.create("https://nobody.invalid/"), () -> set(jwk(ONE)));

    assertEquals(1, keys.fetch().size());
  }

  @Test
  void prime_asksForTheApiKeyAndNotForTheKeys() throws Exception {
    List<String> seen = new ArrayList<>();
    URI url = serve(exchange -> seen.add("asked"));
    PublishedKeys keys =
        keys(
            url,
            () -> {
              seen.add("API key");
              return API_KEY;
            });

    assertTrue(keys.prime());

    assertEquals(List.of("API key"), seen);
  }

  @Test
  void fetch_foreignEntriesInTheSet_areLeftOut() throws Exception {
    String x25519 = jwk(TWO).replace("Ed25519", "X25519");
    URI url = serve(exchange -> answer(exchange, 200, set(x25519, "{\"kty\":\"RSA\"}", jwk(ONE))));

    assertEquals(1, keys(url).fetch().size());
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 304, 400, 401, 403, 404, 429, 500, 503})
  void fetch_anyOtherStatus_isUnreachable(int status) throws Exception {
    URI url =
        serve(
            exchange ->
                answer(exchange, status, status == 204 || status == 304 ? "" : set(jwk(ONE))));

    assertUnreachable(url, "status is " + status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html></html>",
        "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + ONE + "\",\"use\":\"sig\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            + "\"x\":\"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\"",
        "{\"keys\":[]} and more"
      })
  void fetch_noUsableKey_isUnreachable(String body) throws Exception {
    URI url = serve(exchange -> answer(exchange, 200, body));

    assertUnreachable(url);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void fetch_redirect_isNotFollowed(int status) throws Exception {
    List<String> elsewhere = new ArrayList<>();
    URI other =
        serve(
            exchange -> {
              elsewhere.add(exchange.getRequestURI().toString());
              answer(exchange, 200, set(jwk(ONE)));
            });
    URI url =
        serve(
            exchange -> {
              exchange.getResponseHeaders().add("Location", other.toString());
              answer(exchange, status, "");
            });

    assertUnreachable(url, "status is " + status);

    assertEquals(List.of(), elsewhere);
  }

  @Test
  void fetch_megabytesOfJunk_isUnreachableAndNotReadToTheEnd() throws Exception {
    URI url =
        serve(
            exchange -> {
              exchange.sendResponseHeaders(200, 10L * 1024 * 1024);
              try (OutputStream body = exchange.getResponseBody()) {
                body.write(new byte[10 * 1024 * 1024]);
              } catch (IOException e) {
                hungUp.countDown();
              }
            });

    assertUnreachable(url, "longer than 65536 bytes");

    hungUp.await();
  }

  @Test
  void fetch_longestAnswer_isTaken() throws Exception {
    String json = set(jwk(ONE));
    String padded = json + " ".repeat(64 * 1024 - 1 - json.length());
    URI url = serve(exchange -> answer(exchange, 200, padded));

    assertEquals(1, keys(url).fetch().size());

    assertUnreachable(serve(exchange -> answer(exchange, 200, padded + " ")), "longer than");
  }

  @Test
  void fetch_serverSilent_isUnreachableInTime() throws Exception {
    URI url = serve(this::waitUntilTheTestIsOver);

    assertUnreachable(url, "SocketTimeoutException");
  }

  @Test
  void fetch_serverSilentInTheMiddle_isUnreachableInTime() throws Exception {
    URI url =
        serve(
            exchange -> {
              beginToAnswer(exchange);
              waitUntilTheTestIsOver(exchange);
            });

    assertUnreachable(url, "SocketTimeoutException");
  }

  @Test
  void fetch_answerTricklesIn_endsAllTheSame() throws Exception {
    URI url =
        serve(
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              try (OutputStream body = exchange.getResponseBody()) {
                while (!over.await(100, TimeUnit.MILLISECONDS)) {
                  body.write(' ');
                  body.flush();
                }
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
            });

    assertUnreachable(url, "did not end within PT2S");
  }

  @Test
  void fetch_apiKeyDoesNotCome_endsAllTheSame() throws Exception {
    URI url = serve(exchange -> answer(exchange, 200, set(jwk(ONE))));
    PublishedKeys keys =
        keys(
            url,
            () -> {
              try {
                over.await();
              } catch (InterruptedException e) {
                hungUp.countDown();
              }
              return API_KEY;
            });

    KeysUnavailable failure = assertThrows(KeysUnavailable.class, keys::fetch);

    assertEquals(Cause.UNREACHABLE, failure.why());
    hungUp.await();
  }

  @Test
  void fetch_nobodyThere_isUnreachable() throws Exception {
    URI url = serve(exchange -> answer(exchange, 200, set(jwk(ONE))));
    servers.getFirst().stop(0);

    assertUnreachable(url, "ConnectException");
  }

  @Test
  void fetch_connectionCut_isUnreachable() throws Exception {
    URI url =
        serve(
            exchange -> {
              beginToAnswer(exchange);
              throw new IOException("cut");
            });

    assertUnreachable(url);
  }

  @Test
  void fetch_noApiKey_asksNobody() throws Exception {
    List<String> seen = new ArrayList<>();
    URI url = serve(exchange -> seen.add("asked"));
    KeysUnavailable none = new KeysUnavailable(Cause.NOT_CONFIGURED, "no API key");
    PublishedKeys keys =
        keys(
            url,
            () -> {
              throw none;
            });

    assertSame(none, assertThrows(KeysUnavailable.class, keys::fetch));

    assertEquals(List.of(), seen);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lma_secret\nx", "lma_secret\r\nx-evil: 1", "\nlma_secret"})
  void fetch_apiKeyThatNoHeaderCanHold_isNotConfiguredAndNotRepeated(String apiKey)
      throws Exception {
    List<String> seen = new ArrayList<>();
    URI url = serve(exchange -> seen.add("asked"));
    PublishedKeys keys = keys(url, () -> apiKey);

    KeysUnavailable failure = assertThrows(KeysUnavailable.class, keys::fetch);

    assertFalse(String.valueOf(failure.getMessage()).contains("secret"), failure.getMessage());
    assertEquals(Cause.NOT_CONFIGURED, failure.why());
    assertEquals(List.of(), seen);
  }

  private void assertUnreachable(URI url, String... parts) {
    KeysUnavailable failure = assertThrows(KeysUnavailable.class, () -> keys(url).fetch());
    String message = String.valueOf(failure.getMessage());
    assertEquals(Cause.UNREACHABLE, failure.why(), message);
    assertTrue(message.contains(url.toString()), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains(API_KEY), message);
  }

  private static PublishedKeys keys(URI url) {
    return keys(url, () -> API_KEY);
  }

  private static PublishedKeys keys(URI url, PublishedKeys.ApiKey apiKey) {
    return new PublishedKeys(url, apiKey, HTTP);
  }

  private URI serve(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          }
        });
    server.start();
    servers.add(server);
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private static void beginToAnswer(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 1000);
    exchange.getResponseBody().write("{\"keys\"".getBytes(UTF_8));
    exchange.getResponseBody().flush();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void waitUntilTheTestIsOver(HttpExchange exchange) throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      throw new IOException(exchange + " was interrupted", e);
    }
  }

  private static String jwk(String x) {
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
        + x
        + "\",\"kid\":\"lamina-webhook-v1\",\"use\":\"sig\",\"alg\":\"EdDSA\"}";
  }

  private static String set(String... jwks) {
    return "{\"keys\":[" + String.join(",", jwks) + "]}";
  }
}
