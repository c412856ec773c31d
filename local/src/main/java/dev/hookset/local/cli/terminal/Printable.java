package dev.hookset.local.cli.terminal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text from outside, made fit for a terminal. */
public final class Printable {
  private static final Pattern ESCAPED = Pattern.compile("\\\\u\\{([0-9A-Fa-f]{1,6})}");

  /**
   * A usual prefix of secrets; a password in a URL; or letters and digits at random, as long as
   * those of secrets are.
   */
  private static final Pattern MAYBE_SECRET =
      Pattern.compile(
          "(?is).*(?:whsec|whsk|lma|sk|pk|rk)_.*|.*://[^/]*@.*"
              + "|(?=.*[0-9])(?=.*[a-z])[a-z0-9+/=_-]{16,}");

  private Printable() {}

  /**
   * Returns an argument of the command line, quoted, for a message about it; not if it might be a
   * secret: messages are kept in logs.
   */
  public static String argument(String text) {
    return MAYBE_SECRET.matcher(text).matches()
        ? "an argument (not repeated here: it might be a secret)"
        : "'" + of(text) + "'";
  }

  /**
   * Returns {@code text} with everything escaped that moves a cursor, changes a colour, or hides.
   */
  public static String of(String text) {
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    printable.append(String.format("\\u{%X}", c));
                default -> printable.appendCodePoint(c);
              }
            });
    return printable.toString();
  }

  /** Returns the text that {@link #of(String)} printed so, as far as that can be told. */
  public static String read(String printed) {
    return ESCAPED
        .matcher(printed)
        .replaceAll(
            escape -> {
              int c = Integer.parseInt(escape.group(1), 16);
              return Matcher.quoteReplacement(
                  Character.isValidCodePoint(c) ? Character.toString(c) : escape.group());
            });
  }

  /**
   * Returns {@link #of} the text, cut in the middle if it is longer than {@code most} characters.
   */
  public static String of(String text, int most) {
    String printable = of(text);
    if (printable.codePointCount(0, printable.length()) <= most) {
      return printable;
    }
    int[] points = printable.codePoints().toArray();
    int head = (most - 1) / 2;
    int tail = most - 1 - head;
    return new String(points, 0, head) + "…" + new String(points, points.length - tail, tail);
  }
}
