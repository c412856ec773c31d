package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Origin;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProvidersTest {
  @Test
  void deployed_any_areInTheOrderOfTheDocumentation() {
    assertEquals(
        List.of("lamina", "lemma", "lamba", "lucid", "lymnus"),
        Providers.deployed().stream().map(Provider::name).toList());
    assertEquals(Providers.names(), Providers.all().stream().map(Provider::name).toList());
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
      assertTrue(provider.name().matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"), provider::name);
    }
  }

  @Test
  void environmentSetting_any_isAsTheContractNamesIt() {
    Map<String, Provider.EnvironmentSetting> settings = new HashMap<>();
    for (Provider provider : Providers.deployed()) {
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

  /** The first vector of each is what its provider documents. */
  @Test
  void read_documentedDelivery_saysWhereItComesFrom() {
    Map<String, Origin> origins = new HashMap<>();
    for (Provider provider : Providers.deployed()) {
      Vector documented = Vector.of(provider).getFirst();
      Vector.Stage stage = documented.stage();
      stage.receive(documented.headers(), documented.body());
      origins.put(provider.name(), stage.receipt().origin());
      assertEquals(stage.receipt().origin(), stage.inbox().all().getFirst().origin());
    }

    assertEquals(
        Map.of(
            "lamina", Origin.UNKNOWN,
            "lemma", new Origin(null, null, "39e9c46a-0000-4000-8000-000000000001"),
            "lamba", new Origin("dlv_1", "wrk_1", "prj_1"),
            "lucid", Origin.UNKNOWN,
            "lymnus",
                new Origin("550e8400-e29b-41d4-a716-446655440000", null, "my-project-abc123")),
        origins);
  }

  @Test
  void scheme_whereItSignsItsTimestamp_needsNoWindowOnTheEvent() {
    assertEquals(
        List.of("lamina", "lamba"),
        Providers.deployed().stream()
            .filter(provider -> provider.scheme().signsTimestamp())
            .map(Provider::name)
            .toList());
    assertEquals(
        List.of("lamina", "lamba", "lymnus"),
        Providers.deployed().stream()
            .filter(provider -> provider.scheme().hasTimestamp())
            .map(Provider::name)
            .toList());
  }

  @Test
  void scheme_deployed_usesHmacUnlessItIsLaminas() {
    for (Provider provider : Providers.deployed()) {
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
