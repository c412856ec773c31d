package dev.hookset.aws;

import dev.hookset.receive.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variables, read one by one; an empty one counts as not set. Each method throws {@link
 * Misconfiguration} for a wrong value.
 *
 * <p>A receiver has one provider, which {@code PROVIDER} names. So there {@code WEBHOOK_EVENTS} is
 * as good as {@code LEMMA_WEBHOOK_EVENTS}, which goes before it; the template, whose loop cannot
 * write a name in capitals, uses the short ones.
 */
final class Environment {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})([smhd])");

  private static final String SHORT = "WEBHOOK_";

  private final Map<String, String> given;
  private final Map<String, String> variables;

  Environment(Map<String, String> variables) {
    this.given = Map.copyOf(variables);
    this.variables = Map.copyOf(spelledOut(variables));
  }

  /**
   * Returns the variables with each short name's value under its long name too, where that has
   * none.
   */
  static Map<String, String> spelledOut(Map<String, String> variables) {
    String provider = variables.getOrDefault("PROVIDER", "");
    if (provider.isEmpty()) {
      return variables;
    }
    Map<String, String> all = new HashMap<>(variables);
    variables.forEach(
        (name, value) -> {
          if (name.startsWith(SHORT)) {
            all.merge(
                Provider.variablePrefix(provider) + "_" + name,
                value,
                (own, shared) -> own.isEmpty() ? shared : own);
          }
        });
    return all;
  }

  @Nullable String optional(String variable) {
    String value = variables.get(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  /** Returns the name under which somebody set a variable, for messages. */
  private String asSet(String variable) {
    int at = variable.indexOf("_" + SHORT);
    return at > 0 && given.getOrDefault(variable, "").isEmpty()
        ? variable.substring(at + 1)
        : variable;
  }

  String required(String variable) {
    String value = optional(variable);
    if (value == null) {
      throw new Misconfiguration(variable, "is not set, and the function cannot start without it");
    }
    return value;
  }

  int integer(String variable, int fallback, int least, int most) {
    String value = optional(variable);
    if (value == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through: the message below says what was expected.
    }
    throw new Misconfiguration(
        asSet(variable),
        "is '" + value + "'; a whole number from " + least + " to " + most + " is expected");
  }

  Duration duration(String variable, Duration fallback) {
    String value = optional(variable);
    if (value == null) {
      return fallback;
    }
    Matcher matcher = DURATION.matcher(value);
    if (!matcher.matches()) {
      throw new Misconfiguration(
          asSet(variable),
          "is '" + value + "'; a number followed by s, m, h or d is expected, such as 48h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /** Returns the URL of a server. */
  @Nullable URI url(String variable) {
    String value = optional(variable);
    if (value == null) {
      return null;
    }
    try {
      URI url = URI.create(value);
      if (("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: the message below says what was expected.
    }
    throw new Misconfiguration(variable, "is '" + value + "'; a URL is expected");
  }

  @Nullable String oneOf(String variable, Collection<String> values) {
    String value = optional(variable);
    if (value != null && !values.contains(value)) {
      throw new Misconfiguration(
          asSet(variable),
          "is '" + value + "'; one of " + String.join(", ", values) + " is expected");
    }
    return value;
  }
}
