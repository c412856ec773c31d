package dev.hookset.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Reply;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WiringTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String SECRET = "whsec_never_to_be_seen";

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  // What is wrong stops the function

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "lemma  | PROVIDER | `` | is not set",
        "lemma  | PROVIDER | strype | one of lamina, lemma, lamba, lucid, lymnus, standard-webhooks",
        "lemma  | PROVIDER | Lemma | one of lamina, lemma, lamba, lucid, lymnus, standard-webhooks",
        "lemma  | INBOX_TABLE | `` | is not set",
        "lemma  | WORK_QUEUE_URL | `` | is not set",
        "lemma  | OVERFLOW_BUCKET | `` | is not set",
        "lemma  | AWS_REGION | `` | is not set",
        "lemma  | WEBHOOK_RETENTION_DAYS | a month | a whole number from 2 to 36500 is expected",
        "lemma  | WEBHOOK_RETENTION_DAYS | 1 | a whole number from 2 to 36500 is expected",
        "lemma  | WEBHOOK_RETENTION_DAYS | -30 | a whole number from 2 to 36500 is expected",
        "lemma  | WEBHOOK_RETENTION_DAYS | 36501 | a whole number from 2 to 36500 is expected",
        "lemma  | WEBHOOK_INLINE_BODY_BYTES | 16k | a whole number from 0 to 380000 is expected",
        "lemma  | WEBHOOK_INLINE_BODY_BYTES | 380001 | a whole number from 0 to 380000 is expected",
        "lemma  | WEBHOOK_MAX_BODY_BYTES | 4MB | a whole number from 1 to 6291456 is expected",
        "lemma  | WEBHOOK_MAX_BODY_BYTES | 0 | a whole number from 1 to 6291456 is expected",
        "lemma  | WEBHOOK_MAX_BODY_BYTES | 6291457 | a whole number from 1 to 6291456 is expected",
        "lemma  | LEMMA_WEBHOOK_MAX_AGE_DAYS | 0 | a whole number from 1 to 36500 is expected",
        "lemma  | LEMMA_WEBHOOK_MAX_AGE_DAYS | 3d | a whole number from 1 to 36500 is expected",
        "lamina | LAMINA_WEBHOOK_TOLERANCE_SECONDS | 5m | a whole number from 1 to",
        "lamba  | LAMBA_WEBHOOK_TOLERANCE_SECONDS | 0 | a whole number from 1 to",
        "lymnus | LYMNUS_WEBHOOK_TOLERANCE_SECONDS | -1 | a whole number from 1 to",
        "lamba  | LAMBA_WEBHOOK_ENVIRONMENT | production | one of any, prod, test is expected",
        "lymnus | LYMNUS_WEBHOOK_LIVEMODE | yes | one of any, false, true is expected",
        "lamina | LAMINA_SIGNING_KEY_URL | http://app.uselamina.ai/key | an https URL is expected",
        "lamina | LAMINA_SIGNING_KEY_URL | http://127.0.0.1.evil.example/ | an https URL is expected",
        "lamina | LAMINA_SIGNING_KEY_URL | ftp://127.0.0.1/key | an https URL is expected",
        "lamina | LAMINA_SIGNING_KEY_URL | https:///key | an https URL is expected",
        "lamina | LAMINA_SIGNING_KEY_URL | app.uselamina.ai | an https URL is expected",
        "lamina | LAMINA_SIGNING_KEY_URL | https://a b/ | an https URL is expected",
        "lucid  | AWS_ENDPOINT_URL_DYNAMODB | not a url | a URL is expected",
        "lucid  | AWS_ENDPOINT_URL_DYNAMODB | localhost | a URL is expected",
        "lucid  | AWS_ENDPOINT_URL_SQS | localhost:9324 | a URL is expected",
        "lucid  | AWS_ENDPOINT_URL_SQS | http:///queue | a URL is expected",
        "lucid  | AWS_ENDPOINT_URL_SQS | ftp://localhost | a URL is expected",
        "lucid  | AWS_ENDPOINT_URL_S3 | localhost | a URL is expected",
      })
  void receiver_wrongVariable_stopsAndSaysWhatIsExpected(
      String provider, String variable, String value, String expected) {
    Map<String, String> variables = receiving(provider);
    if (variable.equals("LAMINA_SIGNING_KEY_URL")) {
      variables.remove("LAMINA_WEBHOOK_PUBLIC_KEY");
      variables.put("LAMINA_API_KEY", SECRET);
    }
    variables.put(variable, value);

    assertStops(variables, variable, value, expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"48", "2 days", "-1h", "forever"})
  void receiver_wrongRotationGrace_stopsAndSaysWhatIsExpected(String grace) {
    Map<String, String> variables = receiving("lamba");
    variables.remove("LAMBA_WEBHOOK_SECRET");
    variables.put("LAMBA_WEBHOOK_SECRET_ARN", "arn:aws:secretsmanager:eu-central-1:1:secret:x");
    variables.put("LAMBA_WEBHOOK_ROTATION_GRACE", grace);

    assertStops(
        variables, "LAMBA_WEBHOOK_ROTATION_GRACE", grace, "a number followed by s, m, h or d");
  }

  private void assertStops(
      Map<String, String> variables, String variable, String value, String expected) {
    Misconfiguration stopped =
        assertThrows(Misconfiguration.class, () -> wiring(variables).receiver());
    String message = String.valueOf(stopped.getMessage());
    assertTrue(message.startsWith(variable + " "), message);
    assertTrue(message.contains(expected), message);
    assertTrue(value.isEmpty() || message.contains("'" + value + "'"), message);
    assertFalse(message.contains(SECRET), message);
  }

  @ParameterizedTest
  @CsvSource({
    // provider, retention in days, what names the window, the longest that fits, the next
    "lemma,  30, MAX_AGE_DAYS,      29,      30",
    "lucid,  2,  MAX_AGE_DAYS,      1,       2",
    "lymnus, 90, MAX_AGE_DAYS,      89,      90",
    "lamina, 2,  TOLERANCE_SECONDS, 86400,   86401",
    "lamba,  30, TOLERANCE_SECONDS, 2505600, 2505601"
  })
  void receiver_retentionShorterThanTheWindowAndADay_stops(
      String provider, String retention, String window, String fits, String tooLong) {
    String variable = provider.toUpperCase(Locale.ROOT) + "_WEBHOOK_" + window;
    Map<String, String> variables = receiving(provider);
    variables.put("WEBHOOK_RETENTION_DAYS", retention);
    variables.put(variable, fits);
    assertNotNull(wiring(variables).receiver());

    variables.put(variable, tooLong);
    Misconfiguration stopped =
        assertThrows(Misconfiguration.class, () -> wiring(variables).receiver());

    String message = String.valueOf(stopped.getMessage());
    assertTrue(message.startsWith("WEBHOOK_RETENTION_DAYS is " + retention + ";"), message);
    assertTrue(message.contains(variable), message);
  }

  @Test
  void receiver_toleranceThatProtectsNothing_needsNoRetention() {
    // Lymnus does not sign its timestamp: there the age of the event is what counts.
    Map<String, String> variables = receiving("lymnus");
    variables.put("LYMNUS_WEBHOOK_TOLERANCE_SECONDS", "1000000000");

    assertNotNull(wiring(variables).receiver());
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "3", "36500"})
  void receiver_retentionAlone_setsTheAgeThatFits(String retention) {
    for (Provider provider : Providers.all()) {
      Map<String, String> variables = receiving(provider.name());
      variables.put("WEBHOOK_RETENTION_DAYS", retention);
      Provider.Retries retries = provider.retries();
      if (retries == null || retries.span().toHours() <= 24 * Long.parseLong(retention)) {
        assertNotNull(wiring(variables).receiver());
      }
    }
  }

  @Test
  void receiver_retentionShorterThanTheRetries_stopsAndNamesThem() {
    Map<String, String> variables = receiving("stripe");
    variables.put("WEBHOOK_RETENTION_DAYS", "2");

    Misconfiguration thrown =
        assertThrows(Misconfiguration.class, () -> wiring(variables).receiver());

    assertTrue(
        Objects.requireNonNull(thrown.getMessage())
            .contains("at least the 72 hours for which Stripe tries again"),
        thrown::getMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WORKER_MAX_ATTEMPTS | 0 | a whole number from 1 to 100 is expected",
        "WORKER_MAX_ATTEMPTS | 101 | a whole number from 1 to 100 is expected",
        "WORKER_MAX_ATTEMPTS | nine | a whole number from 1 to 100 is expected",
        "WEBHOOK_RETENTION_DAYS | 0 | a whole number from 2 to 36500 is expected",
        "INBOX_TABLE | '' | is not set",
        "WORK_QUEUE_URL | '' | is not set",
        "OVERFLOW_BUCKET | '' | is not set",
        "AWS_ENDPOINT_URL_S3 | nonsense | a URL is expected",
        "AWS_REGION | '' | is not set",
        "AWS_ENDPOINT_URL_EVENTBRIDGE | nonsense | a URL is expected",
        "AWS_XRAY_DAEMON_ADDRESS | nonsense | an address such as",
      })
  void worker_wrongVariable_stopsAndSaysWhatIsExpected(
      String variable, String value, String expected) {
    Map<String, String> variables = working();
    variables.put("EVENT_BUS_NAME", "bus");
    variables.put(variable, value);

    Misconfiguration stopped =
        assertThrows(Misconfiguration.class, () -> wiring(variables).worker());

    String message = String.valueOf(stopped.getMessage());
    assertTrue(message.startsWith(variable + " "), message);
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INBOX_TABLE", "WORK_QUEUE_URL", "OVERFLOW_BUCKET", "AWS_REGION"})
  void relay_variableNotSet_stopsAndNamesIt(String variable) {
    Map<String, String> variables = working();
    variables.remove(variable);

    Misconfiguration stopped =
        assertThrows(Misconfiguration.class, () -> wiring(variables).relay());

    assertTrue(String.valueOf(stopped.getMessage()).startsWith(variable + " is not set"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"INBOX_TABLE", "OVERFLOW_BUCKET", "AWS_REGION"})
  void janitor_variableNotSet_stopsAndNamesIt(String variable) {
    Map<String, String> variables = working();
    variables.remove(variable);

    Misconfiguration stopped =
        assertThrows(Misconfiguration.class, () -> wiring(variables).janitor());

    assertTrue(String.valueOf(stopped.getMessage()).startsWith(variable + " is not set"));
  }

  // What is right starts

  @TestFactory
  Stream<DynamicTest> receiver_nothingButWhatIsNeeded_starts() {
    return Providers.all().stream()
        .map(
            provider ->
                DynamicTest.dynamicTest(
                    provider.name(),
                    () -> assertNotNull(wiring(receiving(provider.name())).receiver())));
  }

  @Test
  void workerRelayAndJanitor_nothingButWhatIsNeeded_start() {
    assertNotNull(wiring(working()).worker());
    assertNotNull(wiring(working()).relay());
    assertNotNull(wiring(working()).janitor());
    assertEquals("", log.toString(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:8000",
        "http://127.0.0.1:1/x",
        "http://[::1]:8000/",
        "https://a.example"
      })
  void receiver_otherEndpoints_starts(String url) {
    Map<String, String> variables = receiving("lucid");
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", url);
    variables.put("AWS_ENDPOINT_URL_SQS", url);

    assertNotNull(wiring(variables).receiver());
  }

  // What is missing, because the provider shows it only once the URL exists

  @TestFactory
  Stream<DynamicTest> receiver_noSecretYet_startsAndSaysWhatToSetAndAnswers500() {
    Map<String, List<String>> needed =
        Map.of(
            "lamina",
            List.of("LAMINA_WEBHOOK_PUBLIC_KEY", "LAMINA_API_KEY", "LAMINA_API_KEY_ARN"),
            "lemma",
            List.of("LEMMA_WEBHOOK_SECRET", "LEMMA_WEBHOOK_SECRET_ARN"),
            "lamba",
            List.of("LAMBA_WEBHOOK_SECRET", "LAMBA_WEBHOOK_SECRET_ARN"),
            "lucid",
            List.of("LUCID_WEBHOOK_SECRET", "LUCID_WEBHOOK_SECRET_ARN"),
            "lymnus",
            List.of("LYMNUS_WEBHOOK_SECRET", "LYMNUS_WEBHOOK_SECRET_ARN"));
    return Providers.all().stream()
        .map(
            provider ->
                DynamicTest.dynamicTest(
                    provider.name(),
                    () -> {
                      Map<String, String> variables = receiving(provider.name());
                      variables.keySet().removeIf(name -> name.contains("_WEBHOOK_SECRET"));
                      variables.keySet().removeIf(name -> name.contains("_PUBLIC_KEY"));
                      // As the template sets what the operator leaves empty.
                      needed
                          .getOrDefault(provider.name(), List.of())
                          .forEach(name -> variables.put(name, ""));
                      assertNotConfigured(
                          variables, provider, needed.getOrDefault(provider.name(), List.of()));
                    }));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lemma  | LEMMA_WEBHOOK_SECRET | []",
        "lemma  | LEMMA_WEBHOOK_SECRET | {\"secret\":\"never_to_be_seen\",\"version\":2}",
        "lemma  | LEMMA_WEBHOOK_SECRET | [\"never_to_be_seen\",\"\"]",
        "lamina | LAMINA_WEBHOOK_PUBLIC_KEY | never_to_be_seen",
        "lamina | LAMINA_WEBHOOK_PUBLIC_KEY | {\"kty\":\"OKP\",\"d\":\"never_to_be_seen\"}"
      })
  void receiver_secretThatIsNone_startsAndSaysSoWithoutRepeatingIt(
      String provider, String variable, String value) {
    Map<String, String> variables = receiving(provider);
    variables.put(variable, value);

    assertNotConfigured(variables, Providers.named(provider).orElseThrow(), List.of(variable));

    assertFalse(log.toString(UTF_8).contains("never_to_be_seen"), log.toString(UTF_8));
  }

  private void assertNotConfigured(
      Map<String, String> variables, Provider provider, List<String> named) {
    log.reset();
    Reply reply =
        wiring(variables)
            .receiver()
            .receive(
                new Delivery(
                    Map.of(
                        provider.scheme().signatureHeader(),
                        signature(provider),
                        "X-Lamina-Webhook-Timestamp",
                        "1780315200",
                        "X-Lamba-Timestamp",
                        "2026-06-01T12:00:00Z"),
                    Body.ofUtf8("{}"),
                    NOW),
                null);

    assertEquals(500, reply.status());
    List<String> lines = log.toString(UTF_8).lines().toList();
    assertEquals(2, lines.size(), "one at start, one for the delivery: " + lines);
    for (String line : lines) {
      for (String name : named) {
        assertTrue(line.contains(name), line);
      }
    }
  }

  private static String signature(Provider provider) {
    return switch (provider.name()) {
      case "lamina" -> "00".repeat(64);
      case "lemma" -> "sha256=" + "00".repeat(32);
      case "lamba" -> "v1=" + "00".repeat(32);
      case "lymnus" -> "t=1780315200,v1=" + "00".repeat(32);
      default -> "00".repeat(32);
    };
  }

  private Wiring wiring(Map<String, String> variables) {
    return new Wiring(variables, () -> NOW, new PrintStream(log, true, UTF_8));
  }

  private static Map<String, String> working() {
    return new HashMap<>(
        Map.of(
            "AWS_REGION",
            "eu-central-1",
            "AWS_ACCESS_KEY_ID",
            "AKIDNEVERTOBESEEN",
            "AWS_SECRET_ACCESS_KEY",
            SECRET,
            "INBOX_TABLE",
            "inbox",
            "OVERFLOW_BUCKET",
            "bucket",
            "WORK_QUEUE_URL",
            "https://sqs.eu-central-1.amazonaws.com/1/work",
            // Nothing listens there; nothing is to be asked at start.
            "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            "http://127.0.0.1:1"));
  }

  private static Map<String, String> receiving(String provider) {
    Map<String, String> variables = working();
    variables.put("PROVIDER", provider);
    if (provider.equals("lamina")) {
      variables.put(
          "LAMINA_WEBHOOK_PUBLIC_KEY",
          "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
              + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
    } else {
      variables.put(provider.toUpperCase(Locale.ROOT) + "_WEBHOOK_SECRET", SECRET);
    }
    return variables;
  }
}
