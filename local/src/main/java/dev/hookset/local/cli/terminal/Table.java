package dev.hookset.local.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as they need to be. Colours take no room. */
public final class Table {
  private static final String GAP = "  ";

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
  public void print(PrintWriter out) {
    if (rows.isEmpty()) {
      return;
    }
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], Colour.width(row.get(i)));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i))
            .append(" ".repeat(widths[i] - Colour.width(row.get(i))))
            .append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
