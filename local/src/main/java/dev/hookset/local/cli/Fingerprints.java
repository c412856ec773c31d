package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.receive.Provider;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** By what a secret is known where it must not be shown. */
final class Fingerprints {
  private Fingerprints() {}

  /** Returns the fingerprints of the keys in a secret; none if it cannot be used. */
  static List<String> of(Provider provider, String text) {
    try {
      return keys(provider, text).stream().map(VerificationKey::fingerprint).toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** Returns them for people. */
  static String shown(Provider provider, String text) {
    List<String> fingerprints = of(provider, text);
    return fingerprints.isEmpty() ? "not usable" : String.join(", ", fingerprints);
  }

  /** Notes what became of a provider's secret. */
  static void note(
      Json result,
      Provider provider,
      boolean changed,
      String text,
      @Nullable String before,
      boolean generated) {
    result
        .put("provider", provider.name())
        .put("changed", changed)
        .put("fingerprints", of(provider, text))
        .put("previous", before == null ? null : of(provider, before))
        .put("secret", generated ? text : null);
  }

  /** An API key verifies nothing, and is known by its fingerprint all the same. */
  private static List<? extends VerificationKey> keys(Provider provider, String text) {
    return provider.publishedKeys() != null && !provider.scheme().isKey(text)
        ? SharedSecret.readAll(text)
        : provider.scheme().readKeys(text);
  }
}
