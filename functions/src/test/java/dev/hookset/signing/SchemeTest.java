package dev.hookset.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemes as data: which make no sense, which keys they take, and that what they sign holds. */
final class SchemeTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_780_315_200);
  private static final String SECRET = "a secret of sixteen and more";

  // what makes no sense

  @ParameterizedTest
  @ValueSource(strings = {"", "{timestamp}.", "{method}{url}", "body"})
  void parse_messageWithoutTheBody_isRefused(String message) {
    assertRefused("leaves {body} out", () -> Scheme.hmacSha256(message).in("X-Sig").build());
  }

  @ParameterizedTest
  @CsvSource({"{bdy}, place {bdy}", "{id}.{body}, place {id}", "{body, has a { without its }"})
  void parse_placeThatDoesNotExist_isRefused(String message, String part) {
    assertRefused(part, () -> Scheme.hmacSha256(message).in("X-Sig").build());
  }

  @Test
  void build_partsThatDoNotFit_isRefusedWithASentence() {
    assertRefused(
        "nothing says where that stands",
        () -> Scheme.hmacSha256("{timestamp}.{body}").in("X-Sig").build());
    assertRefused(
        "needs a list",
        () ->
            Scheme.hmacSha256("{body}")
                .in("X-Sig")
                .timestampInList("t=", TimestampForm.UNIX_SECONDS)
                .build());
    assertRefused(
        "needs a prefix", () -> Scheme.hmacSha256("{body}").in("X-Sig").list(",").build());
    assertRefused(
        "covers no timestamp",
        () -> Scheme.token("X-Token", "").timestamp("X-Time", TimestampForm.UNIX_SECONDS).build());
    assertRefused(
        "stands alone",
        () -> Scheme.token("X-Token", "").also(Scheme.Algorithm.HMAC_SHA256, "v1=").build());
    assertRefused(
        "only the secret of an HMAC",
        () -> Scheme.ed25519("{body}").in("X-Sig").base64Secret("whsec_").build());
    assertRefused(
        "so no {timestamp} is",
        () ->
            Scheme.hmacSha256("{timestamp}{body}")
                .in("X-Sig")
                .timestampInBody("at", TimestampForm.UNIX_MILLIS)
                .build());
    assertRefused(
        "longer than nothing",
        () -> Scheme.hmacSha256("{body}").in("X-Sig").tolerance(Duration.ZERO).build());
    assertRefused("name of its header", () -> Scheme.hmacSha256("{body}").in(" ").build());
  }

  // keys

  @Test
  void readKeys_secretInBase64_isItsBytesBehindThePrefixOrWithout() {
    Scheme scheme = Scheme.hmacSha256("{body}").in("X-Sig").base64Secret("whsec_").build();
    String base64 = Base64.getEncoder().encodeToString(SECRET.getBytes(UTF_8));
    String expected = SharedSecret.of(SECRET).fingerprint();

    assertEquals(expected, scheme.readKeys("whsec_" + base64).getFirst().fingerprint());
    assertEquals(expected, scheme.readKeys(base64).getFirst().fingerprint());
    for (String text : List.of("whsec_not base64!", "whsec_c2hvcnQ=", "whsec_ÄÖÜäöüß9")) {
      String message =
          Objects.requireNonNull(
              assertThrows(IllegalArgumentException.class, () -> scheme.readKeys(text))
                  .getMessage());
      assertTrue(message.contains("no base64 of at least 16 bytes"), message);
      assertFalse(message.contains(text.substring(6)), "it is repeated");
    }
  }

  @Test
  void readKeys_publicKeyInHex_isThatKeyInAnyForm() {
    String hex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    Scheme scheme = Scheme.ed25519("{body}").in("X-Sig").build();
    String der = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

    assertEquals(fingerprint(scheme, der), fingerprint(scheme, hex));
    assertEquals(
        fingerprint(scheme, der),
        fingerprint(scheme, "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="));
    assertEquals(1, scheme.readKeys("[\"" + hex + "\",\"" + hex + "\"]").size());
    assertTrue(scheme.hasPublicKey());
  }

  private static String fingerprint(Scheme scheme, String text) {
    return scheme.readKeys(text).getFirst().fingerprint();
  }

  @Test
  void verify_tokenAsTheKeyOfASignature_isNotAsked() {
    // Who knows the token alone must not get in by the signature's door.
    Scheme scheme =
        Scheme.hmacSha256("{body}")
            .in("X-Sig")
            .base64Secret("whsec_")
            .or(Scheme.token("X-Token", ""))
            .build();
    List<VerificationKey> token = scheme.readKeys("a plain token");
    Map<String, String> signed =
        scheme.headers(
            delivery(Map.of(), "{}"),
            NOW,
            "id",
            message ->
                SharedSecret.of("a plain token")
                    .sign(
                        Scheme.Algorithm.HMAC_SHA256,
                        new SignedBytes(List.of(Body.wrap(message)))));

    assertEquals(Reason.MISSING_SIGNATURE, judge(scheme, token, delivery(signed, "{}")));
    assertNull(judge(scheme, token, delivery(Map.of("X-Token", "a plain token"), "{}")));
    assertEquals(
        Reason.INVALID_SIGNATURE,
        judge(scheme, token, delivery(Map.of("X-Token", "a plain toke"), "{}")));
  }

  // what it signs, holds

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{body}",
        "{timestamp}.{body}",
        "v0:{timestamp}:{body}",
        "{x-id}.{timestamp}.{body}",
        "{timestamp}{body}",
        "{method}{url}{body}{timestamp}",
        "{url}{form}"
      })
  void headers_anyMessageAlgorithmAndForm_holdForTheVerifier(String message) {
    for (Scheme.Algorithm algorithm :
        List.of(
            Scheme.Algorithm.HMAC_SHA1,
            Scheme.Algorithm.HMAC_SHA256,
            Scheme.Algorithm.HMAC_SHA512)) {
      for (TimestampForm form : TimestampForm.values()) {
        SchemeBuilder listed =
            Scheme.signed(algorithm, message)
                .in("X-Sig", "v1=")
                .list(";")
                .timestampInList("ts=", form);
        SchemeBuilder apart =
            Scheme.signed(algorithm, message).in("X-Sig", "a=").base64().timestamp("X-Time", form);
        for (Scheme scheme : List.of(listed.build(), apart.build())) {
          Delivery delivery = delivery(Map.of(), "b=2&a=1&a=%20+");
          Map<String, String> headers =
              scheme.headers(
                  delivery,
                  NOW,
                  "msg_1",
                  bytes ->
                      SharedSecret.of(SECRET)
                          .sign(algorithm, new SignedBytes(List.of(Body.wrap(bytes)))));

          assertNull(
              judge(scheme, scheme.readKeys(SECRET), delivery.with(headers)),
              () -> scheme + " " + headers);
          assertEquals(
              Reason.INVALID_SIGNATURE,
              judge(scheme, scheme.readKeys(SECRET + "!"), delivery.with(headers)));
        }
      }
    }
  }

  private static Delivery delivery(Map<String, String> headers, String body) {
    return new Delivery("POST", "https://h.example/x?y=%3A", headers, Body.ofUtf8(body), NOW);
  }

  private static @Nullable Reason judge(
      Scheme scheme, List<VerificationKey> keys, Delivery delivery) {
    try {
      new Verifier(scheme, () -> keys, Duration.ofMinutes(5), 1 << 20, () -> NOW).verify(delivery);
      return null;
    } catch (Refusal e) {
      return e.reason();
    } catch (KeysUnavailable e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(String part, Supplier<Scheme> scheme) {
    String message =
        Objects.requireNonNull(
            assertThrows(IllegalArgumentException.class, scheme::get).getMessage());
    assertTrue(message.contains(part), message);
  }
}
