package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.receive.Provider;
import dev.hookset.signing.SecretText;
import java.util.List;

/** What a provider's secret looks like. No message repeats any of one. */
final class SecretForm {
  private static final String API_KEY = "lma_";
  private static final String SHARED_SECRET = "whsec_";

  private SecretForm() {}

  /**
   * Refuses what can hardly be meant: what the functions would not take, and what they would take
   * with its quotes or blanks.
   */
  static void require(Provider provider, String text) {
    if (DevelopmentKeys.isIn(provider, text)) {
      throw new Problem(
          "that is a development secret, which everybody knows; nothing is changed. "
              + provider.whereToFindTheKey());
    }
    boolean isShared = !provider.scheme().hasPublicKey();
    String meant = SecretText.meant(text);
    if (isShared && meant.startsWith(API_KEY)) {
      throw refused(provider, "begins with lma_, as an API key of Lamina does");
    }
    if (!isShared && meant.startsWith(SHARED_SECRET)) {
      throw refused(
          provider,
          "begins with whsec_, as a shared secret does, and "
              + provider.name()
              + " has none: an API key is wanted, or its public key");
    }
    if (meant.startsWith("https://") || meant.startsWith("http://")) {
      throw refused(provider, "is a URL");
    }
    if (meant.startsWith("arn:")) {
      throw refused(provider, "is an ARN, which only names a secret");
    }
    if (!isShared && provider.scheme().isKey(text)) {
      return;
    }
    List<String> values;
    try {
      if (isShared || provider.publishedKeys() == null) {
        provider.scheme().readKeys(text);
      }
      values = isShared ? SecretText.read(text) : List.of(SecretText.readOne(text));
    } catch (IllegalArgumentException e) {
      throw new Problem(
          "what was given is not "
              + provider.name()
              + "'s secret: "
              + e.getMessage()
              + "; nothing is changed. "
              + provider.whereToFindTheKey());
    }
    List<String> warnings = SecretText.warnings(text);
    if (!warnings.isEmpty()) {
      throw refused(provider, warnings.getFirst() + ", which would become a part of it");
    }
    if (values.stream().anyMatch(value -> value.codePoints().anyMatch(SecretForm::isInvisible))) {
      throw refused(provider, "has a blank, a line break or an invisible character in it");
    }
  }

  /** A copy from a page brings along no-break spaces, and characters of no width. */
  private static boolean isInvisible(int c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.isISOControl(c)
        || Character.getType(c) == Character.FORMAT;
  }

  private static Problem refused(Provider provider, String flaw) {
    return new Problem(
        "what was given "
            + flaw
            + "; nothing is changed. Give "
            + provider.name()
            + "'s secret alone. "
            + provider.whereToFindTheKey());
  }
}
