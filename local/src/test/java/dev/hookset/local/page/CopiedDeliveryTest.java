package dev.hookset.local.page;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.stack.Exchange;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is copied from the page does what it is copied for: in a shell, and in a function. */
final class CopiedDeliveryTest {
  private static final JsonMapper JSON = new JsonMapper();

  private static PageStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack = new PageStack(null, 0);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  /** Bodies that a shell, a command line or a log might spoil, and how each is declared. */
  static Stream<DeliveryRequest> deliveries() {
    byte[] binary = new byte[512];
    for (int i = 0; i < binary.length; i++) {
      binary[i] = (byte) i;
    }
    return Stream.concat(
        Providers.deployed().stream()
            .map(provider -> PageStack.genuine(provider.name(), SAMPLES.defaultType(provider))),
        Stream.of(
            sent("it's \"quoted\" $HOME `id` $(id) \\ ! %s\n\nwith lines\n", "application/json"),
            sent("{\"text\":\"za\u017c\u00f3\u0142\u0107 \ud83e\udd9d\"}", "application/json"),
            sent("@/etc/passwd", "text/plain"),
            sent("carriage\r\nreturns", "text/plain"),
            sent("{}", "application/octet-stream"),
            sent("{ }", ""),
            sent("[\"" + "it's long; ".repeat(30_000) + "\"]", "application/json"),
            with(
                PageStack.genuine("lymnus", Body.wrap(binary)),
                "Content-Type",
                "application/octet-stream"),
            with(PageStack.genuine("lymnus"), "X-Empty", "")));
  }

  private static DeliveryRequest sent(String body, String contentType) {
    return with(PageStack.genuine("lymnus", Body.ofUtf8(body)), "Content-Type", contentType);
  }

  private static DeliveryRequest with(DeliveryRequest request, String name, String value) {
    Map<String, String> headers = new LinkedHashMap<>(request.headers());
    headers.remove(name);
    if (!name.equals("Content-Type") || !value.isEmpty()) {
      headers.put(name, value);
    }
    return new DeliveryRequest(request.provider(), headers, request.body());
  }

  @ParameterizedTest
  @MethodSource("deliveries")
  void command_runByAShell_sendsTheSameAgain(DeliveryRequest request) throws Exception {
    Assumptions.assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "curl"))),
        "left out: there is no curl here");
    long number = post(request);
    Exchange first = stack.delivery(number);

    String said = run(copied(number, "curl"));

    assertTrue(said.startsWith("HTTP/1.1 " + first.reply().status()), said);
    Exchange second = stack.delivery(number + 1);
    assertEquals(first.body(), second.body());
    assertEquals(first.base64(), second.base64());
    assertEquals(comparable(first), comparable(second));
    assertEquals(Receipt.Outcome.DUPLICATE, Objects.requireNonNull(second.receipt()).outcome());
  }

  /** The exact one is refused once its signature is too old; this one signs when it is run. */
  @Test
  void commandOfOurs_runByAShell_sendsTheSameSignedAnew(@TempDir Path folder) throws Exception {
    Path script = folder.resolve("hookset");
    for (DeliveryRequest request :
        List.of(
            sent("it's \"quoted\" $HOME `id` $(id) \\ ! %s\n\nwith lines\n", "application/json"),
            with(PageStack.genuine("lamba", "user.created"), "X-Trial", "it's; $HOME"),
            with(
                PageStack.genuine("lymnus", Body.wrap(new byte[] {0, 13, (byte) 0xff, 39})),
                "Content-Type",
                "application/octet-stream"))) {
      Files.writeString(script, ourCommand(folder, stack.url(request.provider().name())));
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
      long number = post(request);
      Exchange first = stack.delivery(number);
      String command = copied(number, "command");
      assertFalse(command.contains("signature"), command);

      Process shell =
          new ProcessBuilder("bash", "--norc")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
      try (var in = shell.getOutputStream()) {
        in.write(command.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertEquals(0, shell.waitFor(), said);
      Exchange second = stack.delivery(number + 1);
      assertEquals(first.body(), second.body());
      assertEquals(first.base64(), second.base64());
      Map<String, String> came = comparable(second);
      comparable(first)
          .forEach(
              (name, value) -> {
                if (!Deliveries.proofHeaders(request.provider()).contains(name)) {
                  assertEquals(value, came.get(name), name);
                }
              });
      assertEquals(Receipt.Outcome.DUPLICATE, Objects.requireNonNull(second.receipt()).outcome());
    }
  }

  private static String ourCommand(Path home, URI url) {
    return String.join(
        " ",
        "#!/bin/sh\nexec",
        "'" + Path.of(System.getProperty("java.home"), "bin", "java") + "'",
        "-XX:TieredStopAtLevel=1",
        "'-Dhookset.home=" + home + "'",
        "-cp",
        "'" + System.getProperty("java.class.path") + "'",
        "dev.hookset.local.cli.Hookset \"$@\" --url",
        url + "\n");
  }

  /** Without what each client says of itself and its connection. */
  private static Map<String, String> comparable(Exchange exchange) {
    Map<String, String> headers = new TreeMap<>(exchange.headers());
    for (String name : new String[] {"accept", "user-agent", "connection", "upgrade"}) {
      headers.remove(name);
    }
    headers.remove("http2-settings");
    headers.remove("expect");
    return headers;
  }

  private static String run(String command) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("bash", "--norc").redirectErrorStream(true).start();
    try (var in = shell.getOutputStream()) {
      in.write(command.getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, shell.waitFor(), said);
    // The progress that curl shows comes before the answer, or is broken up by it.
    return said.substring(Math.max(0, said.indexOf("HTTP/1.1 ")));
  }

  @ParameterizedTest
  @MethodSource("deliveries")
  void event_throughTheFunction_isJudgedAsTheDeliveryWas(DeliveryRequest request) throws Exception {
    long number = post(request);
    Exchange delivered = stack.delivery(number);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    stack
        .function(request.provider().name())
        .handleRequest(
            new ByteArrayInputStream(copied(number, "event").getBytes(StandardCharsets.UTF_8)),
            out,
            context());

    JsonNode answer = JSON.readTree(out.toByteArray());
    Provider provider = request.provider();
    assertEquals(provider.successStatus(), answer.path("statusCode").asInt(), answer.toString());
    if (answer.has("body")) {
      JsonNode said = JSON.readTree(answer.path("body").asText());
      assertEquals("duplicate", said.path("status").asText(), "the same bytes under the same ID");
      assertEquals(
          JSON.readTree(delivered.reply().body()).path("id").asText(), said.path("id").asText());
    }
  }

  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(), new Class<?>[] {Context.class}, (_, _, _) -> null);
  }

  private static long post(DeliveryRequest request) throws Exception {
    int before = stack.log().count();
    assertEquals(request.provider().successStatus(), stack.post(request));
    return before + 1L;
  }

  private static String copied(long number, String view) throws IOException {
    RawHttp.Answer answer =
        RawHttp.send(
            stack.url(),
            "GET",
            "/api/deliveries/" + number + "/" + view,
            Map.of("Cookie", stack.cookie()),
            "");
    assertEquals(200, answer.status(), answer.body());
    return answer.body();
  }
}
