package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify}, by development keys, by a stack's, and by published ones. */
final class VerifyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @Test
  void verify_genuine_holdsAndSaysWhatBecomesOfIt() throws IOException {
    Shell.Run run = verify(genuine("lemma"), "", "lemma");

    assertEquals(Hookset.OK, run.code(), run::out);
    assertTrue(run.out().contains("It holds: key "), run::out);
    assertTrue(run.out().contains("answers 200, accepted."), run::out);
  }

  @Test
  void verify_withANewlineTooMuch_saysSoAndEndsWithOne() throws IOException {
    Shell.Run run = verify(genuine("lymnus"), "\n", "lymnus");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(run.out().contains("It does not hold: invalid_signature"), run::out);
    assertTrue(
        run.out().contains("Proven cause: the signature holds over the body without the newline"),
        run::out);
    assertFalse(run.out().contains("whsec_hookset"), "no key");
  }

  @Test
  void verify_inTheCloud_takesTheKeysOfTheStack() throws IOException {
    String arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:s-AbCdEf";
    operated.cloud().configure("shop-LemmaFunction:live", Map.of("LEMMA_WEBHOOK_SECRET_ARN", arn));
    operated.cloud().secrets.put(arn + " AWSCURRENT", "whsec_newer");
    operated.cloud().secrets.put(arn + " AWSPREVIOUS", "whsec_hookset_development_lemma");

    Shell.Run run = verify(genuine("lemma"), "", "lemma", "--stack", "shop");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::err);
    assertTrue(run.out().contains("the key of AWSPREVIOUS, which is out of use since"), run::out);
    assertFalse(run.out().contains("whsec_hookset") || run.out().contains("whsec_newer"), "no key");
  }

  /** The functions ask for the key with the API key, so what judges as they do asks likewise. */
  @Test
  void verify_laminaWithAnApiKeyAlone_fetchesThePublishedKeys() throws IOException {
    DeliveryRequest request = genuine("lamina");
    String set =
        String.join(
            "", new DevelopmentKeys(Map.of()).verificationVariables(request.provider()).values());
    List<String> seen = new ArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/keys",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-api-key")));
          byte[] answer = set.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(seen.size() == 1 ? 200 : 403, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    Map<String, String> environment =
        Map.of("LAMINA_API_KEY", "lma_4f2a9c1b", "LAMINA_SIGNING_KEY_URL", url);
    try {
      Shell.Run holds = verify(environment, request, "", "lamina");
      Shell.Run refused = verify(environment, request, "", "lamina");

      assertEquals(Hookset.OK, holds.code(), holds::err);
      assertTrue(holds.out().contains("It holds: key "), holds::out);
      assertEquals(List.of("lma_4f2a9c1b", "lma_4f2a9c1b"), seen);
      assertEquals(Hookset.IN_THE_WAY, refused.code());
      assertEquals(
          List.of(
              "hookset: "
                  + url
                  + " gives no signing key: its status is 403; give the public key in a file"
                  + " instead: --secret FILE"),
          refused.errorLines());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void verify_json_isOneObject() throws IOException {
    Shell.Run run = verify(genuine("lucid"), " ", "lucid", "--json");

    JsonNode json = JSON.readTree(run.out());
    assertFalse(json.path("holds").asBoolean(true));
    assertEquals("invalid_signature", json.path("reason").asText());
    assertTrue(json.path("steps").size() > 4);
  }

  private Shell.Run verify(DeliveryRequest request, String added, String... arguments)
      throws IOException {
    boolean inTheCloud = List.of(arguments).contains("--stack");
    return verify(
        inTheCloud ? operated.cloud().environment() : Map.of(), request, added, arguments);
  }

  private Shell.Run verify(
      Map<String, String> environment, DeliveryRequest request, String added, String... arguments)
      throws IOException {
    Path headers = home.resolve("headers");
    Path body = home.resolve("body");
    StringBuilder lines = new StringBuilder("POST /webhooks HTTP/1.1\n");
    request.headers().forEach((name, value) -> lines.append(name + ": " + value + "\n"));
    Files.writeString(headers, lines);
    Files.writeString(body, request.body().utf8() + added);
    List<String> all = new ArrayList<>(List.of("verify"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--headers", headers.toString(), "--body", body.toString()));
    return new Shell(home, environment).run(all.toArray(String[]::new));
  }

  private static DeliveryRequest genuine(String name) {
    Provider provider = Providers.named(name).orElseThrow();
    return new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES)
        .genuine(provider, SAMPLES.defaultType(provider), "id", Instant.now());
  }
}
