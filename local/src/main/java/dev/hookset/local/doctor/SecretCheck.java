package dev.hookset.local.doctor;

import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SecretText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Looks at the text of secrets as they are configured: what the functions refuse, and what they use
 * as it stands although it is hardly meant, such as quotes. No finding repeats a secret.
 */
public final class SecretCheck {
  private static final String STORE_ALONE =
      "Store the secret alone, with printf '%s' and not with echo, without quotes and without NAME="
          + " in front; until then it is used as it stands.";

  private SecretCheck() {}

  /** Returns what is to be said of the variables of a local stack; empty if all is well. */
  public static List<Finding> environment(Map<String, String> environment) {
    List<Finding> findings = new ArrayList<>();
    for (Provider provider : Providers.all()) {
      String prefix = provider.variablePrefix();
      List<String> variables =
          !provider.scheme().hasPublicKey()
              ? List.of(prefix + "_WEBHOOK_SECRET")
              : List.of(prefix + "_WEBHOOK_PUBLIC_KEY", prefix + "_API_KEY");
      for (String variable : variables) {
        String text = environment.getOrDefault(variable, "");
        if (!text.isEmpty()) {
          findings.addAll(of(provider, variable, text));
        }
      }
    }
    return findings;
  }

  /** Returns what is to be said of what a deployed stack has stored; empty if all is well. */
  static List<Finding> stored(Provider provider, String subject, String text) {
    if (DevelopmentKeys.isIn(provider, text)) {
      return List.of(
          Finding.bad(
              subject,
              "it is a development secret, which everybody knows: anybody can sign with it",
              provider.whereToFindTheKey() + "."));
    }
    return of(provider, subject, text);
  }

  private static List<Finding> of(Provider provider, String subject, String text) {
    try {
      Scheme scheme = provider.scheme();
      if (!scheme.hasPublicKey()) {
        scheme.readKeys(text);
      } else if (provider.publishedKeys() == null || subject.endsWith("_PUBLIC_KEY")) {
        scheme.readKeys(text);
        return List.of();
      } else if (scheme.isKey(text)) {
        return List.of(); // A stored secret may be the key itself.
      } else {
        SecretText.readOne(text);
      }
    } catch (IllegalArgumentException e) {
      return List.of(
          Finding.bad(
              subject,
              "it counts as not configured: " + e.getMessage(),
              provider.whereToFindTheKey() + "."));
    }
    return SecretText.warnings(text).stream()
        .map(warning -> Finding.warning(subject, warning, STORE_ALONE))
        .toList();
  }
}
