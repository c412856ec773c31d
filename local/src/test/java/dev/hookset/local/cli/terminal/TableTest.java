package dev.hookset.local.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void columns_areAsWideAsTheirWidestCell() {
    Table table = new Table("a", "long heading", "c");
    table.add("longer", "b", "1");
    table.add("x", "y", "");

    assertEquals(
        List.of("a       long heading  c", "longer  b             1", "x       y"), lines(table));
  }

  @Test
  void width_isCountedInCharactersAndNotInUnits() {
    Table table = new Table("a", "b");
    table.add("\uD83D\uDC4B", "1");
    table.add("xx", "2");

    assertEquals(List.of("a   b", "\uD83D\uDC4B   1", "xx  2"), lines(table));
  }

  private static List<String> lines(Table table) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    table.print(out);
    out.flush();
    return text.toString().lines().toList();
  }
}
