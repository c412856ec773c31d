package dev.hookset.local.page;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.troubleshooting.Cause;
import dev.hookset.local.troubleshooting.Diagnosis;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerificationTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final Map<String, String> VARIABLES = variables();
  private static final String SECRET_OF_LUCID =
      Objects.requireNonNull(VARIABLES.get("LUCID_WEBHOOK_SECRET"));

  @Test
  void delivery_genuine_holdsAtTheTimeWhenItCame() {
    for (Provider provider : Providers.deployed()) {
      Diagnosis diagnosis = diagnosis(VARIABLES, exchange(genuine(KEYS, provider)));

      assertTrue(diagnosis.holds(), provider.name() + " " + diagnosis);
    }
  }

  @Test
  void delivery_signedByAnotherProvidersKey_isExplained() {
    DevelopmentKeys mistaken = new DevelopmentKeys(Map.of("LEMMA_WEBHOOK_SECRET", SECRET_OF_LUCID));

    Diagnosis diagnosis = diagnosis(VARIABLES, exchange(genuine(mistaken, provider("lemma"))));

    assertFalse(diagnosis.holds());
    assertEquals(
        List.of(Cause.OTHER_KEY),
        diagnosis.findings().stream().map(Diagnosis.Finding::cause).toList());
    assertFalse(diagnosis.toString().contains(SECRET_OF_LUCID), "a key must not be shown");
  }

  @Test
  void delivery_whoseAddressIsSigned_isJudgedByTheOneThatItsFunctionSaw() {
    Provider square = provider("square");
    Body body = Body.ofUtf8("{\"event_id\":\"e\",\"created_at\":\"2026-06-01T12:00:00Z\"}");
    Map<String, String> headers =
        square
            .scheme()
            .headers(
                new Delivery("POST", "https://hooks.example.com/in?a=1", Map.of(), body, NOW),
                NOW,
                "id",
                message -> hmac("square's secret", message));
    Exchange exchange =
        new Exchange(
            "square",
            "POST",
            "https://hooks.example.com/in?a=1",
            NOW,
            Duration.ZERO,
            headers,
            body,
            false,
            null,
            new Reply(200, Map.of(), null));
    Map<String, String> variables =
        new HashMap<>(Map.of("SQUARE_WEBHOOK_SECRET", "square's secret"));

    assertTrue(diagnosis(variables, exchange).holds());
    variables.put("SQUARE_WEBHOOK_URL", "https://other.example/in");
    Diagnosis elsewhere = diagnosis(variables, exchange);
    assertFalse(elsewhere.holds());
    assertEquals(
        "the signature holds over the address https://hooks.example.com/in?a=1",
        elsewhere.findings().getFirst().explanation());
  }

  private static byte[] hmac(String secret, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The secret was put right, and the stack started again. */
  @Test
  void delivery_refusedOnce_holdsByTheKeyOfNow() {
    Map<String, String> right = new HashMap<>(VARIABLES);
    right.put("LEMMA_WEBHOOK_SECRET", "whsec_right");
    DevelopmentKeys sender = new DevelopmentKeys(Map.of("LEMMA_WEBHOOK_SECRET", "whsec_right"));
    Exchange exchange = exchange(genuine(sender, provider("lemma")));

    assertFalse(diagnosis(VARIABLES, exchange).holds());
    assertTrue(diagnosis(right, exchange).holds());
  }

  @Test
  void terms_fromTheEnvironment_areThoseOfTheFunction() {
    Map<String, String> strict = new HashMap<>(VARIABLES);
    strict.put("LAMBA_WEBHOOK_TOLERANCE_SECONDS", "1");
    strict.put("WEBHOOK_MAX_BODY_BYTES", "10");
    DeliveryRequest request = genuine(KEYS, provider("lamba"));

    assertEquals("body_too_large", diagnosis(strict, exchange(request)).receipt().detail());
    strict.remove("WEBHOOK_MAX_BODY_BYTES");
    assertEquals(
        "timestamp_out_of_tolerance",
        diagnosis(strict, Exchanges.unjudged(request, NOW.plusSeconds(2))).receipt().detail());
  }

  /** The page once said that an event of another environment is accepted, while it was skipped. */
  @Test
  void delivery_ofAnotherEnvironmentOrType_isSaidToBeSkipped() {
    Exchange test = exchange(genuine(KEYS, provider("lamba")));
    Map<String, String> variables = new HashMap<>(VARIABLES);

    variables.put("LAMBA_WEBHOOK_ENVIRONMENT", "any");
    assertEquals(Receipt.Outcome.ACCEPTED, diagnosis(variables, test).receipt().outcome());
    variables.put("LAMBA_WEBHOOK_ENVIRONMENT", "test");
    assertEquals(Receipt.Outcome.ACCEPTED, diagnosis(variables, test).receipt().outcome());
    variables.put("LAMBA_WEBHOOK_ENVIRONMENT", "prod");
    Diagnosis skipped = diagnosis(variables, test);
    assertEquals(Receipt.Outcome.SKIPPED, skipped.receipt().outcome());
    assertTrue(skipped.steps().getLast().seen().startsWith("skipped: "), skipped.toString());
    variables.remove("LAMBA_WEBHOOK_ENVIRONMENT");
    variables.put("LAMBA_WEBHOOK_EVENTS", "nothing.*");
    assertEquals(Receipt.Outcome.SKIPPED, diagnosis(variables, test).receipt().outcome());
  }

  @Test
  void signature_thatHolds_isShownWithSchemeSignedBytesAndKey() {
    Map<String, String> expected =
        Map.of(
            "lamina", "Ed25519 over \"1780315200.\" and the body's ",
            "lemma", "HMAC-SHA256 over the body's ",
            "lamba", "HMAC-SHA256 over \"1780315200.\" and the body's ",
            "lucid", "HMAC-SHA256 over the body's ",
            "lymnus", "HMAC-SHA256 over the body's ");
    for (Provider provider : Providers.deployed()) {
      DeliveryRequest request = genuine(KEYS, provider);
      Diagnosis diagnosis = diagnosis(VARIABLES, exchange(request));

      assertEquals(
          expected.get(provider.name())
              + request.body().size()
              + " bytes: key "
              + diagnosis.receipt().keyFingerprint(),
          diagnosis.steps().stream()
              .filter(step -> step.question().startsWith("Did a key"))
              .findFirst()
              .orElseThrow()
              .seen());
    }
  }

  /**
   * A body of 4 MiB that was changed on its way held the page up for hours where it was full of
   * newlines (each run of them was looked at once a character), and took all memory where it was
   * nested deeply (indented, it is gigabytes long).
   */
  @ParameterizedTest
  @ValueSource(strings = {"newlines", "nested", "escaped", "records"})
  void body_of4MiBThatWasChanged_isRefusedAtAnyShape(String shape) {
    int size = (4 << 20) - 100;
    String text =
        switch (shape) {
          case "newlines" -> "\n".repeat(size) + "x";
          case "nested" -> "[".repeat(900) + "0,".repeat(size / 2 - 901) + "1" + "]".repeat(900);
          case "escaped" -> "[\"" + "\u00e9".repeat(size / 2 - 4) + "\"]";
          default -> "[" + "{\"a\":[1,{}],\"b\":1.10},".repeat(size / 24 - 1) + "0]";
        };
    Body signed = Body.ofUtf8(text);
    DeliveryRequest request =
        new Deliveries(KEYS, SAMPLES).genuine(provider("lemma"), signed, "0-0-0-0-1", NOW);
    DeliveryRequest changed =
        new DeliveryRequest(request.provider(), request.headers(), Body.ofUtf8("[7," + text + "]"));

    assertTrue(
        diagnosis(VARIABLES, exchange(request)).steps().stream()
            .anyMatch(step -> step.seen().contains("over the body's " + signed.size())));
    assertEquals("invalid_signature", diagnosis(VARIABLES, exchange(changed)).receipt().detail());
  }

  @Test
  void delivery_whoseKeyOrBodyIsNotHere_isNotJudged() {
    Map<String, String> fetched = new HashMap<>(VARIABLES);
    fetched.remove("LAMINA_WEBHOOK_PUBLIC_KEY");
    fetched.put("LAMINA_API_KEY", "key");
    Exchange exchange = exchange(genuine(KEYS, provider("lamina")));

    assertNull(new Verification(fetched).of(exchange));
    assertNull(new Verification(VARIABLES).of(exchange.withoutBody()));
  }

  private static Diagnosis diagnosis(Map<String, String> variables, Exchange exchange) {
    return Objects.requireNonNull(new Verification(variables).of(exchange));
  }

  private static Provider provider(String name) {
    return Providers.named(name).orElseThrow();
  }

  private static Map<String, String> variables() {
    Map<String, String> variables = new TreeMap<>();
    Providers.deployed()
        .forEach(provider -> variables.putAll(KEYS.verificationVariables(provider)));
    return variables;
  }

  private static DeliveryRequest genuine(DevelopmentKeys keys, Provider provider) {
    return new Deliveries(keys, SAMPLES)
        .genuine(provider, SAMPLES.defaultType(provider), "0-0-0-0-1", NOW);
  }

  private static Exchange exchange(DeliveryRequest request) {
    return Exchanges.unjudged(request, NOW);
  }
}
