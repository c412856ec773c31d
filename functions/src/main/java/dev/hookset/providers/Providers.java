package dev.hookset.providers;

import dev.hookset.receive.Provider;
import java.util.List;
import java.util.Optional;

/** The providers whose deliveries we receive; the one place that names them. */
public final class Providers {
  private static final List<Provider> ALL =
      List.of(new Lamina(), new Lemma(), new Lamba(), new Lucid(), new Lymnus());

  private Providers() {}

  /** Returns all of them, in the order of the documentation. */
  public static List<Provider> all() {
    return ALL;
  }

  /** Returns the one of that name, in lower case. */
  public static Optional<Provider> named(String name) {
    return ALL.stream().filter(provider -> provider.name().equals(name)).findFirst();
  }
}
