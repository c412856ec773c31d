package dev.hookset.receive;

import dev.hookset.Event;
import dev.hookset.TypePattern;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which of a provider's events are to be handled. Immutable. */
public final class Subscription {
  private final List<TypePattern> types;
  private final @Nullable String environment;

  /**
   * Creates a subscription.
   *
   * @param types the types, separated by commas; blanks around them are ignored, {@code *} stands
   *     for any characters, the case matters. Without any, all types are meant
   * @param environment the only environment to handle events of; null for any, and for events that
   *     name none
   */
  public Subscription(String types, @Nullable String environment) {
    Objects.requireNonNull(types, "types");
    this.types =
        Arrays.stream(types.split(",", -1))
            .map(String::strip)
            .filter(type -> !type.isEmpty())
            .map(TypePattern::of)
            .toList();
    this.environment = environment;
  }

  /** Returns whether {@code event} is to be handled. */
  boolean includes(Event event) {
    return (types.isEmpty() || types.stream().anyMatch(type -> type.matches(event.type())))
        && (environment == null || environment.equals(event.environment()));
  }
}
