package dev.hookset.local.troubleshooting;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.signing.Scheme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TroubleshooterTest {
  private static final Scheme HMAC = Scheme.hmacSha256("{body}").in("X-Sig").build();
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SECRET = "whsec_c2VjcmV0IG9mIGEgdGVzdA==";

  static List<Provider> providers() {
    return Providers.deployed();
  }

  @Test
  void examine_withoutAKey_saysWhereToFindIt() {
    Provider provider = provider("lemma");
    DeliveryRequest request = genuine(provider, Map.of());

    Diagnosis diagnosis = examine(provider, request, KeyRing.empty());

    assertEquals(Receipt.Outcome.NOT_CONFIGURED, diagnosis.receipt().outcome());
    assertEquals(List.of(Cause.NO_KEY), causes(diagnosis));
    assertEquals(provider.whereToFindTheKey(), diagnosis.findings().getFirst().cure());
    assertFalse(diagnosis.holds());
  }

  // --- The usual causes: the body

  @ParameterizedTest
  @MethodSource("providers")
  void examine_newlineAddedAtTheEnd_isFound(Provider provider) {
    assertProven(Cause.TRAILING_NEWLINE, provider, body -> body + "\n");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void examine_bodyWrittenAnew_isFound(Provider provider) {
    // The samples are written without blanks; each of these is what some library makes of them.
    for (String changed : List.of("pretty", "python")) {
      assertProven(
          Cause.RESERIALISED_BODY,
          provider,
          body ->
              changed.equals("pretty")
                  ? read(body).toPrettyString()
                  : body.replace("\":", "\": ").replace(",\"", ", \""));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void examine_newlineTrimmed_isFound(Provider provider) {
    Body sent = Body.ofUtf8(sample(provider).utf8() + "\n");
    DeliveryRequest request = genuine(provider, sent);

    Diagnosis diagnosis = examine(provider, request.headers(), sample(provider));

    assertProven(Cause.TRAILING_NEWLINE, diagnosis);
  }

  @ParameterizedTest
  @CsvSource({
    // what was sent, what is given
    "'{\"a\": \"é\"}', '{\"a\":\"\\u00e9\"}'",
    "'{\"a\":\"a/b\",\"x\":[]}', '{ \"a\" : \"a/b\", \"x\" : [ ] }'",
    "'{\"a\":\"a\\/b\"}', '{\"a\":\"a/b\"}'",
    "'{\"a\":\"a\",\"b\":1.0}', '{\"b\":1.0,\"a\":\"a\"}'"
  })
  void examine_sameJsonAsALibraryWritesIt_isFound(String sent, String given) {
    assertProven(Cause.RESERIALISED_BODY, sentAndGiven(sent, given));
  }

  @Test
  void examine_sameJsonInAnOrderThatNobodyCanGuess_isNotExplained() {
    Diagnosis diagnosis = sentAndGiven("{\"c\":1,\"a\":2,\"b\":3}", "{\"a\":2,\"c\":1,\"b\":3}");

    assertEquals(List.of(), diagnosis.findings());
    assertTrue(diagnosis.tried().contains(Cause.RESERIALISED_BODY));
  }

  private static Diagnosis sentAndGiven(String sent, String given) {
    Provider provider = provider("lucid");
    DeliveryRequest request = genuine(provider, Body.ofUtf8(sent));
    return examine(provider, request.headers(), Body.ofUtf8(given));
  }

  @Test
  void examine_lineEndsChanged_isFound() {
    Provider provider = provider("lucid");
    DeliveryRequest request = genuine(provider, Body.ofUtf8("{\r\n\"id\":\"x\"\r\n}"));

    assertProven(
        Cause.LINE_ENDS, examine(provider, request.headers(), Body.ofUtf8("{\n\"id\":\"x\"\n}")));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void examine_bodyStillInBase64_isFound(Provider provider) {
    assertProven(
        Cause.BODY_IN_BASE64,
        provider,
        body -> Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void examine_bodyInsideOfAString_isFound() {
    assertProven(
        Cause.BODY_QUOTED,
        provider("lemma"),
        body -> JSON.getNodeFactory().textNode(body).toString());
  }

  @Test
  void examine_bodyStillCompressed_isFound() throws IOException {
    Provider provider = provider("lemma");
    DeliveryRequest request = genuine(provider, Map.of());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(request.body().toByteArray());
    }

    assertProven(
        Cause.BODY_COMPRESSED,
        examine(provider, request.headers(), Body.wrap(bytes.toByteArray())));
  }

  @Test
  void examine_bodyReadAsLatin1_isFound() {
    Provider provider = provider("lucid");
    Body sent = Body.ofUtf8("{\"id\":\"Zoë\"}");
    DeliveryRequest request = genuine(provider, sent);
    Body given = Body.ofUtf8(new String(sent.toByteArray(), StandardCharsets.ISO_8859_1));

    assertProven(Cause.BODY_CHARSET, examine(provider, request.headers(), given));
  }

  // --- The usual causes: the key

  @ParameterizedTest
  @ValueSource(strings = {"lemma", "lamba", "lucid", "lymnus"})
  void examine_secretOfAnotherProvider_isFoundAndNamed(String name) {
    Provider provider = provider(name);
    DeliveryRequest request = genuine(provider, secret(provider, "the other's"));

    Diagnosis diagnosis =
        examine(
            provider,
            request,
            hmac(SECRET)
                .withOther("LAMBDA_SECRET", HMAC, "nobody's")
                .withOther("OTHER_SECRET", HMAC, "the other's"));

    assertProven(Cause.OTHER_KEY, diagnosis);
    assertTrue(
        diagnosis.findings().getFirst().explanation().contains("OTHER_SECRET"),
        diagnosis::toString);
    assertFalse(diagnosis.toString().contains("the other's"), "the secret itself");
  }

  @Test
  void examine_oneOfSeveralSecrets_holdsAndSaysWhich() {
    Provider provider = provider("lemma");
    DeliveryRequest request = genuine(provider, secret(provider, "second secret"));
    KeyRing keys =
        KeyRing.empty()
            .withActive("here", HMAC, "[\"first secret\",\"second secret\",\"third secret\"]");

    Diagnosis diagnosis = examine(provider, request, keys);

    assertTrue(diagnosis.holds(), diagnosis::toString);
    assertEquals(keys.active().get(1).key().fingerprint(), diagnosis.receipt().keyFingerprint());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        // what signs, what is configured
        "SECRET_PREFIX, whsec_a1b2c3d4, a1b2c3d4",
        "SECRET_PREFIX, a1b2c3d4, whsec_a1b2c3d4",
        "SECRET_WRAPPED, a1b2c3d4, 'a1b2c3d4\n'",
        "SECRET_WRAPPED, 'a1b2c3d4\n', a1b2c3d4",
        "SECRET_WRAPPED, a1b2c3d4, '\"a1b2c3d4\"'",
        "SECRET_WRAPPED, a1b2c3d4, ' a1b2c3d4 '"
      })
  void examine_secretWrittenOtherwise_isFound(Cause cause, String signs, String configured) {
    Provider provider = provider("lymnus");
    DeliveryRequest request = genuine(provider, secret(provider, signs));

    assertProven(cause, examine(provider, request, hmac(configured)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"whsec_d2ludGVyIHRpZGU=", "d2ludGVyIHRpZGU=", "77696e7465722074696465"})
  void examine_secretUsedAsTextAlthoughItsBytesSign_isFound(String configured) {
    Provider provider = provider("lymnus");
    DeliveryRequest request = genuine(provider, secret(provider, "winter tide"));

    assertProven(Cause.SECRET_ENCODED, examine(provider, request, hmac(configured)));
  }

  // --- The usual causes: the headers

  @ParameterizedTest
  @ValueSource(strings = {"lemma", "lamba", "lucid", "lamina"})
  void examine_signatureInBase64_isFound(String name) {
    Provider provider = provider(name);
    DeliveryRequest request = genuine(provider, Map.of());
    String header = provider.scheme().signatureHeader();
    String value = Objects.requireNonNull(request.headers().get(header));
    byte[] signature = HexFormat.of().parseHex(value.substring(value.indexOf('=') + 1));

    Diagnosis diagnosis =
        examine(
            provider,
            with(request, header, Base64.getEncoder().encodeToString(signature)),
            request.body());

    assertEquals("malformed_signature", diagnosis.receipt().detail());
    assertProven(Cause.SIGNATURE_FORM, diagnosis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:", "SHA256=", "", "\"sha256=", "v1,"})
  void examine_signatureWithAnotherPrefix_isFound(String prefix) {
    Provider provider = provider("lemma");
    DeliveryRequest request = genuine(provider, Map.of());
    String header = provider.scheme().signatureHeader();
    String value = Objects.requireNonNull(request.headers().get(header));

    assertProven(
        Cause.SIGNATURE_FORM,
        examine(
            provider,
            with(request, header, prefix + value.substring("sha256=".length())),
            request.body()));
  }

  @ParameterizedTest
  @CsvSource({"lamba, lucid", "lemma, lamba", "lucid, lemma", "lymnus, lamba", "lemma, lymnus"})
  void examine_deliveryOfAnotherProvider_isFound(String sender, String receiver) {
    DeliveryRequest request = genuine(provider(sender), secret(provider(sender), SECRET));

    Diagnosis diagnosis = examine(provider(receiver), request.headers(), request.body());

    assertEquals("missing_signature", diagnosis.receipt().detail());
    assertTrue(causes(diagnosis).contains(Cause.OTHER_PROVIDER), diagnosis::toString);
    assertTrue(diagnosis.findings().getFirst().proven());
    assertTrue(diagnosis.findings().getFirst().cure().contains(sender));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lamina", "lamba"})
  void examine_bodySignedWithoutItsTimestamp_isAnotherScheme(String name) {
    Provider provider = provider(name);
    DeliveryRequest request = genuine(provider, Map.of());
    Diagnosis diagnosis =
        examine(
            provider,
            request.headers(),
            // With the timestamp in front, the body alone is what was signed.
            Body.ofUtf8(timestamp(provider, request) + "." + request.body().utf8()));

    assertEquals("invalid_signature", diagnosis.receipt().detail());
    assertProven(Cause.OTHER_SCHEME, diagnosis);
  }

  @Test
  void examine_timestampSignedForASchemeThatSignsNone_isAnotherScheme() {
    Provider lamba = provider("lamba");
    DeliveryRequest request = genuine(lamba, secret(lamba, SECRET));
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Timestamp", timestamp(lamba, request));
    headers.put(
        "X-Lucid-Signature",
        Objects.requireNonNull(request.headers().get("X-Lamba-Signature"))
            .substring("v1=".length()));

    assertProven(
        Cause.OTHER_SCHEME,
        Troubleshooter.examine(
            new Case(
                provider("lucid"),
                headers,
                request.body(),
                NOW,
                hmac(SECRET),
                Case.Terms.DEFAULT)));
  }

  @Test
  void examine_noHeaderThatSigns_isMissingAndNamesWhatIsLike() {
    Provider provider = provider("lemma");
    DeliveryRequest request = genuine(provider, Map.of());
    Map<String, String> headers = new LinkedHashMap<>(request.headers());
    headers.remove(provider.scheme().signatureHeader());
    headers.put("X-Hub-Signature", "sha1=00");

    Diagnosis diagnosis = examine(provider, headers, request.body());

    assertEquals(List.of(Cause.HEADER_MISSING), causes(diagnosis));
    assertFalse(diagnosis.findings().getFirst().proven());
    assertTrue(diagnosis.findings().getFirst().explanation().contains("x-hub-signature"));
  }

  // --- The usual causes: time

  @ParameterizedTest
  @CsvSource({"PT5M0.001S, 5 min before", "PT2H, 2 h before", "-PT1H3M, 1 h 3 min ahead of"})
  void examine_clocksThatDiffer_saysByHowMuch(Duration late, String words) {
    for (String name : List.of("lamina", "lamba", "lymnus")) {
      Provider provider = provider(name);
      DeliveryRequest request = genuine(provider, Map.of());

      Diagnosis diagnosis = examine(provider, request, NOW.plus(late));

      assertEquals("timestamp_out_of_tolerance", diagnosis.receipt().detail());
      assertProven(Cause.CLOCK_SKEW, diagnosis);
      String explanation = diagnosis.findings().getFirst().explanation();
      assertTrue(explanation.contains(words), explanation);
      assertEquals(
          late.equals(Duration.ofHours(2)),
          diagnosis.findings().getFirst().cure().contains("time zone"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lamina", "lamba", "lymnus"})
  void examine_timestampInMilliseconds_isFound(String name) {
    // A sender that counts milliseconds signs so, too: made with a clock a thousand times as late.
    Provider provider = provider(name);
    Instant fast = Instant.ofEpochSecond(NOW.toEpochMilli());
    DeliveryRequest request =
        new Deliveries(keys(Map.of()), SAMPLES).genuine(provider, sample(provider), "id", fast);

    Diagnosis diagnosis = examine(provider, request.headers(), request.body());

    assertEquals("timestamp_out_of_tolerance", diagnosis.receipt().detail());
    assertProven(Cause.MILLISECONDS, diagnosis);
  }

  @Test
  void examine_secondsSignedAndMillisecondsSent_isFound() {
    Provider provider = provider("lamina");
    DeliveryRequest request = genuine(provider, Map.of());
    Map<String, String> headers =
        with(request, "X-Lamina-Webhook-Timestamp", timestamp(provider, request) + "000");

    Diagnosis diagnosis = examine(provider, headers, request.body());

    assertEquals("invalid_signature", diagnosis.receipt().detail());
    assertProven(Cause.MILLISECONDS, diagnosis);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lemma", "lucid", "lymnus"})
  void examine_eventOfLongAgo_isTooOldByItsOwnTime(String name) {
    Provider provider = provider(name);
    Instant later = NOW.plus(Duration.ofDays(40));
    DeliveryRequest request =
        new Deliveries(keys(Map.of()), SAMPLES).genuine(provider, sample(provider), "id", later);

    Diagnosis diagnosis = examine(provider, request, later);

    assertEquals("timestamp_out_of_tolerance", diagnosis.receipt().detail());
    assertProven(Cause.EVENT_TOO_OLD, diagnosis);
  }

  // --- Two at once, and none

  @Test
  void examine_twoMistakesAtOnce_areBothFound() {
    Provider provider = provider("lemma");
    DeliveryRequest request = genuine(provider, secret(provider, "a1b2c3d4"));

    Diagnosis diagnosis =
        Troubleshooter.examine(
            new Case(
                provider,
                request.headers(),
                Body.ofUtf8(request.body().utf8() + "\n"),
                NOW,
                hmac("whsec_a1b2c3d4"),
                Case.Terms.DEFAULT));

    assertEquals(List.of(Cause.TRAILING_NEWLINE, Cause.SECRET_PREFIX), causes(diagnosis));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void examine_forged_isNotExplainedAndSaysWhatWasTried(Provider provider) {
    DeliveryRequest request = genuine(provider, Map.of()).tampered();

    Diagnosis diagnosis = examine(provider, request.headers(), request.body());

    assertAll(
        () -> assertEquals("invalid_signature", diagnosis.receipt().detail()),
        () -> assertEquals(List.of(), diagnosis.findings()),
        () -> assertTrue(diagnosis.tried().contains(Cause.TRAILING_NEWLINE)),
        () -> assertTrue(diagnosis.tried().contains(Cause.SIGNATURE_FORM)));
  }

  @Test
  void keyRing_printed_showsFingerprintsAlone() {
    KeyRing ring =
        KeyRing.empty().withActive("HERE", HMAC, SECRET).withOther("THERE", HMAC, "another one");

    assertEquals(
        "KeyRing[in use [HERE "
            + ring.active().getFirst().key().fingerprint()
            + "], others [THERE "
            + ring.others(HMAC).getFirst().key().fingerprint()
            + "]]",
        ring.toString());
  }

  private static void assertProven(Cause cause, Provider provider, UnaryOperator<String> change) {
    DeliveryRequest request = genuine(provider, Map.of());
    assertProven(
        cause,
        examine(provider, request.headers(), Body.ofUtf8(change.apply(request.body().utf8()))));
  }

  private static void assertProven(Cause cause, Diagnosis diagnosis) {
    assertFalse(diagnosis.holds());
    assertEquals(List.of(cause), causes(diagnosis), diagnosis::toString);
    assertTrue(diagnosis.findings().getFirst().proven(), diagnosis::toString);
  }

  private static List<Cause> causes(Diagnosis diagnosis) {
    return diagnosis.findings().stream().map(Diagnosis.Finding::cause).toList();
  }

  /** Examines by the development key; the secret of these tests is known, but not in use. */
  private static Diagnosis examine(Provider provider, Map<String, String> headers, Body body) {
    return Troubleshooter.examine(
        new Case(
            provider,
            headers,
            body,
            NOW,
            ring(provider, Map.of()).withOther("a test", HMAC, SECRET),
            Case.Terms.DEFAULT));
  }

  /** Examines by the development key, at another time. */
  private static Diagnosis examine(Provider provider, DeliveryRequest request, Instant now) {
    return Troubleshooter.examine(
        new Case(
            provider,
            request.headers(),
            request.body(),
            now,
            ring(provider, Map.of()),
            Case.Terms.DEFAULT));
  }

  private static KeyRing hmac(String secret) {
    return KeyRing.empty().withActive("here", HMAC, secret);
  }

  private static DeliveryRequest genuine(Provider provider, Body body) {
    return new Deliveries(keys(Map.of()), SAMPLES).genuine(provider, body, "id", NOW);
  }

  private static Diagnosis examine(Provider provider, DeliveryRequest request, KeyRing keys) {
    return Troubleshooter.examine(
        new Case(provider, request.headers(), request.body(), NOW, keys, Case.Terms.DEFAULT));
  }

  private static KeyRing ring(Provider provider, Map<String, String> environment) {
    Map.Entry<String, String> key =
        keys(environment).verificationVariables(provider).entrySet().iterator().next();
    return KeyRing.empty().withActive(key.getKey(), provider.scheme(), key.getValue());
  }

  private static DevelopmentKeys keys(Map<String, String> environment) {
    return new DevelopmentKeys(environment);
  }

  private static Map<String, String> secret(Provider provider, String text) {
    return Map.of(provider.name().toUpperCase(Locale.ROOT) + "_WEBHOOK_SECRET", text);
  }

  private static DeliveryRequest genuine(Provider provider, Map<String, String> environment) {
    return new Deliveries(keys(environment), SAMPLES)
        .genuine(provider, SAMPLES.defaultType(provider), "id", NOW);
  }

  private static Body sample(Provider provider) {
    return genuine(provider, Map.of()).body();
  }

  private static String timestamp(Provider provider, DeliveryRequest request) {
    Scheme.Timestamp timestamp = provider.scheme().timestamp();
    return timestamp != null && timestamp.place() == Scheme.Timestamp.Place.HEADER
        ? Objects.requireNonNull(request.headers().get(timestamp.name()))
        : "";
  }

  private static Map<String, String> with(DeliveryRequest request, String name, String value) {
    Map<String, String> headers = new LinkedHashMap<>(request.headers());
    headers.put(name, value);
    return headers;
  }

  private static Provider provider(String name) {
    return Providers.named(name).orElseThrow();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new AssertionError(json, e);
    }
  }
}
