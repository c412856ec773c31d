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
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify}, by development keys, by a stack's, and by published ones. */
final class VerifyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TWILIO_SECRET = "0123456789abcdef of Twilio";

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

  // --- Senders that sign the address

  @Test
  void verify_senderThatSignsTheAddress_isJudgedByTheOneThatIsGivenOrCaptured() throws IOException {
    String url = "https://hooks.example.com/sms?a=1";
    String signature = "x-twilio-signature: " + signedByTwilio(url);

    assertHolds(twilio(Map.of(), signature, "--url", url));
    assertHolds(twilio(Map.of(), "POST /sms?a=1 HTTP/1.1\nhost: hooks.example.com\n" + signature));
    assertHolds(twilio(Map.of(), "curl '" + url + "' \\\n -H '" + signature + "' \\\n -d 'x'"));
    // As its function does: what is configured stands for what came, but for the query.
    assertHolds(
        twilio(
            Map.of("TWILIO_WEBHOOK_URL", "https://hooks.example.com/sms"),
            "POST /inner?a=1 HTTP/1.1\nhost: 10.0.0.7\n" + signature));
  }

  @Test
  void verify_anotherAddressThanWasSigned_saysWhich() throws IOException {
    String url = "https://hooks.example.com/sms?a=1";

    Shell.Run run =
        twilio(
            Map.of(),
            "POST /sms?a=1 HTTP/1.1\nhost: 10.0.0.7\nx-forwarded-host: hooks.example.com\n"
                + "x-forwarded-proto: http\nx-twilio-signature: "
                + signedByTwilio(url));

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(
        run.out().contains("Proven cause: the signature holds over the address " + url + "."),
        run::out);
    assertTrue(run.out().contains("Set TWILIO_WEBHOOK_URL to the URL"), run::out);
  }

  @Test
  void verify_addressThatNothingSays_isAskedFor() throws IOException {
    Shell.Run run = twilio(Map.of(), "x-twilio-signature: AAAA");
    Shell.Run noUrl = twilio(Map.of(), "x-twilio-signature: AAAA", "--url", "/sms");

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code());
    assertEquals(
        List.of(
            "hookset: Twilio signs the address of its requests: give it with --url, as Twilio was"
                + " given it"),
        run.errorLines());
    assertEquals(Hookset.WRONG_COMMAND_LINE, noUrl.code());
    assertTrue(noUrl.err().startsWith("hookset: --url: '/sms' is no whole address"), noUrl::err);
  }

  @Test
  void verify_fileThatHoldsNoHeaders_saysWhatItIs() throws IOException {
    // A page saved by mistake was judged, and the cure was to look for a proxy.
    Shell.Run run = twilio(Map.of(), "<html><p>Name: value</p>", "--url", "https://e.example/");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertTrue(run.err().endsWith("is a page of HTML or XML, and holds no headers\n"), run::err);
  }

  private static void assertHolds(Shell.Run run) {
    assertTrue(run.out().contains("It holds: key "), () -> run.out() + run.err());
  }

  private Shell.Run twilio(Map<String, String> environment, String headers, String... arguments)
      throws IOException {
    Path secret = Files.writeString(home.resolve("secret"), TWILIO_SECRET);
    Path file = Files.writeString(home.resolve("headers"), headers);
    Path body = Files.writeString(home.resolve("body"), "MessageSid=SM1&To=%2B1");
    List<String> all =
        new ArrayList<>(
            List.of(
                "verify",
                "twilio",
                "--headers",
                file.toString(),
                "--body",
                body.toString(),
                "--secret",
                secret.toString()));
    all.addAll(List.of(arguments));
    return new Shell(home, environment).run(all.toArray(String[]::new));
  }

  /** As Twilio documents it: the address, and each parameter's name and value, sorted by name. */
  private static String signedByTwilio(String url) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(TWILIO_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      byte[] signature = mac.doFinal((url + "MessageSidSM1To+1").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
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
