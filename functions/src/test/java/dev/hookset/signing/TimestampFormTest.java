package dev.hookset.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimestampFormTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1780315200, 1780315200",
    "000001780315200, 1780315200",
    "000000000000000, 0",
    "999999999999999, 999999999999999"
  })
  void parse_digits_areSecondsSince1970(String text, long seconds) {
    assertEquals(Instant.ofEpochSecond(seconds), TimestampForm.UNIX_SECONDS.parse(text));
    assertEquals(Instant.ofEpochSecond(seconds), TimestampForm.UNIX_SECONDS_OR_RFC3339.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1780315200 ",
        " 1780315200",
        "1780315200\n",
        "+1780315200",
        "-1780315200",
        "-0",
        "1780315200.0",
        "1780315200.",
        "1e9",
        "0x1",
        "1_000",
        "1,000",
        "1780315200,1780315200",
        "0001780315200000",
        "1000000000000000",
        "\u0661\u0667\u0668",
        "\uFF11\uFF12",
        "\u00B2"
      })
  void parse_otherThanDigits_isNull(String text) {
    assertNull(TimestampForm.UNIX_SECONDS.parse(text));
    assertNull(TimestampForm.UNIX_SECONDS_OR_RFC3339.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-06-01T12:00:00Z", "2026-06-01t14:00:00+02:00", "2026-06-01T12:00:00.0z"})
  void parse_rfc3339_isReadWhereTheFormAllowsIt(String text) {
    assertNull(TimestampForm.UNIX_SECONDS.parse(text));
    assertEquals(
        Instant.parse("2026-06-01T12:00:00Z"), TimestampForm.UNIX_SECONDS_OR_RFC3339.parse(text));
  }
}
