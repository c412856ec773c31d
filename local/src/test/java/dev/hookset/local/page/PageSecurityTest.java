package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.local.samples.DeliveryRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may see the page, and who may have something done; asked over HTTP, as others would ask. */
final class PageSecurityTest {
  private static final String SEND =
      "{\"provider\":\"lemma\",\"type\":\"incident.created\",\"variant\":\"genuine\"}";
  private static final String NOT_FOUND = "{\"message\":\"Not Found\"}";

  private static PageStack stack;
  private static String token;

  @BeforeAll
  static void start() throws IOException {
    stack = new PageStack(null, 0);
    token = readToken();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "LOCALHOST"})
  void page_askedForByANameOfThisMachine_isShown(String name) throws IOException {
    RawHttp.Answer answer = get("/", Map.of("Host", name + ":" + stack.url().getPort()));

    assertEquals(200, answer.status());
    assertTrue(answer.body().contains("<title>Hookset</title>"));
  }

  /** A site may have its own name resolve to 127.0.0.1; a tunnel passes the public name on. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:%d",
        "evil.example",
        "example.ngrok.dev",
        "localhost.evil.example:%d",
        "127.0.0.1.evil.example:%d",
        "127.0.0.1",
        "127.0.0.1:1",
        "0.0.0.0:%d",
        "[::]:%d",
        ""
      })
  void page_askedForByAnotherName_isNotThere(String host) throws IOException {
    Map<String, String> headers = Map.of("Host", String.format(host, stack.url().getPort()));

    for (String path : List.of("/", "/main.js", "/api/feed", "/api/deliveries/1")) {
      RawHttp.Answer answer = get(path, headers);

      assertTrue(answer.status() == 404 || answer.status() == 400, path + " " + answer);
      assertFalse(answer.body().contains("token"), path);
    }
    Map<String, String> asOurs = new HashMap<>(asOurPage());
    asOurs.putAll(headers);
    asOurs.put("Origin", "http://" + headers.get("Host"));
    int before = count();
    RawHttp.Answer answer = post("/api/send", asOurs, SEND);
    assertTrue(answer.status() == 404 || answer.status() == 400, answer.toString());
    assertEquals(before, count(), "deliveries");
  }

  /** A tunnel can be told to rewrite the host; what it adds besides gives it away. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "x-forwarded-proto",
        "Forwarded",
        "Via",
        "X-Real-IP",
        "CF-Connecting-IP",
        "X-Original-Host"
      })
  void page_throughAProxyThatRewritesTheHost_isNotThere(String header) throws IOException {
    RawHttp.Answer answer = get("/", Map.of(header, "203.0.113.7"));

    assertEquals(404, answer.status());
    assertEquals(NOT_FOUND, answer.body());
  }

  /**
   * A raw TCP tunnel forwards whatever Host the visitor writes, and adds no header: the page, its
   * token, replay and signing with the real secrets were open to the internet.
   */
  @Test
  void page_ofWhoeverDoesNotShowItsSecret_isNotThere() throws IOException {
    String name = stack.cookie().substring(0, stack.cookie().indexOf('=') + 1);
    String wrong = "0".repeat(64);
    for (String cookie :
        List.of("", "x=y", name, name + wrong, stack.cookie() + "0", "x" + stack.cookie())) {
      for (String path :
          List.of(
              "/main.js",
              "/icon.svg",
              "/nowhere",
              "/api/feed",
              "/api/deliveries/1",
              "/index.html",
              "/api/deliveries/1/body",
              "/api/deliveries/1/curl",
              "/api/deliveries/1/fixture",
              "/api/search?text=a",
              "/?key=" + wrong,
              "/?key=",
              "/")) {
        RawHttp.Answer answer = get(path, Map.of("Cookie", cookie));

        assertEquals(path.startsWith("/?") || path.equals("/") ? 401 : 404, answer.status(), path);
        assertEquals("", answer.header("Set-Cookie"));
        assertFalse(answer.body().contains("token"), answer.body());
        assertFalse(answer.body().contains("<title>"), answer.body());
      }
      Map<String, String> headers = new HashMap<>(asOurPage());
      headers.put("Cookie", cookie);
      int before = count();
      for (String path : List.of("/api/send", "/api/replay")) {
        assertEquals(404, post(path, headers, SEND).status(), path);
        assertEquals(404, RawHttp.send(stack.url(), "PUT", path, headers, "").status(), path);
      }
      assertEquals(before, count(), "deliveries");
    }
  }

  @Test
  void secret_inTheUrlThatIsPrinted_isExchangedForACookie() throws IOException {
    String path = "/?" + stack.address().getQuery();
    RawHttp.Answer answer = get(path, Map.of("Cookie", ""));

    assertEquals(303, answer.status());
    assertEquals("/", answer.header("Location"));
    assertEquals(
        stack.cookie() + "; Path=/; HttpOnly; SameSite=Strict", answer.header("Set-Cookie"));
    assertEquals("no-referrer", answer.header("Referrer-Policy"));
    assertEquals(200, get("/", Map.of("Cookie", "a=b; " + stack.cookie())).status());
    // Not through a tunnel that says so, even with the secret.
    assertEquals(404, get(path, Map.of("Host", "example.ngrok.dev")).status());
  }

  /** A wrong path was answered 403 "does not come from this page", which sent people astray. */
  @Test
  void path_unknown_isNotFoundByAnyMethod() throws IOException {
    for (String cookie : List.of("", stack.cookie())) {
      RawHttp.Answer answer = post("/webhook/lemma", Map.of("Cookie", cookie), "{}");

      assertEquals(404, answer.status());
      assertEquals(NOT_FOUND, answer.body());
    }
  }

  @Test
  void webhooks_throughATunnel_areReceived() throws IOException {
    DeliveryRequest request = PageStack.genuine("lemma");
    Map<String, String> headers = new HashMap<>(request.headers());
    headers.put("Host", "example.ngrok.dev");
    headers.put("X-Forwarded-For", "203.0.113.7");

    assertEquals(200, post(request.path(), headers, request.body().utf8()).status());
  }

  @Test
  void port_fromAnotherMachine_isClosed() throws IOException {
    Optional<Inet4Address> outside =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
            .map(Inet4Address.class::cast)
            .findFirst();

    try (Socket socket = new Socket()) {
      InetSocketAddress loopback =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), stack.url().getPort());
      socket.connect(loopback, 2000);
      assertTrue(socket.getInetAddress().isLoopbackAddress());
    }
    if (outside.isPresent()) {
      InetSocketAddress address = new InetSocketAddress(outside.get(), stack.url().getPort());
      try (Socket socket = new Socket()) {
        assertThrows(IOException.class, () -> socket.connect(address, 2000));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/base.css", "/main.js", "/icon.svg", "/api/deliveries/1", "/nowhere"})
  void answer_any_bearsTheHeadersThatProtectIt(String path) throws IOException {
    RawHttp.Answer answer = get(path, Map.of());

    String policy = answer.header("Content-Security-Policy");
    assertEquals(
        List.of(
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'"),
        List.of(policy.split("; ", -1)));
    assertEquals("nosniff", answer.header("X-Content-Type-Options"));
    assertEquals("same-origin", answer.header("Cross-Origin-Resource-Policy"));
    assertEquals("same-origin", answer.header("Cross-Origin-Opener-Policy"));
    assertEquals("no-referrer", answer.header("Referrer-Policy"));
    assertEquals("no-store", answer.header("Cache-Control"));
    assertEquals("", answer.header("Access-Control-Allow-Origin"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../application.properties",
        "/%2e%2e/simplelogger.properties",
        "//etc/passwd",
        "/Page.class",
        "/api/deliveries/",
        "/api/deliveries/-1",
        "/api/deliveries/x",
        "/api/deliveries/999999",
        "/api/deliveries/1/2/3",
        "/api/deliveries/99999999999999999999",
        "/webhooks/",
        "/webhooks/nobody"
      })
  void path_unknown_isNotFound(String path) throws IOException {
    assertEquals(404, get(path, Map.of()).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void data_forAPageFromElsewhere_isRefused(String site) throws IOException {
    for (String path : List.of("/api/feed", "/api/deliveries/1")) {
      assertEquals(403, get(path, Map.of("Sec-Fetch-Site", site)).status());
    }
  }

  @Test
  void action_ofOurPage_isDone() throws IOException {
    RawHttp.Answer answer = post("/api/send", asOurPage(), SEND);

    assertEquals(200, answer.status(), answer.toString());
    assertEquals("{\"answers\":[200]}", answer.body());
  }

  @ParameterizedTest
  @CsvSource({
    "Origin, http://evil.example",
    "Origin, null",
    "Origin,",
    "Origin, https://{host}",
    "Origin, http://localhost:1",
    "Content-Type, text/plain",
    "Content-Type, application/x-www-form-urlencoded",
    "Content-Type, application/jsonp",
    "Content-Type,",
    "X-Hookset-Token, 00",
    "X-Hookset-Token,",
  })
  void action_thatOurPageWouldAskForOtherwise_isRefused(String header, String value)
      throws IOException {
    Map<String, String> headers = new HashMap<>(asOurPage());
    if (value == null) {
      headers.remove(header);
    } else {
      headers.put(header, value.replace("{host}", stack.url().getAuthority()));
    }
    int before = count();

    for (String path : List.of("/api/send", "/api/replay")) {
      assertEquals(403, post(path, headers, SEND).status(), path);
    }
    assertEquals(before, count(), "deliveries");
  }

  @Test
  void action_byAnotherMethod_isRefused() throws IOException {
    assertEquals(404, get("/api/send?provider=lemma", asOurPage()).status());
    for (String method : List.of("PUT", "DELETE", "OPTIONS", "HEAD", "TRACE")) {
      RawHttp.Answer answer = RawHttp.send(stack.url(), method, "/api/send", asOurPage(), "");

      assertEquals(405, answer.status(), method);
      assertEquals("", answer.header("Access-Control-Allow-Origin"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/send   | 400 | {",
        "/api/send   | 400 | []",
        "/api/send   | 400 | {\"provider\":\"nobody\",\"type\":\"x\",\"variant\":\"genuine\"}",
        "/api/send   | 400 | {\"provider\":\"lemma\",\"type\":\"\",\"variant\":\"genuine\"}",
        "/api/send   | 400 | {\"provider\":\"lemma\",\"type\":\"x\",\"variant\":\"evil\"}",
        "/api/send   | 400 | {\"provider\":\"lamina\",\"type\":\"x\",\"variant\":\"genuine\"}",
        "/api/forget | 400 | {}",
        "/api/replay | 400 | {\"key\":\"lemma\"}",
        "/api/replay | 409 | {\"key\":\"lemma#nothing\"}",
        "/api/other  | 404 | {}",
      })
  void action_thatCannotBeDone_saysSo(String path, int status, String body) throws IOException {
    RawHttp.Answer answer = post(path, asOurPage(), body);

    assertEquals(status, answer.status(), answer.toString());
    assertFalse(new JsonMapper().readTree(answer.body()).path("message").asText().isEmpty());
  }

  /** A body of a mebibyte was refused before it was looked at, as all requests were short. */
  @Test
  void resend_withABodyOfAMebibyte_isSent() throws Exception {
    stack.post(PageStack.genuine("lucid"));
    long number = stack.log().count();
    stack.delivery(number);
    String text = "{\\\"id\\\":\\\"" + "\\u00e9".repeat(1 << 19) + "\\\"}";

    RawHttp.Answer answer =
        post(
            "/api/resend",
            asOurPage(),
            "{\"number\":" + number + ",\"headers\":\"\",\"text\":\"" + text + "\"}");

    assertEquals(200, answer.status(), answer.toString());
    long next = new JsonMapper().readTree(answer.body()).path("number").asLong();
    assertEquals(9 + (1 << 20), Objects.requireNonNull(stack.delivery(next).body()).size());
  }

  @Test
  void action_withALongRequest_isRefused() throws IOException {
    assertEquals(413, post("/api/replay", asOurPage(), "x".repeat(20_000)).status());
  }

  private static Map<String, String> asOurPage() {
    return Map.of(
        "Origin",
        "http://" + stack.url().getAuthority(),
        "Content-Type",
        "application/json",
        "X-Hookset-Token",
        token,
        "Cookie",
        stack.cookie());
  }

  private static int count() {
    return stack.log().count();
  }

  /** As a browser that has opened the page asks, but for what is said otherwise. */
  private static RawHttp.Answer get(String path, Map<String, String> headers) throws IOException {
    Map<String, String> all = new HashMap<>(headers);
    all.putIfAbsent("Cookie", stack.cookie());
    return RawHttp.send(stack.url(), "GET", path, all, "");
  }

  private static RawHttp.Answer post(String path, Map<String, String> headers, String body)
      throws IOException {
    return RawHttp.send(stack.url(), "POST", path, headers, body);
  }

  private static String readToken() throws IOException {
    URLConnection feed = stack.url().resolve("/api/feed").toURL().openConnection();
    feed.setRequestProperty("Cookie", stack.cookie());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(feed.getInputStream(), StandardCharsets.UTF_8))) {
      String data =
          lines.lines().filter(line -> line.startsWith("data: ")).findFirst().orElseThrow();
      return new JsonMapper().readTree(data.substring("data: ".length())).path("token").asText();
    }
  }
}
