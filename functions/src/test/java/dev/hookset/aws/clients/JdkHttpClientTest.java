package dev.hookset.aws.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;

/** The JDK's HTTP under the SDK, against a server that speaks TLS. */
final class JdkHttpClientTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final List<Seen> SEEN = new CopyOnWriteArrayList<>();

  @TempDir private static Path directory;

  private static SSLContext before;
  private static HttpsServer server;
  private static ExecutorService threads;

  private final JdkHttpClient client =
      new JdkHttpClient(Duration.ofSeconds(10), Duration.ofSeconds(10));

  /** A request: where it came from, in which session of TLS, and its body. */
  private record Seen(int port, String session, String body) {}

  @BeforeAll
  static void start() throws Exception {
    Path file = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, keytool.waitFor(), said);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream stream = Files.newInputStream(file)) {
      store.load(stream, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", store.getCertificate("a"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    before = SSLContext.getDefault();
    SSLContext.setDefault(context);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", JdkHttpClientTest::answer);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    threads.close();
    SSLContext.setDefault(before);
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @Test
  void call_twice_keepsTheConnection() throws IOException {
    post("/ok", "one");
    post("/ok", "two");

    assertEquals(List.of("one", "two"), SEEN.stream().map(Seen::body).toList());
    assertEquals(SEEN.get(0).port(), SEEN.get(1).port());
  }

  @Test
  void call_refused_givesStatusHeadersAndText() throws IOException {
    HttpExecuteResponse response = post("/bad", "one");

    assertEquals(400, response.httpResponse().statusCode());
    assertEquals("yes", response.httpResponse().firstMatchingHeader("x-refused").orElseThrow());
    assertEquals("refused", text(response));
  }

  @Test
  void closeConnections_betweenTwoCalls_makesTheSecondConnectAndShakeHandsAnew()
      throws IOException {
    post("/ok", "one");

    client.closeConnections();
    post("/ok", "two");

    assertNotEquals(SEEN.get(0).port(), SEEN.get(1).port());
    assertNotEquals(SEEN.get(0).session(), SEEN.get(1).session());
  }

  @Test
  void closeConnections_leavesNoSessionToResume() throws Exception {
    post("/ok", "one");
    assertFalse(
        java.util.Collections.list(SSLContext.getDefault().getClientSessionContext().getIds())
            .isEmpty());

    client.closeConnections();

    assertEquals(
        List.of(),
        java.util.Collections.list(SSLContext.getDefault().getClientSessionContext().getIds()));
  }

  private HttpExecuteResponse post(String path, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    HttpExecuteResponse response =
        client
            .prepareRequest(
                HttpExecuteRequest.builder()
                    .request(
                        SdkHttpFullRequest.builder()
                            .method(SdkHttpMethod.POST)
                            .uri(
                                URI.create(
                                    "https://localhost:" + server.getAddress().getPort() + path))
                            .headers(
                                Map.of("Content-Length", List.of(Integer.toString(bytes.length))))
                            .build())
                    .contentStreamProvider(() -> new ByteArrayInputStream(bytes))
                    .build())
            .call();
    if (path.equals("/ok")) {
      assertEquals("fine", text(response));
    }
    return response;
  }

  private static String text(HttpExecuteResponse response) throws IOException {
    try (InputStream stream = response.responseBody().orElseThrow()) {
      return new String(stream.readAllBytes(), UTF_8);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] session = ((HttpsExchange) exchange).getSSLSession().getId();
      SEEN.add(
          new Seen(
              exchange.getRemoteAddress().getPort(),
              HexFormat.of().formatHex(session),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      boolean fine = exchange.getRequestURI().getPath().equals("/ok");
      byte[] body = (fine ? "fine" : "refused").getBytes(UTF_8);
      exchange.getResponseHeaders().add("x-refused", fine ? "no" : "yes");
      exchange.sendResponseHeaders(fine ? 200 : 400, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Test
  void client_ofAReceiver_keepsConnectionsForLongerThanTheJdkWould() {
    // The JDK dropped a connection after five idle seconds: every delivery to a quiet receiver paid
    // for two handshakes.
    client.closeConnections();

    assertEquals("50", System.getProperty("http.keepAlive.time.server"));
  }
}
