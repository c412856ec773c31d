package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cloud.CloudProblem;
import dev.hookset.local.cloud.PublishedKeySet;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.troubleshooting.KeyRing;
import dev.hookset.local.troubleshooting.TextBytes;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SecretText;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The keys that a delivery is judged by here: those of {@code ./hookset dev}, or those in files;
 * and all others that this machine has, one of which may have signed by mistake.
 */
final class LocalKeys {
  private static final String API_KEY = "_API_KEY";

  private final Map<String, String> environment;
  private final Map<String, String> withKept;

  /**
   * Creates the keys.
   *
   * @param environment the variables of this process
   * @param withKept the same, with the secrets that are kept for the local stack
   */
  LocalKeys(Map<String, String> environment, Map<String, String> withKept) {
    this.environment = environment;
    this.withKept = withKept;
  }

  /**
   * Returns a provider's keys.
   *
   * @param files where they are; none for those of the local stack
   */
  KeyRing of(Provider whose, List<String> files) {
    DevelopmentKeys development = new DevelopmentKeys(withKept);
    KeyRing ring = files.isEmpty() ? configured(development, whose) : given(whose, files);
    for (Provider other : Providers.all()) {
      for (Map.Entry<String, String> key : variables(development, other).entrySet()) {
        if (!isElsewhere(key.getKey())) {
          ring = ring.withOther(origin(key.getKey()), other.scheme(), key.getValue());
        }
      }
      // What `./hookset send` signs with where no key is set.
      for (Map.Entry<String, String> key :
          new DevelopmentKeys(Map.of()).verificationVariables(other).entrySet()) {
        ring = ring.withOther(other.name() + "'s development key", other.scheme(), key.getValue());
      }
    }
    return ring;
  }

  private static KeyRing given(Provider whose, List<String> files) {
    KeyRing ring = KeyRing.empty();
    Scheme scheme = whose.scheme();
    for (String file : files) {
      byte[] bytes = InputFile.readSecret(file, "--secret");
      String text =
          scheme.hasPublicKey()
              ? TextBytes.decoded(bytes)
              // As it stands: a byte-order mark or quotes become a part of the key, as they would
              // there.
              : withoutLastLineEnd(new String(bytes, StandardCharsets.UTF_8));
      ring = ring.withActive(InputFile.nameOf(file), scheme, text);
    }
    return ring;
  }

  private KeyRing configured(DevelopmentKeys development, Provider whose) {
    KeyRing ring = KeyRing.empty();
    try {
      for (Map.Entry<String, String> key : development.verificationVariables(whose).entrySet()) {
        if (key.getKey().endsWith(API_KEY)) {
          ring = withPublished(ring, whose, key.getKey(), key.getValue());
        } else if (!isElsewhere(key.getKey())) {
          ring = ring.withActive(origin(key.getKey()), whose.scheme(), key.getValue());
        }
      }
      return ring;
    } catch (IllegalArgumentException e) {
      return ring.withUnusable(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Another provider's key that cannot be used must not keep this one's delivery from judgement.
   */
  private static Map<String, String> variables(DevelopmentKeys development, Provider other) {
    try {
      return development.verificationVariables(other);
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }

  /** The functions have nothing but the API key, so its provider is asked as they ask it. */
  private KeyRing withPublished(KeyRing ring, Provider provider, String variable, String text) {
    String name = provider.variablePrefix() + "_SIGNING_KEY_URL";
    String given = environment.getOrDefault(name, "");
    URI url = given.isEmpty() ? provider.publishedKeys() : URI.create(given);
    if (url == null) {
      return ring;
    }
    String apiKey;
    try {
      apiKey = SecretText.readOne(text);
    } catch (IllegalArgumentException e) {
      return ring.withUnusable(variable + ": " + e.getMessage());
    }
    try {
      return ring.withActive(url.toString(), provider.scheme(), PublishedKeySet.fetch(url, apiKey));
    } catch (CloudProblem e) {
      throw new Problem(
          Printable.of(String.valueOf(e.getMessage()))
              + "; give the public key in a file instead: --secret FILE");
    }
  }

  private String origin(String variable) {
    if (!environment.getOrDefault(variable, "").isEmpty()) {
      return variable;
    }
    return withKept.getOrDefault(variable, "").isEmpty()
        ? "development key for " + variable
        : "./hookset secret, as " + variable;
  }

  /** A variable that says where a key is to be had, and not what it is. */
  private static boolean isElsewhere(String variable) {
    return variable.endsWith("_ARN") || variable.endsWith(API_KEY);
  }

  /** An editor ends a file with a line end that is no part of a secret. */
  static String withoutLastLineEnd(String text) {
    return text.endsWith("\r\n")
        ? text.substring(0, text.length() - 2)
        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
