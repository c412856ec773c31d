package dev.hookset.local.troubleshooting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Senders that sign the address, where the function sees another one than they were given. */
final class SignedAddressTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String SECRET = "secret of the address";
  private static final String SIGNED = "https://hooks.example.com/in/acme?b=2&a=x%20y";

  @ParameterizedTest
  @ValueSource(strings = {"twilio", "hubspot", "square"})
  void examine_theAddressThatWasSigned_holds(String name) {
    Diagnosis diagnosis = examine(name, new Case.Address("POST", SIGNED, List.of()), Map.of());

    assertTrue(diagnosis.holds(), diagnosis::toString);
    String seen = diagnosis.steps().stream().map(Diagnosis.Step::seen).reduce("", String::concat);
    assertTrue(seen.contains(SIGNED), "what is signed is shown: " + seen);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // What the function takes it to be | what a proxy says besides.
        "http://hooks.example.com/in/acme?b=2&a=x%20y|",
        "https://10.0.0.7:8080/in/acme?b=2&a=x%20y|x-forwarded-host: hooks.example.com",
        "http://10.0.0.7/in/acme?b=2&a=x%20y|forwarded: proto=https;host=hooks.example.com",
        "https://hooks.example.com:8443/in/acme?b=2&a=x%20y|",
        "https://hooks.example.com/in/acme/?b=2&a=x%20y|",
        "https://hooks.example.com/prod/in/acme?b=2&a=x%20y|",
        "https://hooks.example.com/acme?b=2&a=x%20y|x-forwarded-prefix: /in/",
        "https://hooks.example.com/other?b=2&a=x%20y|x-original-uri: /in/acme",
        "https://hooks.example.com/in/acme?b=2&a=x+y|",
        "http://other.example/webhooks/acme|known: " + SIGNED,
      })
  void examine_anotherAddress_isFoundAndNamed(String url, String besides) {
    for (String name : List.of("twilio", "hubspot", "square")) {
      Map<String, String> headers = new LinkedHashMap<>();
      List<String> known = List.of();
      if (besides != null && besides.startsWith("known: ")) {
        known = List.of(besides.substring("known: ".length()));
      } else if (besides != null) {
        int colon = besides.indexOf(": ");
        headers.put(besides.substring(0, colon), besides.substring(colon + 2));
      }

      Diagnosis diagnosis = examine(name, new Case.Address("POST", url, known), headers);

      assertFalse(diagnosis.holds());
      Diagnosis.Finding finding = diagnosis.findings().getFirst();
      assertEquals(Cause.OTHER_ADDRESS, finding.cause());
      assertTrue(finding.proven());
      assertEquals("the signature holds over the address " + SIGNED, finding.explanation());
    }
  }

  @Test
  void examine_anotherAddress_saysWhichVariableMendsIt() {
    Diagnosis diagnosis =
        examine(
            "twilio",
            new Case.Address("POST", SIGNED.replace("https", "http"), List.of()),
            Map.of());

    String cure = diagnosis.findings().getFirst().cure();
    assertTrue(cure.startsWith("Set TWILIO_WEBHOOK_URL to the URL as Twilio was given it"), cure);
  }

  @Test
  void examine_anotherMethod_isFound() {
    Diagnosis diagnosis = examine("hubspot", new Case.Address("PUT", SIGNED, List.of()), Map.of());

    assertEquals(Cause.OTHER_METHOD, diagnosis.findings().getFirst().cause());
  }

  @Test
  void examine_withoutAnAddress_asksForIt() {
    Diagnosis diagnosis = examine("square", Case.Address.UNKNOWN, Map.of());

    assertFalse(diagnosis.holds());
    Diagnosis.Finding finding = diagnosis.findings().getLast();
    assertEquals(Cause.OTHER_ADDRESS, finding.cause());
    assertFalse(finding.proven());
    assertEquals(
        "Square signs the address of its requests, which is not known here", finding.explanation());
  }

  @Test
  void examine_anotherAddressAndANewlineTooMuch_areBothFound() {
    String url = SIGNED.replace("https", "http");
    Case right = delivery("square", new Case.Address("POST", url, List.of()), Map.of());
    Diagnosis diagnosis =
        Troubleshooter.examine(
            new Case(
                right.provider(),
                right.address(),
                right.headers(),
                Body.ofUtf8(right.body().utf8() + "\n"),
                NOW,
                right.keys(),
                right.terms()));

    assertEquals(
        List.of(Cause.TRAILING_NEWLINE, Cause.OTHER_ADDRESS),
        diagnosis.findings().stream().map(Diagnosis.Finding::cause).toList());
  }

  @Test
  void examine_senderThatSignsNoAddress_isNotAskedAboutOne() {
    Provider github = provider("github");
    Diagnosis diagnosis =
        Troubleshooter.examine(
            new Case(
                github,
                Map.of("X-Hub-Signature-256", "sha256=" + "00".repeat(32)),
                Body.ofUtf8("{}"),
                NOW,
                KeyRing.empty().withActive("here", github.scheme(), SECRET),
                Case.Terms.DEFAULT));

    assertFalse(diagnosis.tried().contains(Cause.OTHER_ADDRESS));
  }

  private static Diagnosis examine(String name, Case.Address address, Map<String, String> besides) {
    return Troubleshooter.examine(delivery(name, address, besides));
  }

  /** Returns a delivery that its sender signed for {@link #SIGNED}, and that came elsewhere. */
  private static Case delivery(String name, Case.Address address, Map<String, String> besides) {
    Provider provider = provider(name);
    Body body =
        Body.ofUtf8(name.equals("twilio") ? "MessageSid=SM1&To=%2B1" : "{\"event_id\":\"e\"}");
    Scheme scheme = provider.scheme().all().getLast();
    Map<String, String> headers = new LinkedHashMap<>(besides);
    headers.putAll(
        scheme.headers(
            new Delivery("POST", SIGNED, Map.of(), body, NOW),
            NOW,
            "id",
            message -> sign(scheme.algorithm(), message)));
    return new Case(
        provider,
        address,
        headers,
        body,
        NOW,
        KeyRing.empty().withActive("here", provider.scheme(), SECRET),
        Case.Terms.DEFAULT);
  }

  private static byte[] sign(Scheme.Algorithm algorithm, byte[] message) {
    try {
      Mac mac = Mac.getInstance(algorithm.jcaName());
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "Hmac"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Provider provider(String name) {
    return Providers.named(name).orElseThrow();
  }
}
