package dev.hookset.local.troubleshooting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How a sender signs is found from one delivery: of every sender in the catalogue, and of others.
 */
final class SchemeFinderTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String SECRET = "acme signs with this";
  private static final Body BODY = Body.ofUtf8("{\"id\":\"evt_1\",\"type\":\"a.b\"}");

  /** Every delivery that a sender's own library made and that is to be accepted. */
  @TestFactory
  Stream<DynamicTest> find_deliveryOfASenderInTheCatalogue_isItsDescription() {
    return Providers.all().stream()
        .map(
            provider ->
                DynamicTest.dynamicTest(
                    provider.name(),
                    () -> {
                      List<String> wrong = new ArrayList<>();
                      int count = 0;
                      for (JsonNode vector : good(provider)) {
                        count++;
                        SchemeFinder.Found found =
                            SchemeFinder.find(delivery(vector), secret(vector));
                        if (found.schemes().isEmpty()
                            || !isDescribed(found.schemes().getFirst(), provider, vector)) {
                          wrong.add(vector.required("name").textValue() + ": " + found.schemes());
                        }
                      }
                      assertTrue(count > 0, "there are deliveries");
                      assertEquals(List.of(), wrong);
                    }));
  }

  /** One delivery does not tell whether the header could be a list, nor the other alternatives. */
  private static boolean isDescribed(Scheme found, Provider provider, JsonNode vector) {
    return provider.scheme().all().stream()
        .anyMatch(
            described ->
                described.elements().contains(found.elements().getFirst())
                    && described.header().equalsIgnoreCase(found.header())
                    && described.encoding() == found.encoding()
                    && String.valueOf(described.message())
                        .equalsIgnoreCase(String.valueOf(found.message()))
                    && (found.secretPrefix() == null
                        ? described.secretPrefix() == null
                            || found.algorithm() == Scheme.Algorithm.ED25519
                        : found.secretPrefix().equals(described.secretPrefix()))
                    && isAsFarAsItShows(found, described, vector)
                    && isSameTime(found.timestamp(), described.timestamp()));
  }

  private static boolean isAsFarAsItShows(Scheme found, Scheme described, JsonNode vector) {
    String separator = described.separator();
    return separator == null
        ? found.separator() == null
        : separator.equals(found.separator())
            || (found.separator() == null
                && !String.valueOf(delivery(vector).header(found.header())).contains(separator));
  }

  private static boolean isSameTime(
      Scheme.@Nullable Timestamp found, Scheme.@Nullable Timestamp described) {
    if (found == null || described == null) {
      // One in the body is signed with it, and is for the body's members to tell.
      return found == null
          && (described == null || described.place() == Scheme.Timestamp.Place.MEMBER);
    }
    return found.place() == described.place()
        && found.name().equalsIgnoreCase(described.name())
        && (found.form() == described.form()
            || described.form() == TimestampForm.UNIX_SECONDS_OR_RFC3339);
  }

  // --- Senders that the catalogue does not have

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HMAC_SHA512|hex|'X-Acme-Sig>'|{body}",
        "HMAC_SHA1|base64|'X-Acme-Sig>sha1='|{body}",
        "HMAC_SHA256|hex|'X-Acme-Sig>hmac '|{timestamp}.{body}",
        "HMAC_SHA256|hex|'X-Acme-Sig>v2:'|v2.{timestamp}.{body}",
        "HMAC_SHA256|hex|'X-Acme-Sig>'|{x-acme-event-id}:{timestamp}:{body}",
        "HMAC_SHA256|hex|'X-Acme-Sig>'|{timestamp}-{body}-{x-acme-event-id}",
        "HMAC_SHA256|hex|'X-Acme-Sig>'|{x-acme-event-id}.{body}",
        "HMAC_SHA256|base64|'X-Acme-Sig>'|{method}:{url}:{timestamp}:{body}",
        "HMAC_SHA256|hex|'X-Acme-Sig>'|{url}.{body}",
      })
  void find_schemeOfItsOwnMaking_isFound(
      Scheme.Algorithm algorithm, String encoding, String at, String message) {
    Map<String, String> headers = headers();
    int mark = at.indexOf('>');
    String name = at.substring(0, mark);
    byte[] signature = sign(algorithm, bytes(SECRET), filled(message));
    headers.put(name, at.substring(mark + 1) + written(encoding, signature));

    SchemeFinder.Found found = find(headers, BODY, SECRET);

    Scheme scheme = found.schemes().getFirst();
    assertEquals(algorithm, scheme.algorithm());
    assertEquals(message, String.valueOf(scheme.message()));
    assertEquals(name.toLowerCase(Locale.ROOT), scheme.header());
    assertEquals(at.substring(mark + 1).strip(), scheme.prefix().strip());
  }

  @Test
  void find_secretInBase64BehindAPrefix_isReadSo() {
    byte[] key = new byte[32];
    Map<String, String> headers = headers();
    headers.put("x-acme-sig", written("hex", sign(Scheme.Algorithm.HMAC_SHA256, key, BODY.utf8())));

    SchemeFinder.Found found =
        find(headers, BODY, "acme_" + Base64.getEncoder().encodeToString(key));

    assertEquals("acme_", found.schemes().getFirst().secretPrefix());
  }

  @Test
  void find_weakAndStrongSignature_takesTheStrongAndNamesBoth() {
    Map<String, String> headers = headers();
    headers.put(
        "x-sig", written("hex", sign(Scheme.Algorithm.HMAC_SHA1, bytes(SECRET), BODY.utf8())));
    headers.put(
        "x-sig-256",
        written("hex", sign(Scheme.Algorithm.HMAC_SHA256, bytes(SECRET), BODY.utf8())));

    List<Scheme> schemes = find(headers, BODY, SECRET).schemes();

    assertEquals(List.of("x-sig-256", "x-sig"), schemes.stream().map(Scheme::header).toList());
  }

  @Test
  void find_tokenBesideASignature_isNotTakenForTheProof() {
    Map<String, String> headers = headers();
    headers.put("authorization", "Bearer " + SECRET);
    assertEquals(
        Scheme.Algorithm.TOKEN, find(headers, BODY, SECRET).schemes().getFirst().algorithm());

    headers.put(
        "x-sig", written("hex", sign(Scheme.Algorithm.HMAC_SHA256, bytes(SECRET), BODY.utf8())));

    List<Scheme> schemes = find(headers, BODY, SECRET).schemes();
    assertEquals(1, schemes.size());
    assertEquals("x-sig", schemes.getFirst().header());
  }

  @Test
  void find_bodyWithANewlineTooMuch_saysSoAndGoesOnWithTheBodyAsItWasSent() {
    Map<String, String> headers = headers();
    headers.put(
        "x-sig", written("hex", sign(Scheme.Algorithm.HMAC_SHA256, bytes(SECRET), BODY.utf8())));

    SchemeFinder.Found found = find(headers, Body.ofUtf8(BODY.utf8() + "\n"), SECRET);

    assertEquals("{body}", String.valueOf(found.schemes().getFirst().message()));
    assertEquals(BODY, found.body());
    assertTrue(
        String.valueOf(found.mistake()).contains("without the newline at its end"), found::mistake);
  }

  @Test
  void find_whatNoDescriptionCanSay_isTheNearest() {
    Map<String, String> urlSafe = headers();
    urlSafe.put(
        "x-sig",
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(sign(Scheme.Algorithm.HMAC_SHA256, bytes(SECRET), BODY.utf8())));
    String hexSecret = "00112233445566778899aabbccddeeff";
    Map<String, String> hex = headers();
    hex.put(
        "x-sig",
        written(
            "hex",
            sign(Scheme.Algorithm.HMAC_SHA256, HexFormat.of().parseHex(hexSecret), BODY.utf8())));

    SchemeFinder.Found first = find(urlSafe, BODY, SECRET);
    SchemeFinder.Found second = find(hex, BODY, hexSecret);

    assertEquals(List.of(), first.schemes());
    assertTrue(String.valueOf(first.nearest()).contains("that of URLs"), first::nearest);
    assertEquals(List.of(), second.schemes());
    assertTrue(
        String.valueOf(second.nearest()).contains("decoded from hexadecimal"), second::nearest);
    assertFalse(second.toString().contains(hexSecret), "no secret");
  }

  @Test
  void find_otherAddress_isNamed() {
    Map<String, String> headers = headers();
    String signed = "http://hooks.example.com/in?a=1";
    headers.put(
        "x-sig",
        written("hex", sign(Scheme.Algorithm.HMAC_SHA256, bytes(SECRET), signed + BODY.utf8())));

    SchemeFinder.Found found = find(headers, BODY, SECRET);

    assertEquals(List.of(), found.schemes());
    assertTrue(
        String.valueOf(found.nearest()).contains("at the address " + signed), found::nearest);
  }

  @Test
  void find_nothing_saysWhatLookedLikeASignature() {
    Map<String, String> headers = headers();
    headers.put("x-sig", "v1=" + "ab".repeat(32));

    SchemeFinder.Found found = find(headers, BODY, SECRET);

    assertEquals(List.of(), found.schemes());
    assertEquals(List.of("x-sig, behind v1=: 64 hexadecimal digits"), found.seen());
    assertTrue(found.tried() > 500, () -> "guesses: " + found.tried());
    assertEquals(null, found.nearest());
  }

  @Test
  void find_longBody_isTriedByWhatIsUsual() {
    // Each guess goes over the whole body: with all of them nobody would wait for the answer.
    Body body = Body.ofUtf8("{\"text\":\"" + "x".repeat(300_000) + "\"}");
    Map<String, String> headers = headers();
    String signed = NOW.getEpochSecond() + "." + body.utf8();
    headers.put("x-sig", written("hex", sign(Scheme.Algorithm.HMAC_SHA256, bytes(SECRET), signed)));

    SchemeFinder.Found found = find(headers, Body.ofUtf8(body.utf8() + "\n"), SECRET);
    SchemeFinder.Found none = find(headers, body, "another secret");

    assertEquals("{timestamp}.{body}", String.valueOf(found.schemes().getFirst().message()));
    assertTrue(String.valueOf(found.mistake()).contains("newline at its end"), found::mistake);
    assertEquals(List.of(), none.schemes());
    assertTrue(none.tried() < 300, () -> "guesses: " + none.tried());
  }

  @Test
  void find_headersThatNoSenderSends_areNoObstacle() {
    // A capture in JSON can name a header as it likes; in a template a brace would end the place.
    Map<String, String> headers = headers();
    headers.put("", SECRET);
    headers.put("x-a}b-{c", "7");
    headers.put("-", "7");

    assertEquals(List.of(), find(headers, BODY, SECRET).schemes());
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put("x-acme-event-id", "evt-77");
    headers.put("x-acme-timestamp", Long.toString(NOW.getEpochSecond()));
    headers.put("x-forwarded-for", "203.0.113.7");
    return headers;
  }

  private static SchemeFinder.Found find(Map<String, String> headers, Body body, String secret) {
    return SchemeFinder.find(
        new Delivery("POST", "https://hooks.example.com/in?a=1", headers, body, NOW), secret);
  }

  private static String filled(String message) {
    return message
        .replace("{timestamp}", Long.toString(NOW.getEpochSecond()))
        .replace("{x-acme-event-id}", "evt-77")
        .replace("{url}", "https://hooks.example.com/in?a=1")
        .replace("{method}", "POST")
        .replace("{body}", BODY.utf8());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String written(String encoding, byte[] signature) {
    return encoding.equals("hex")
        ? HexFormat.of().formatHex(signature)
        : Base64.getEncoder().encodeToString(signature);
  }

  private static byte[] sign(Scheme.Algorithm algorithm, byte[] key, String message) {
    try {
      Mac mac = Mac.getInstance(algorithm.jcaName());
      mac.init(new SecretKeySpec(key, "Hmac"));
      return mac.doFinal(bytes(message));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  // --- Vectors

  private static List<JsonNode> good(Provider provider) throws IOException {
    String name =
        switch (provider.name()) {
          case "clerk", "resend" -> "svix";
          case "openai" -> "standard-webhooks";
          case "whatsapp" -> "meta";
          default -> provider.name();
        };
    List<JsonNode> good = new ArrayList<>();
    try (InputStream stream =
        SchemeFinderTest.class.getResourceAsStream("/vectors/" + name + ".json")) {
      assertNotNull(stream, name);
      for (JsonNode vector : JSON.readTree(stream).required("vectors")) {
        // Over no body at all many messages are the same; and a zero in front of a time is an
        // oddity.
        boolean isTelling =
            !vector.required("bodyBase64").textValue().isEmpty()
                && !vector.required("name").textValue().contains("leading zero");
        if (isTelling && vector.required("expect").path("outcome").asText().equals("accepted")) {
          good.add(vector);
        }
      }
    }
    return good;
  }

  private static String secret(JsonNode vector) {
    JsonNode config = vector.required("config");
    JsonNode keys = config.path("publicKeys");
    if ((!keys.isMissingNode() && !keys.isEmpty()) || keys.isTextual()) {
      return keys.isTextual() ? keys.textValue() : keys.toString();
    }
    List<String> secrets = new ArrayList<>();
    config.path("secrets").forEach(secret -> secrets.add(secret.textValue()));
    config.path("signingSecrets").forEach(secret -> secrets.add(secret.textValue()));
    return secrets.size() == 1 ? secrets.getFirst() : JSON.valueToTree(secrets).toString();
  }

  private static Delivery delivery(JsonNode vector) {
    Map<String, String> headers = new LinkedHashMap<>();
    vector
        .required("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().textValue()));
    String url = vector.path("url").asText("https://hooks.example.invalid/");
    try {
      return new Delivery(
          vector.path("method").asText("POST"),
          vector.path("config").path("notificationUrl").asText(url),
          headers,
          Body.wrap(vector.required("bodyBase64").binaryValue()),
          Instant.ofEpochSecond(vector.required("now").longValue()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
