package dev.hookset;

import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/** Event IDs that trip whoever escapes, splits, trims or cuts them. */
public final class StrangeIds {
  private StrangeIds() {}

  /** Returns the IDs. */
  public static Stream<String> all() {
    return Stream.of(
        "#",
        "a#b##c",
        "\u0000\u0001\u001F\u007F",
        "line\r\nbreak\t",
        "\"quotes\" and \\ and '",
        "</message> & <x>",
        "\uD83D\uDE00\uD83D\uDE00",
        "\u2028\uFEFF\uFFFE\uFFFF",
        "../%2F/%00 {}[]:,",
        "\u4E2D".repeat(256),
        " ",
        "\u0627\u0644 \u4E2D\u6587 \u00E9",
        "x".repeat(256),
        "sha256:" + "0".repeat(64) + "~0123456789abcdef");
  }

  /** Returns the IDs under names that a test report can print. */
  public static Stream<Named<String>> named() {
    return all().map(id -> Named.of(printable(id), id));
  }

  /** Returns {@code id}, shortened, or the numbers of its characters if it cannot be printed. */
  public static String printable(String id) {
    String shown = id.length() > 20 ? id.substring(0, 20) + "…" : id;
    return shown.isBlank() || shown.chars().anyMatch(c -> c < 32 || c > 126)
        ? shown.codePoints().mapToObj(c -> String.format("%04X", c)).toList().toString()
        : shown;
  }
}
