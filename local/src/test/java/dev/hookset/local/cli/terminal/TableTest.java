package dev.hookset.local.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TableTest {
  private static final String LONG = "evt_" + "0123456789abcdef".repeat(5) + "_end";

  @Test
  void columns_areAsWideAsTheirWidestCell() {
    Table table = new Table("a", "long heading", "c");
    table.add("longer", "b", "1");
    table.add("x", "y", "");

    assertEquals(
        List.of("a       long heading  c", "longer  b             1", "x       y"),
        lines(table, Table.Fit.SHORTENED));
  }

  // A row with a Japanese type or an emoji stood out of its column.
  @ParameterizedTest
  @CsvSource({
    "abc, 3",
    "é, 1",
    "e\u0301, 1",
    "\uD83D\uDC4B, 2",
    "日本語, 6",
    "한국, 4",
    "ｶﾅ, 2",
    "Ａ, 2",
    "\u2764\uFE0F, 2",
    "\uD83C\uDDE9\uD83C\uDDEA, 2"
  })
  void width_isThatOnATerminal(String text, int columns) {
    assertEquals(columns, TextWidth.of(text));
  }

  @Test
  void width_ofAColour_isNone() {
    assertEquals(3, TextWidth.of("\u001B[31mred\u001B[0m"));
  }

  @Test
  void shortened_longestCellLosesItsMiddle_andTheOthersStayWhole() {
    Table table = new Table("status", "event ID");
    table.add("\u001B[32mdone\u001B[0m", LONG);

    List<String> lines = lines(table, Table.Fit.SHORTENED);

    assertEquals(80, TextWidth.of(lines.getLast()));
    assertTrue(lines.getLast().startsWith("\u001B[32mdone\u001B[0m    evt_0123"), lines::toString);
    assertTrue(lines.getLast().endsWith("def_end"), lines::toString);
    assertTrue(lines.getLast().contains("…"), lines::toString);
  }

  @Test
  void shortened_wideCharacters_areNotCutInHalf() {
    for (String text :
        List.of("日本語".repeat(30), "e\u0301".repeat(200), "a" + "\uD83D\uDC4B".repeat(60))) {
      Table table = new Table("a", "b");
      table.add("x", text);

      String cell = lines(table, Table.Fit.SHORTENED).getLast();

      assertTrue(TextWidth.of(cell) <= 80 && TextWidth.of(cell) >= 78, cell);
      String tail = cell.substring(cell.indexOf('…') + 1);
      assertTrue(text.endsWith(tail), tail);
      assertTrue(TextWidth.of(tail.substring(0, 1)) > 0 || !text.startsWith("e"), "a mark alone");
    }
  }

  @Test
  void wrapped_nothingIsLost() {
    Table table = new Table();
    table.add("  2026-06-01 12:00:00.000", "attempt 1", "it said " + LONG + " and went on");

    List<String> lines = lines(table, Table.Fit.WRAPPED);

    lines.forEach(line -> assertTrue(TextWidth.of(line) <= 80, line));
    assertEquals(
        "itsaid" + LONG + "andwenton",
        String.join("", lines.stream().map(line -> line.substring(38).strip()).toList())
            .replace(" ", ""));
    assertEquals(1, lines(table, Table.Fit.WHOLE).size());
  }

  @Test
  void stacked_lastCellStaysWholeInALineOfItsOwn() {
    String url = "https://" + "x".repeat(90) + "/webhooks/lemma";
    Table table = new Table("provider", "URL");
    table.add("lemma", url);

    assertEquals(
        List.of("provider", "  URL", "lemma", "  " + url), lines(table, Table.Fit.STACKED));
    assertEquals(2, lines(table, Table.Fit.WHOLE).size());
  }

  private static List<String> lines(Table table, Table.Fit fit) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    table.print(out, fit);
    out.flush();
    return text.toString().lines().toList();
  }
}
