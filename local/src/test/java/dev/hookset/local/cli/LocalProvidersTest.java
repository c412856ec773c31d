package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The laptop receives from those that a deploy of samconfig.toml would. */
final class LocalProvidersTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @BeforeEach
  void checkOut() throws IOException {
    Shell.checkOutInto(home);
  }

  // A stack with two senders had five on the laptop, and the two that it has were not told.
  @Test
  void template_nobodyNamed_hasThoseOfTheStage() throws IOException {
    stage("[\"Traffic=live\", \"Providers=Lemma, GitHub,StandardWebhooks\"]");

    assertEquals(List.of("lemma", "github", "standard-webhooks"), receivers(List.of()));
    assertEquals(
        List.of("lemma", "github", "standard-webhooks"),
        LocalProviders.running(hookset()).stream().map(Provider::name).toList());
  }

  @Test
  void template_ofAStageThatNamesNobody_hasTheDefault() throws IOException {
    List<String> deployed = Providers.deployed().stream().map(Provider::name).toList();
    assertEquals(deployed, receivers(List.of()), "without samconfig.toml");

    stage("[\"Traffic=any\"]");

    assertEquals(deployed, receivers(List.of()));
    assertEquals(Providers.deployed(), LocalProviders.running(hookset()));
  }

  @ParameterizedTest
  @CsvSource({
    "lemma, lemma",
    "Lemma, lemma",
    "GITHUB, github",
    "GitHub, github",
    "standard-webhooks, standard-webhooks",
    "StandardWebhooks, standard-webhooks",
    "' stripe ', stripe"
  })
  void template_named_isThatSenderHoweverItIsWritten(String named, String name) throws IOException {
    stage("[\"Providers=Lucid\"]");

    assertEquals(List.of(name), receivers(List.of(named)));
  }

  @Test
  void template_namedTwice_hasItOnce() throws IOException {
    assertEquals(List.of("lucid"), receivers(List.of("lucid", "Lucid")));
  }

  @Test
  void template_namedUnknown_isAWrongCommandLine() {
    Problem thrown = assertThrows(Problem.class, () -> receivers(List.of("lemna")));

    assertTrue(thrown.isOfTheCommandLine());
    assertTrue(
        String.valueOf(thrown.getMessage())
            .startsWith("'lemna' is not a provider; did you mean lemma?"),
        thrown::getMessage);
  }

  @Test
  void template_ofAStageWithAWordThatDeploysNobody_saysHowItIsWritten() throws IOException {
    stage("[\"Providers=Lemma,Github\"]");
    assertEquals(
        "samconfig.toml names 'Github' among its Providers, but it is written GitHub",
        assertThrows(Problem.class, () -> receivers(List.of())).getMessage());

    stage("[\"Providers=standard-webhooks\"]");
    assertEquals(
        "samconfig.toml names 'standard-webhooks' among its Providers, but it is written"
            + " StandardWebhooks",
        assertThrows(Problem.class, () -> receivers(List.of())).getMessage());

    stage("[\"Providers=Nobody\"]");
    assertTrue(
        String.valueOf(assertThrows(Problem.class, () -> receivers(List.of())).getMessage())
            .startsWith(
                "samconfig.toml names 'Nobody' among its Providers, but no sender is called so; "));
  }

  private List<String> receivers(List<String> named) throws IOException {
    Template template = LocalProviders.template(hookset(), named);
    return template.receivers().stream()
        .map(function -> String.valueOf(template.variable(function, "PROVIDER")))
        .toList();
  }

  private Hookset hookset() {
    return new Hookset(home, Map.of(), InstantSource.system(), new TestTerminal());
  }

  private void stage(String overrides) throws IOException {
    Files.writeString(
        home.resolve("samconfig.toml"),
        "[default.deploy.parameters]\nparameter_overrides = " + overrides + "\n");
  }
}
