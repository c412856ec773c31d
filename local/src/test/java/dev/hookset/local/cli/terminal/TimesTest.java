package dev.hookset.local.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

// What `list` printed (2026-11-28 22:19:25.320) and a plain day were refused as times; later, the
// same with the UTC that `show` and `stats` print behind it, and minutes with a zone.
final class TimesTest {
  private static final Instant NOW = Instant.parse("2026-06-02T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-11-28 22:19:25.320, 2026-11-28T22:19:25.320Z",
    "2026-11-28 22:19:25, 2026-11-28T22:19:25Z",
    "2026-11-28 22:19, 2026-11-28T22:19:00Z",
    "2026-11-28T22:19:25, 2026-11-28T22:19:25Z",
    "2026-11-28 22:19:25.320 UTC, 2026-11-28T22:19:25.320Z",
    "2026-11-28T22:19Z, 2026-11-28T22:19:00Z",
    "2026-11-28T22:19+02:00, 2026-11-28T20:19:00Z",
    "2026-11-28t22:19:25.1234567891z, 2026-11-28T22:19:25.123456789Z",
    "2026-11-28 22:19:25Z, 2026-11-28T22:19:25Z",
    "2026-11-28 22:19:25+02:00, 2026-11-28T20:19:25Z",
    "2026-06-01, 2026-06-01T00:00:00Z",
    "2026-06-01T12:00:00Z, 2026-06-01T12:00:00Z",
    "2h, 2026-06-02T10:00:00Z",
    "7d, 2026-05-26T12:00:00Z"
  })
  void time_inAnyFormThatIsShownOrUsual_isRead(String text, Instant expected) {
    assertEquals(expected, Times.read(text, NOW));
  }

  @Test
  void time_asItIsShown_isReadBack() {
    Instant shown = Instant.parse("2026-11-28T22:19:25.320Z");

    assertEquals(shown, Times.read(Times.shown(shown), NOW));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2026-13-01",
        "2026-06-01 25:00",
        "2026-06-01 CET",
        "2026-06",
        "1759000000",
        "2 h"
      })
  void text_thatIsNoTime_isRefusedWithTheFormsThatAre(String text) {
    Problem e = assertThrows(Problem.class, () -> Times.read(text, NOW));

    assertTrue(e.isOfTheCommandLine());
    assertTrue(String.valueOf(e.getMessage()).contains("2026-06-01T12:00:00Z"), e.getMessage());
  }
}
