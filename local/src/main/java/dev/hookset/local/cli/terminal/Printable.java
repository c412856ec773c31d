package dev.hookset.local.cli.terminal;

/** Text from outside, made fit for a terminal. */
public final class Printable {
  private Printable() {}

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
