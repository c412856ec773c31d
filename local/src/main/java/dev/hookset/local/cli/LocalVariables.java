package dev.hookset.local.cli;

import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.util.HashMap;
import java.util.Map;

/** What the functions of the local stack have in their environment. */
final class LocalVariables {
  private LocalVariables() {}

  /**
   * Returns the process's own variables, with a development key for each provider that has none
   * there.
   */
  static Map<String, String> of(Map<String, String> environment, DevelopmentKeys keys) {
    Map<String, String> variables = new HashMap<>(environment);
    for (Provider provider : Providers.all()) {
      variables.putAll(keys.verificationVariables(provider));
    }
    return variables;
  }

  /**
   * Returns where the key of {@code provider} comes from, in a few words.
   *
   * @param environment the process's own
   * @param all the same with what is kept
   */
  static String originOfTheKey(
      Provider provider, Map<String, String> environment, Map<String, String> all) {
    return new DevelopmentKeys(all)
        .verificationVariables(provider).keySet().stream()
            .filter(name -> !all.getOrDefault(name, "").isEmpty())
            .findFirst()
            .map(name -> environment.getOrDefault(name, "").isEmpty() ? "./hookset secret" : name)
            .orElse("development key");
  }
}
