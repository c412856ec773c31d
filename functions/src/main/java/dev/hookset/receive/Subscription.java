package dev.hookset.receive;

import dev.hookset.Event;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
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

  /**
   * A part between two stars is looked for once, at the first place where it fits: if the rest does
   * not fit behind that, it does not behind a later one. Trying them all would take for ever where
   * stars are many and a type is long.
   */
  private static Pattern pattern(String type) {
    String[] parts = type.split("\\*", -1);
    int last = parts.length - 1;
    StringBuilder regex = new StringBuilder(Pattern.quote(parts[0]));
    for (int i = 1; i < last; i++) {
      regex.append("(?>.*?").append(Pattern.quote(parts[i])).append(')');
    }
    if (last > 0) {
      regex.append(".*").append(Pattern.quote(parts[last]));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
