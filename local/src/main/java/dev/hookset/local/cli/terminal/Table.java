package dev.hookset.local.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Rows of text in columns as wide as they need to be, or as fit. Colours take no room. */
public final class Table {
  /** How wide a line is at most, unless its table is printed {@link Fit#WHOLE}. */
  public static final int COLUMNS = 80;

  /** What happens to a table that is too wide. */
  public enum Fit {
    /** Nothing. */
    WHOLE,
    /** The longest cells lose their middle. */
    SHORTENED,
    /** The longest cells go on in the lines below. */
    WRAPPED,
    /** The last cell, which must stay whole, has the line below to itself. */
    STACKED
  }

  private static final String GAP = "  ";

  /** A colour, a text, and the end of the colour. */
  private static final Pattern COLOURED =
      Pattern.compile("(\u001B\\[[0-9;]*m)(.*)(\u001B\\[0?m)", Pattern.DOTALL);

  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Creates a table without rows.
   *
   * @param headings of the columns; none for a table without a first line
   */
  public Table(String... headings) {
    if (headings.length > 0) {
      rows.add(List.of(headings));
    }
  }

  /** Adds a row, one cell for each column. */
  public void add(String... cells) {
    rows.add(List.of(cells));
  }

  /** Prints the rows, in the order in which they were added. */
  public void print(PrintWriter out, Fit fit) {
    if (rows.isEmpty()) {
      return;
    }
    int[] widths = widths();
    boolean fits = total(widths) <= COLUMNS;
    if (fit == Fit.STACKED && !fits) {
      rows.forEach(row -> printStacked(out, row));
      return;
    }
    if (fit != Fit.WHOLE && !fits) {
      narrow(widths);
    }
    rows.forEach(row -> print(out, row, widths, fit));
  }

  private int[] widths() {
    return IntStream.range(0, rows.getFirst().size())
        .map(i -> rows.stream().mapToInt(row -> TextWidth.of(row.get(i))).max().orElse(0))
        .toArray();
  }

  private static int total(int[] widths) {
    return IntStream.of(widths).sum() + GAP.length() * (widths.length - 1);
  }

  /** The widest column gives first, so that short ones stay whole. */
  private static void narrow(int[] widths) {
    for (int excess = total(widths) - COLUMNS; excess > 0; excess--) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] >= widths[widest] ? i : widest;
      }
      widths[widest]--;
    }
  }

  private static void print(PrintWriter out, List<String> row, int[] widths, Fit fit) {
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      cells.add(fitted(row.get(i), widths[i], fit));
    }
    int lines = cells.stream().mapToInt(List::size).max().orElse(1);
    for (int line = 0; line < lines; line++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = line < cells.get(i).size() ? cells.get(i).get(line) : "";
        text.append(cell).append(" ".repeat(widths[i] - TextWidth.of(cell))).append(GAP);
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static List<String> fitted(String cell, int width, Fit fit) {
    if (TextWidth.of(cell) <= width) {
      return List.of(cell);
    }
    Matcher coloured = COLOURED.matcher(cell);
    if (coloured.matches()) {
      return fitted(coloured.group(2), width, fit).stream()
          .map(line -> coloured.group(1) + line + coloured.group(3))
          .toList();
    }
    return fit == Fit.WRAPPED
        ? TextWidth.wrapped(cell, width)
        : List.of(TextWidth.shortened(cell, width));
  }

  private static void printStacked(PrintWriter out, List<String> row) {
    out.println(String.join(GAP, row.subList(0, row.size() - 1)));
    out.println(GAP + row.getLast());
  }
}
