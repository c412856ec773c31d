package dev.hookset.local.troubleshooting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.VerifyToken;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The verdict of {@code verify} is that of the functions, for every published vector. */
final class VerdictTest {
  private static final JsonMapper JSON = new JsonMapper();

  @TestFactory
  Stream<DynamicTest> examine_vector_hasTheVerdictOfTheFunctions() {
    return Providers.all().stream()
        .filter(provider -> VerdictTest.class.getResource(fileOf(provider)) != null)
        .flatMap(
            provider ->
                vectors(provider).stream()
                    // Twilio's own example is signed with a secret that nobody could configure.
                    .filter(vector -> !vector.toString().contains("\"secrets\":[\"12345\"]"))
                    .map(
                        vector ->
                            DynamicTest.dynamicTest(
                                provider.name() + " " + vector.required("name").textValue(),
                                () -> check(provider, vector))));
  }

  private static void check(Provider provider, JsonNode vector) throws IOException {
    JsonNode expected = vector.required("expect");
    String outcome = expected.required("outcome").textValue();

    Diagnosis diagnosis = Troubleshooter.examine(caseOf(provider, vector));

    Receipt receipt = diagnosis.receipt();
    assertEquals(outcome, receipt.outcome().word(), () -> "" + receipt.detail());
    List<Diagnosis.Answer> answers =
        diagnosis.steps().stream().map(Diagnosis.Step::answer).toList();
    if (outcome.equals("refused")) {
      List<String> reasons = new ArrayList<>(List.of(expected.required("reason").textValue()));
      expected.path("reasonAlso").forEach(also -> reasons.add(also.textValue()));
      assertTrue(reasons.contains(receipt.detail()), () -> reasons + " " + receipt.detail());
      assertFalse(diagnosis.holds());
      int failed = answers.indexOf(Diagnosis.Answer.FAILED);
      assertTrue(failed >= 0, answers::toString);
      assertTrue(
          answers.subList(0, failed).stream().noneMatch(Diagnosis.Answer.FAILED::equals)
              && answers.subList(failed + 1, answers.size()).stream()
                  .allMatch(Diagnosis.Answer.NOT_REACHED::equals),
          answers::toString);
    } else {
      if (Providers.deployed().contains(provider)) {
        assertEquals(
            expected.required("eventId").textValue(),
            Objects.requireNonNull(receipt.key()).eventId());
      }
      assertTrue(diagnosis.holds());
      assertTrue(answers.stream().allMatch(Diagnosis.Answer.PASSED::equals), answers::toString);
      assertEquals(List.of(), diagnosis.findings());
    }
    for (JsonNode secret : vector.required("config").path("secrets")) {
      assertFalse(
          secret.textValue().length() > 8 && diagnosis.toString().contains(secret.textValue()),
          "the secret");
    }
    vector
        .required("headers")
        .properties()
        .forEach(
            header -> {
              if (header.getKey().toLowerCase(Locale.ROOT).endsWith("-signature")
                  && header.getValue().asText().length() > 60) {
                String text = header.getValue().asText();
                assertFalse(
                    diagnosis.toString().contains(text.substring(text.length() - 32)),
                    "the signature");
              }
            });
  }

  private static Case caseOf(Provider provider, JsonNode vector) throws IOException {
    JsonNode config = vector.required("config");
    KeyRing keys = KeyRing.empty();
    JsonNode publicKeys = config.path("publicKeys");
    if (!publicKeys.isMissingNode()) {
      keys =
          keys.withActive(
              "the vector",
              provider.scheme(),
              publicKeys.isTextual() ? publicKeys.textValue() : publicKeys.toString());
    }
    List<JsonNode> secrets = new ArrayList<>();
    config.path("secrets").forEach(secrets::add);
    config.path("signingSecrets").forEach(secrets::add);
    for (JsonNode secret : secrets) {
      keys = keys.withActive("the vector", provider.scheme(), secret.textValue());
    }
    Map<String, String> headers = new LinkedHashMap<>();
    vector
        .required("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().textValue()));
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    String environment =
        setting == null
            ? null
            : setting
                .values()
                .get(
                    config
                        .path(setting.suffix().equals("LIVEMODE") ? "livemode" : "environment")
                        .asText("any"));
    JsonNode url =
        config.has("notificationUrl") ? config.path("notificationUrl") : vector.path("url");
    String query = vector.path("query").asText();
    String verifyToken = config.path("verifyToken").asText();
    return new Case(
        provider,
        new Case.Address(
            vector.path("method").asText("POST"),
            url.asText("https://hooks.example.invalid/" + (query.isEmpty() ? "" : "?" + query)),
            List.of()),
        headers,
        Body.wrap(vector.required("bodyBase64").binaryValue()),
        Instant.ofEpochSecond(vector.required("now").longValue()),
        keys,
        new Case.Terms(
            Duration.ofSeconds(
                config.path("toleranceSeconds").asLong(provider.scheme().tolerance().toSeconds())),
            config.path("maxBodyBytes").asInt(4 << 20),
            // A library's own example is years older than the moment at which it is judged.
            Duration.ofDays(Providers.deployed().contains(provider) ? 29 : 3650),
            new Subscription(config.path("events").asText(""), environment),
            verifyToken.isEmpty() ? null : new VerifyToken(verifyToken)));
  }

  private static String fileOf(Provider provider) {
    return "/vectors/" + provider.name() + ".json";
  }

  private static List<JsonNode> vectors(Provider provider) {
    String file = fileOf(provider);
    try (InputStream stream = VerdictTest.class.getResourceAsStream(file)) {
      assertNotNull(stream, file);
      List<JsonNode> vectors = new ArrayList<>();
      JSON.readTree(stream).required("vectors").forEach(vectors::add);
      return vectors;
    } catch (IOException e) {
      throw new AssertionError(file, e);
    }
  }
}
