package dev.hookset;

import java.util.regex.Pattern;

/**
 * A pattern of event types: {@code *} stands for any characters, dots and none included; everything
 * else for itself, the case too. Immutable and safe to share between threads.
 */
public final class TypePattern {
  private final Pattern pattern;

  private TypePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Returns the pattern that {@code text} writes.
   *
   * <p>A part between two stars is looked for once, at the first place where it fits: if the rest
   * does not fit behind that, it does not behind a later one. Trying them all would take for ever
   * where stars are many and a type is long.
   */
  public static TypePattern of(String text) {
    String[] parts = text.split("\\*", -1);
    int last = parts.length - 1;
    StringBuilder regex = new StringBuilder(Pattern.quote(parts[0]));
    for (int i = 1; i < last; i++) {
      regex.append("(?>.*?").append(Pattern.quote(parts[i])).append(')');
    }
    if (last > 0) {
      regex.append(".*").append(Pattern.quote(parts[last]));
    }
    return new TypePattern(Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  /** Returns whether {@code type} fits, from its first character to its last. */
  public boolean matches(String type) {
    return pattern.matcher(type).matches();
  }
}
