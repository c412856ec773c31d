package dev.hookset.receive;

import dev.hookset.Event;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which of a provider's events are to be handled. Immutable. */
public final class Subscription {
  private final List<Pattern> types;
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
            .map(Subscription::pattern)
            .toList();
    this.environment = environment;
  }

  /** Returns whether {@code event} is to be handled. */
  boolean includes(Event event) {
    return (types.isEmpty()
            || types.stream().anyMatch(type -> type.matcher(event.type()).matches()))
        && (environment == null || environment.equals(event.environment()));
  }

  private static Pattern pattern(String type) {
    return Pattern.compile(
        Arrays.stream(type.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }
}
