package dev.hookset.providers;

import dev.hookset.Event;
import dev.hookset.TypePattern;
import dev.hookset.receive.Provider;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds providers and event types that nobody documents, and what was probably meant. */
public final class DocumentedTypes {
  private DocumentedTypes() {}

  /**
   * Says what is wrong with a route, or returns nothing if it fits something documented.
   *
   * @param provider the provider's name
   * @param type the event type, in which {@code *} stands for any characters
   */
  public static Optional<String> flaw(String provider, String type) {
    Optional<Provider> found = Providers.named(provider);
    if (found.isEmpty()) {
      return Optional.of(
          "there is no provider '"
              + provider
              + "', so nothing goes to its handler; the nearest is '"
              + nearest(provider, Providers.names())
              + "'");
    }
    List<String> types = found.get().types();
    if (types.isEmpty()
        || fit(type, Event.UNKNOWN_TYPE)
        || types.stream().anyMatch(documented -> fit(type, documented))) {
      return Optional.empty();
    }
    return Optional.of(
        provider
            + " documents no event type '"
            + type
            + "', so maybe nothing goes to its handler; the nearest is '"
            + nearest(type, types)
            + "'");
  }

  /** Returns whether a provider documents a type, or does not say which it has. */
  public static boolean cover(Provider provider, String type) {
    return provider.types().isEmpty()
        || provider.types().stream()
            .anyMatch(documented -> TypePattern.of(documented).matches(type));
  }

  /** Returns what is known, what resembles {@code wanted} most coming first. */
  public static List<String> nearestFirst(String wanted, Collection<String> known) {
    return known.stream().sorted(Comparator.comparingInt(each -> distance(wanted, each))).toList();
  }

  /** Returns whether any text fits both patterns. */
  static boolean fit(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) {
      return one.replace("*", "").isEmpty() && other.replace("*", "").isEmpty();
    }
    if (one.charAt(0) == '*') {
      return fit(one.substring(1), other) || fit(one, other.substring(1));
    }
    if (other.charAt(0) == '*') {
      return fit(one, other.substring(1)) || fit(one.substring(1), other);
    }
    return one.charAt(0) == other.charAt(0) && fit(one.substring(1), other.substring(1));
  }

  private static String nearest(String wanted, List<String> known) {
    return nearestFirst(wanted, known).getFirst();
  }

  /** The edit distance by Levenshtein. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
