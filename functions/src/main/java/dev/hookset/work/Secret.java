package dev.hookset.work;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * A secret of the user's, such as the token of an API. It is read at use and not kept, so that it
 * can be rotated without a deploy. Printed, it shows its name and nothing else. Safe to share
 * between threads.
 */
public final class Secret {
  private final String name;
  private final Supplier<String> source;

  /**
   * Creates a secret.
   *
   * @param source gives the current value
   */
  public Secret(String name, Supplier<String> source) {
    this.name = Objects.requireNonNull(name, "name");
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * Returns the current value. It may be up to five minutes old.
   *
   * @throws SecretUnavailable if there is none, or it cannot be fetched; let it fly, and the event
   *     is tried again
   */
  public String value() {
    return source.get();
  }

  @Override
  public String toString() {
    return "Secret[" + name + "]";
  }
}
