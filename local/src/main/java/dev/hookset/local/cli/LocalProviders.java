package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.template.SamConfig;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whose deliveries the local stack receives: those that are named, or else the ones that a deploy
 * of the stage {@code default} would receive, so that the laptop and the stack have the same.
 */
final class LocalProviders {
  private static final String PARAMETER = "Providers";
  private static final String STAGE = "default";

  private LocalProviders() {}

  /**
   * Returns the template of a stack that receives from them.
   *
   * @param named their names, or their words in the template; empty for those of the stage
   * @throws IOException if the template cannot be read
   */
  static Template template(Hookset hookset, List<String> named) throws IOException {
    Path file = hookset.home().resolve("template.yaml");
    Template plain = Template.read(file);
    Set<String> words = new LinkedHashSet<>();
    if (named.isEmpty()) {
      for (String word : words(hookset)) {
        requireKnown(plain, word);
        words.add(word);
      }
    } else {
      named.forEach(name -> words.add(word(plain, name.strip())));
    }
    return words.isEmpty()
        ? plain
        : Template.read(file, Map.of(PARAMETER, String.join(",", words)));
  }

  /**
   * Returns those of the {@code dev} that runs, or ran last; if there was none, those that it would
   * receive from.
   */
  static List<Provider> running(Hookset hookset) {
    List<Provider> running = new ArrayList<>();
    for (String name : Ports.of(hookset.state()).providers()) {
      Providers.named(name).ifPresent(running::add);
    }
    if (running.isEmpty()) {
      for (String word : words(hookset)) {
        meant(word).ifPresent(running::add);
      }
    }
    return running.isEmpty() ? Providers.deployed() : running;
  }

  /** Returns the words that the stage has for the parameter; none if it leaves the default. */
  private static List<String> words(Hookset hookset) {
    Path file = hookset.home().resolve("samconfig.toml");
    try {
      String words =
          Files.exists(file) ? SamConfig.read(file).parameters(STAGE).get(PARAMETER) : null;
      return words == null ? List.of() : List.of(words.strip().split("\\s*,\\s*", -1));
    } catch (IOException e) {
      throw new Problem("cannot read " + FileFailure.said(file, e));
    }
  }

  private static void requireKnown(Template template, String word) {
    if (!word.matches("[A-Za-z0-9]+") || Providers.named(template.nameOf(word)).isEmpty()) {
      throw new Problem(
          "samconfig.toml names "
              + Printable.argument(word)
              + " among its Providers, but "
              + meant(word)
                  .map(
                      provider ->
                          template
                              .wordOf(provider.name())
                              .map(right -> "it is written " + right)
                              .orElse(
                                  "template.yaml has no row that says its name: "
                                      + asWord(provider)
                                      + ": {Name: "
                                      + provider.name()
                                      + "}"))
                  .orElse("no sender is called so; " + ProviderNames.unknown(word)));
    }
  }

  /** Returns the word of the template that {@code name} means: one, or a sender's name or title. */
  private static String word(Template template, String name) {
    Provider provider =
        Providers.named(template.nameOf(name))
            .or(() -> meant(name))
            .orElseThrow(() -> Problem.ofTheCommandLine(ProviderNames.unknown(name)));
    return template.wordOf(provider.name()).orElse(provider.name());
  }

  private static Optional<Provider> meant(String word) {
    String name = word.toLowerCase(Locale.ROOT);
    Optional<Provider> named = Providers.named(name);
    return named.isPresent()
        ? named
        : Providers.all().stream()
            .filter(provider -> asWord(provider).toLowerCase(Locale.ROOT).equals(name))
            .findFirst();
  }

  /** Returns how the sender writes its name, without what no logical name may have. */
  private static String asWord(Provider provider) {
    return provider.title().replaceAll("[^A-Za-z0-9]", "");
  }
}
