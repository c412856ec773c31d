package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProvidersTest {
  @Test
  void all_any_areInTheOrderOfTheDocumentation() {
    assertEquals(
        List.of("lamina", "lemma", "lamba", "lucid", "lymnus"),
        Providers.all().stream().map(Provider::name).toList());
  }

  @Test
  void named_eachName_isThatProvider() {
    for (Provider provider : Providers.all()) {
      assertEquals(Optional.of(provider), Providers.named(provider.name()));
    }
    assertEquals(Optional.empty(), Providers.named("Lamina"));
    assertEquals(Optional.empty(), Providers.named(""));
  }

  @Test
  void name_any_canStandInARouteAKeyAndAVariable() {
    for (Provider provider : Providers.all()) {
      assertTrue(provider.name().matches("[a-z]+"), provider::name);
    }
  }

  @Test
  void environmentSetting_any_isAsTheContractNamesIt() {
    Map<String, Provider.EnvironmentSetting> settings = new HashMap<>();
    for (Provider provider : Providers.all()) {
      Provider.EnvironmentSetting setting = provider.environmentSetting();
      if (setting != null) {
        settings.put(provider.name(), setting);
      }
    }

    assertEquals(
        Map.of(
            "lamba",
            new Provider.EnvironmentSetting("ENVIRONMENT", Map.of("prod", "prod", "test", "test")),
            "lymnus",
            new Provider.EnvironmentSetting("LIVEMODE", Map.of("true", "live", "false", "test"))),
        settings);
  }

  @Test
  void keptHeaders_any_holdNoSignature() {
    for (Provider provider : Providers.all()) {
      for (String header : provider.keptHeaders()) {
        assertFalse(header.equalsIgnoreCase(provider.scheme().signatureHeader()), header);
      }
    }
  }

  @Test
  void scheme_whereItSignsItsTimestamp_needsNoWindowOnTheEvent() {
    assertEquals(
        List.of("lamina", "lamba"),
        Providers.all().stream()
            .filter(provider -> provider.scheme().signsTimestamp())
            .map(Provider::name)
            .toList());
    assertEquals(
        List.of("lamina", "lamba", "lymnus"),
        Providers.all().stream()
            .filter(provider -> provider.scheme().hasTimestamp())
            .map(Provider::name)
            .toList());
  }

  @Test
  void scheme_any_usesHmacUnlessItIsLaminas() {
    for (Provider provider : Providers.all()) {
      assertEquals(
          provider.name().equals("lamina")
              ? Scheme.Algorithm.ED25519
              : Scheme.Algorithm.HMAC_SHA256,
          provider.scheme().algorithm(),
          provider.name());
    }
  }

  @Test
  void whereToFindTheKey_any_saysSomething() {
    for (Provider provider : Providers.all()) {
      assertTrue(provider.whereToFindTheKey().length() > 20, provider.name());
    }
  }
}
