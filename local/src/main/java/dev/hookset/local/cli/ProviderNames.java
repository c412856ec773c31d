package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The providers, by the names that are typed. */
final class ProviderNames {
  /** More slips of the keyboard than this make it another word. */
  private static final int SLIPS = 2;

  private ProviderNames() {}

  /**
   * Returns the provider of that name; refuses another name with the one that is meant, perhaps.
   */
  static Provider named(String name) {
    return Providers.named(name).orElseThrow(() -> Problem.ofTheCommandLine(unknown(name)));
  }

  /** Says that there is no such provider, and which there are. */
  static String unknown(String name) {
    String all = String.join(", ", names());
    if (name.isEmpty()) {
      return "which provider? One of " + all;
    }
    return Printable.argument(name)
        + " is not a provider"
        + nearest(name).map(near -> "; did you mean " + near + "? There are ").orElse(": one of ")
        + all;
  }

  static List<String> names() {
    return Providers.names();
  }

  private static Optional<String> nearest(String name) {
    String typed = name.toLowerCase(Locale.ROOT);
    return names().stream()
        .filter(each -> distance(typed, each) <= SLIPS)
        .min(Comparator.comparingInt(each -> distance(typed, each)));
  }

  /** Levenshtein's: how many characters have to be put in, taken out or changed. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
