package dev.hookset.local.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecretCheckTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"whsec_4f2a9c\"`, WARNING, quotes",
        "`whsec_4f2a9c\r\n`, WARNING, carriage return",
        "`whsec_4f2a9c\n`, WARNING, line break",
        "`\uFEFFwhsec_4f2a9c`, WARNING, byte-order mark",
        "LEMMA_WEBHOOK_SECRET=whsec_4f2a9c, WARNING, NAME=value",
        "changeme, BAD, placeholder",
        "4f2a9c, BAD, at least 8 bytes",
        "`{\"environment\":\"whsec_4f2a9c\",\"secret\":\"whsec_4f2a9c\"}`, BAD, of 2 members"
      })
  void environment_secretThatIsHardlyMeant_isToldAsWhatItIs(
      String text, Finding.Level level, String seen) {
    // Each of these refused or accepted deliveries, and neither doctor nor dev had a word for it.
    List<Finding> findings = SecretCheck.environment(Map.of("LEMMA_WEBHOOK_SECRET", text));

    assertEquals(1, findings.size(), findings::toString);
    assertEquals(level, findings.getFirst().level());
    assertEquals("LEMMA_WEBHOOK_SECRET", findings.getFirst().subject());
    assertTrue(findings.getFirst().seen().contains(seen), findings::toString);
    assertFalse(findings.toString().contains("4f2a9c"), "the secret");
  }

  @Test
  void environment_publicKeysAndApiKeys_areLookedAtLikewise() {
    Map<String, String> environment =
        Map.of("LAMINA_API_KEY", "None", "LAMINA_WEBHOOK_PUBLIC_KEY", "todo");

    assertEquals(
        List.of("LAMINA_WEBHOOK_PUBLIC_KEY", "LAMINA_API_KEY"),
        SecretCheck.environment(environment).stream().map(Finding::subject).toList());
  }

  @Test
  void environment_asItShouldBe_hasNothingToSay() {
    assertEquals(
        List.of(),
        SecretCheck.environment(
            Map.of("LEMMA_WEBHOOK_SECRET", "whsec_4f2a9c", "LAMINA_API_KEY", "lma_4f2a9c1b")));
  }

  @Test
  void stored_publicKeyInTheApiKeysPlace_isAsItShouldBe() {
    // A JWK set is a JSON object, and was said to be no API key, in a stack where it worked.
    String set =
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

    assertEquals(
        List.of(),
        SecretCheck.stored(Providers.named("lamina").orElseThrow(), "lamina's secret", set));
  }

  @Test
  void stored_developmentSecret_isBad() {
    // It is in the repository: a stack that has it believes everybody. That of a sender whose
    // secrets are base64 was taken for one of its own.
    for (Provider provider : Providers.all()) {
      if (!provider.scheme().hasPublicKey()) {
        String secret =
            new DevelopmentKeys(Map.of())
                .verificationVariables(provider)
                .values()
                .iterator()
                .next();

        Finding finding = SecretCheck.stored(provider, "the secret", secret).getFirst();

        assertEquals(Finding.Level.BAD, finding.level(), provider::name);
      }
    }
  }
}
