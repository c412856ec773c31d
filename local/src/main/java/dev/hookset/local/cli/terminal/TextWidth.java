package dev.hookset.local.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * How many columns of a terminal a text takes. East Asian characters and emoji take two, marks that
 * stand over another character none, and so do colours.
 */
public final class TextWidth {
  private static final String COLOUR = "\u001B\\[[0-9;]*m";
  private static final String ELLIPSIS = "…";

  /** What follows a symbol to make it an emoji: the two take two columns. */
  private static final int AS_EMOJI = 0xFE0F;

  /** Pairs of the first and the last character of each block that takes two columns. */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x2E80, 0x303E, 0x3041, 0x33FF, 0x3400, 0x4DBF, 0x4E00, 0xA4CF, 0xA960, 0xA97F,
    0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19, 0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6,
    0x16FE0, 0x18DFF, 0x1AFF0, 0x1B2FF, 0x1F200, 0x1F265, 0x20000, 0x3FFFD
  };

  private TextWidth() {}

  /** Returns how many columns {@code text} takes. */
  public static int of(String text) {
    return text.replaceAll(COLOUR, "").codePoints().map(TextWidth::of).sum();
  }

  /** Returns a text without its middle if it takes more than {@code most} columns. */
  static String shortened(String text, int most) {
    if (of(text) <= most) {
      return text;
    }
    int[] points = text.replaceAll(COLOUR, "").codePoints().toArray();
    int head = fitting(points, 0, 1, (most - 1) / 2);
    int tail = points.length - fitting(points, points.length - 1, -1, most - 1 - (most - 1) / 2);
    return new String(points, 0, head) + ELLIPSIS + new String(points, tail, points.length - tail);
  }

  /** Returns how many characters, from one on forwards or backwards, fit into some columns. */
  private static int fitting(int[] points, int start, int step, int columns) {
    int count = 0;
    int taken = 0;
    int whole = 0;
    for (int i = start; i >= 0 && i < points.length; i += step) {
      taken += of(points[i]);
      if (taken > columns) {
        break;
      }
      count++;
      // Backwards, a mark is nothing without the character before it, which is yet to come.
      whole = step > 0 || of(points[i]) > 0 ? count : whole;
    }
    return whole;
  }

  /** Returns a text in lines of at most {@code most} columns, broken at blanks where it has any. */
  static List<String> wrapped(String text, int most) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (of(rest) > most) {
      int[] points = rest.codePoints().toArray();
      int end = Math.max(1, fitting(points, 0, 1, most));
      int cut = rest.offsetByCodePoints(0, end);
      int blank = rest.lastIndexOf(' ', cut);
      if (blank > 0 && !rest.substring(0, blank).isBlank()) {
        cut = blank;
      }
      lines.add(rest.substring(0, cut).stripTrailing());
      rest = rest.substring(cut).strip();
    }
    lines.add(rest);
    return lines;
  }

  private static int of(int c) {
    if (c == AS_EMOJI) {
      return 1;
    }
    switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> {
        return 0;
      }
      default -> {}
    }
    if (c < WIDE[0]) {
      return 1;
    }
    for (int i = 0; i < WIDE.length; i += 2) {
      if (c >= WIDE[i] && c <= WIDE[i + 1]) {
        return 2;
      }
    }
    // Two regional indicators make a flag, which takes the columns of one emoji.
    boolean isOfAFlag = c >= 0x1F1E6 && c <= 0x1F1FF;
    return Character.isEmojiPresentation(c) && !isOfAFlag ? 2 : 1;
  }
}
