package dev.hookset.providers;

import dev.hookset.receive.Provider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The senders that are described here: the one place that names them. A receiver looks up its own
 * alone, so that no other's class is loaded.
 */
public final class Providers {
  /** Those that the template deploys and the local stack starts, in the documentation's order. */
  private static final List<String> DEPLOYED =
      List.of("lamina", "lemma", "lamba", "lucid", "lymnus");

  private static final List<String> NAMES = DEPLOYED;

  /** Those that somebody has asked for. */
  private static final Map<String, Provider> DESCRIBED = new ConcurrentHashMap<>();

  private Providers() {}

  /** Returns the names of all, in the order of the documentation. */
  public static List<String> names() {
    return NAMES;
  }

  /** Returns all of them, in the order of the documentation. */
  public static List<Provider> all() {
    return described(NAMES);
  }

  /** Returns those that a stack has unless somebody names others. */
  public static List<Provider> deployed() {
    return described(DEPLOYED);
  }

  /** Returns the one of that name, in lower case. */
  public static Optional<Provider> named(String name) {
    Provider known = DESCRIBED.get(name);
    if (known == null) {
      known = described(name);
      if (known != null) {
        DESCRIBED.put(name, known);
      }
    }
    return Optional.ofNullable(known);
  }

  private static List<Provider> described(List<String> names) {
    return names.stream().flatMap(name -> named(name).stream()).toList();
  }

  private static @Nullable Provider described(String name) {
    return switch (name) {
      case "lamina" -> Lamina.provider();
      case "lemma" -> Lemma.provider();
      case "lamba" -> Lamba.provider();
      case "lucid" -> Lucid.provider();
      case "lymnus" -> Lymnus.provider();
      default -> null;
    };
  }
}
