package dev.hookset.local.samples;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the local stack's keys to what the environment says. */
final class DevelopmentKeysTest {
  private static final Instant NOW = Instant.parse("2026-11-20T09:08:07Z");
  private static final Provider LAMINA = Providers.named("lamina").orElseThrow();
  private static final Provider LEMMA = Providers.named("lemma").orElseThrow();
  private static final String SEED = Base64.getEncoder().encodeToString(new byte[32]);

  static List<Provider> providers() {
    return Providers.all();
  }

  @Test
  void verificationVariables_emptyEnvironment_areTheDevelopmentOnes() {
    DevelopmentKeys keys = new DevelopmentKeys(Map.of("LEMMA_WEBHOOK_SECRET", ""));

    assertEquals(
        Map.of("LEMMA_WEBHOOK_SECRET", "whsec_hookset_development_lemma"),
        keys.verificationVariables(LEMMA));
    assertEquals(
        List.of("LAMINA_WEBHOOK_PUBLIC_KEY"),
        List.copyOf(keys.verificationVariables(LAMINA).keySet()));
    assertTrue(keys.signsWithDevelopmentKey(LEMMA));
    assertTrue(keys.signsWithDevelopmentKey(LAMINA));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void signingKey_anyEnvironment_fitsTheVerifyingOne(Provider provider) {
    for (Map<String, String> environment :
        List.of(
            Map.<String, String>of(),
            Map.of(
                "LAMINA_WEBHOOK_PRIVATE_KEY", SEED,
                "LEMMA_WEBHOOK_SECRET", "secret of lemma",
                "LAMBA_WEBHOOK_SECRET", "[\"new secret\",\"old secret\"]",
                "LUCID_WEBHOOK_SECRET", "{\"secret\":\"new secret\"}",
                "LYMNUS_WEBHOOK_SECRET", " [one secret, for all its brackets"))) {
      DevelopmentKeys keys = new DevelopmentKeys(environment);
      DeliveryRequest request =
          new Deliveries(keys, SAMPLES).genuine(provider, SAMPLES.defaultType(provider), "1", NOW);

      assertEquals(
          Receipt.Outcome.ACCEPTED,
          new TestReceiver(provider, keys, NOW).receive(request).outcome());
      assertEquals(
          environment.isEmpty() || !Providers.deployed().contains(provider),
          keys.signsWithDevelopmentKey(provider));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"LAMINA_WEBHOOK_PUBLIC_KEY", "LAMINA_API_KEY", "LAMINA_API_KEY_ARN"})
  void verificationVariables_environmentNamesTheProvidersOwn_thoseAlone(String variable) {
    DevelopmentKeys keys =
        new DevelopmentKeys(Map.of(variable, "given", "LAMINA_WEBHOOK_PRIVATE_KEY", SEED));

    assertEquals(Map.of(variable, "given"), keys.verificationVariables(LAMINA));
    assertFalse(keys.signsWithDevelopmentKey(LAMINA));
  }

  @Test
  void signingKey_unusable_isRefusedByNameWithoutRepeatingIt() {
    DevelopmentKeys keys =
        new DevelopmentKeys(
            Map.of("LAMINA_WEBHOOK_PRIVATE_KEY", "hush", "LEMMA_WEBHOOK_SECRET", "[]"));

    assertEquals(
        "LAMINA_WEBHOOK_PRIVATE_KEY holds no usable key: neither the base64 of the 32 bytes of an"
            + " Ed25519 private key, nor that of its PKCS#8 form",
        assertThrows(IllegalArgumentException.class, () -> keys.signingKey(LAMINA)).getMessage());
    assertEquals(
        "LEMMA_WEBHOOK_SECRET holds no usable key: there is no secret in it",
        assertThrows(IllegalArgumentException.class, () -> keys.signingKey(LEMMA)).getMessage());
  }
}
