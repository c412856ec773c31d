package dev.hookset.aws.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The SDK's clients and their HTTP, against a server that speaks TLS. */
final class ClientsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final List<Seen> SEEN = new CopyOnWriteArrayList<>();

  private static final String TRUST_STORE = "javax.net.ssl.trustStore";

  @TempDir private static Path directory;

  private static SSLContext tls;
  private static HttpsServer server;
  private static ExecutorService threads;

  private final RenewableHttpClient client =
      new RenewableHttpClient(Duration.ofSeconds(10), Duration.ofSeconds(10));

  /** A request: where it came from, in which session of TLS, by whom, and its body. */
  private record Seen(int port, String session, String authorization, String body) {}

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
    Path trustFile = directory.resolve("trusted.p12");
    try (OutputStream stream = Files.newOutputStream(trustFile)) {
      trusted.store(stream, PASSWORD);
    }
    System.setProperty(TRUST_STORE, trustFile.toString());
    System.setProperty(TRUST_STORE + "Password", new String(PASSWORD));
    tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = serving(0);
  }

  private static HttpsServer serving(int port) throws IOException {
    HttpsServer started =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    started.setHttpsConfigurator(new HttpsConfigurator(tls));
    started.setExecutor(threads);
    started.createContext("/", ClientsTest::answer);
    started.start();
    return started;
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    threads.close();
    System.clearProperty(TRUST_STORE);
    System.clearProperty(TRUST_STORE + "Password");
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @AfterEach
  void close() {
    client.close();
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

  // A snapshot held connections that were long dead, and sessions that all its clones would resume.
  @Test
  void renew_betweenTwoCalls_makesTheSecondConnectAndShakeHandsAnew() throws IOException {
    post("/ok", "one");

    client.renew();
    post("/ok", "two");

    assertNotEquals(SEEN.get(0).port(), SEEN.get(1).port());
    assertNotEquals(SEEN.get(0).session(), SEEN.get(1).session());
  }

  // With HTTPS_PROXY set, the SDK would send there even what is for this machine.
  @Test
  void call_whereProxiesAreSelected_goesByTheSelection() throws IOException {
    ProxySelector usual = ProxySelector.getDefault();
    List<URI> asked = new CopyOnWriteArrayList<>();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            asked.add(uri);
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
    try {
      post("/ok", "one");
    } finally {
      ProxySelector.setDefault(usual);
    }

    assertTrue(asked.stream().anyMatch(uri -> uri.getScheme().equals("https")), asked::toString);
  }

  // A connection that the service had closed while the sandbox was frozen failed the delivery.
  @Test
  void client_whoseConnectionIsGone_callsOnceMore() throws IOException {
    HttpsServer first = serving(0);
    int port = first.getAddress().getPort();
    SqsClient sqs = clients("https://localhost:" + port, new AtomicInteger()).sqs();
    sqs.sendMessage(send -> send.queueUrl("https://localhost/queue").messageBody("one"));
    first.stop(0);
    HttpsServer second = serving(port);
    try {
      sqs.sendMessage(send -> send.queueUrl("https://localhost/queue").messageBody("two"));

      assertEquals(2, SEEN.size());
      assertNotEquals(SEEN.get(0).port(), SEEN.get(1).port());
    } finally {
      second.stop(0);
    }
  }

  // After a restore a connection was opened by a whole call, signed and refused, which took longer.
  @Test
  void connect_thenACall_goesThroughTheSameConnection() throws IOException {
    URI service = URI.create("https://localhost:" + server.getAddress().getPort());
    Clients clients = clients(service.toString(), new AtomicInteger());

    assertEquals(400, clients.connect(service.resolve("/bad")), "any answer will do");
    clients.sqs().sendMessage(send -> send.queueUrl("https://localhost/queue").messageBody("one"));

    assertEquals("null", SEEN.get(0).authorization());
    assertEquals(SEEN.get(0).port(), SEEN.get(1).port());
  }

  // The first delivery after a restore waited for the SDK to start a thread for each client.
  @Test
  void call_ofAnyClient_startsNoThreadOfTheSdksAndOutlivesTheOthers() {
    Clients clients =
        clients("https://localhost:" + server.getAddress().getPort(), new AtomicInteger());
    Set<Thread> before = Thread.getAllStackTraces().keySet();

    clients.sqs().close();
    clients.sqs().sendMessage(send -> send.queueUrl("https://localhost/queue").messageBody("one"));

    Set<Thread> started = new HashSet<>(Thread.getAllStackTraces().keySet());
    started.removeAll(before);
    assertEquals(
        List.of(),
        started.stream().map(Thread::getName).filter(name -> name.startsWith("sdk-")).toList());
    assertEquals(1, SEEN.size());
  }

  // Credentials of the day of the snapshot were used for as long as they held.
  @Test
  void forget_credentialsWereKnown_hasThemReadAnew() {
    Clients clients =
        clients("https://localhost:" + server.getAddress().getPort(), new AtomicInteger());
    SqsClient sqs = clients.sqs();
    sqs.sendMessage(send -> send.queueUrl("https://localhost/queue").messageBody("one"));

    clients.forget();
    sqs.sendMessage(send -> send.queueUrl("https://localhost/queue").messageBody("two"));

    assertTrue(SEEN.get(0).authorization().contains("Credential=key-1/"), SEEN::toString);
    assertTrue(SEEN.get(1).authorization().contains("Credential=key-2/"), SEEN::toString);
  }

  // The client of a provider's key server is in the snapshot as well.
  @Test
  void forget_clientForOtherHosts_connectsAndShakesHandsAnew() throws IOException {
    Clients clients =
        clients("https://localhost:" + server.getAddress().getPort(), new AtomicInteger());
    try (SdkHttpClient http = clients.http(Duration.ofSeconds(10), Duration.ofSeconds(10))) {
      post(http, "/ok", "one");

      clients.forget();
      post(http, "/ok", "two");

      assertNotEquals(SEEN.get(0).port(), SEEN.get(1).port());
      assertNotEquals(SEEN.get(0).session(), SEEN.get(1).session());
    }
  }

  private static Clients clients(String endpoint, AtomicInteger made) {
    return new Clients(
        "eu-central-1",
        () ->
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create("key-" + made.incrementAndGet(), "b")),
        _ -> URI.create(endpoint),
        Clients.Patience.WORKING);
  }

  private HttpExecuteResponse post(String path, String body) throws IOException {
    return post(client, path, body);
  }

  private static HttpExecuteResponse post(SdkHttpClient client, String path, String body)
      throws IOException {
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
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      String path = exchange.getRequestURI().getPath();
      boolean fine = !path.equals("/bad");
      byte[] body = (!fine ? "refused" : path.equals("/ok") ? "fine" : "{}").getBytes(UTF_8);
      exchange.getResponseHeaders().add("x-refused", fine ? "no" : "yes");
      exchange.sendResponseHeaders(fine ? 200 : 400, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
