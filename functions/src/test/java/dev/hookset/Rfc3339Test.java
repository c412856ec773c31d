package dev.hookset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Rfc3339Test {
  @ParameterizedTest
  @CsvSource({
    "2026-06-01T12:00:00Z, 2026-06-01T12:00:00Z",
    "2026-06-01t12:00:00z, 2026-06-01T12:00:00Z",
    "2026-06-01T12:00:00+00:00, 2026-06-01T12:00:00Z",
    "2026-06-01T12:00:00-00:00, 2026-06-01T12:00:00Z",
    "2026-06-01T12:00:00+05:30, 2026-06-01T06:30:00Z",
    "2026-06-01T12:00:00-05:30, 2026-06-01T17:30:00Z",
    "2026-06-01T00:00:00+23:59, 2026-05-31T00:01:00Z",
    "2026-06-01T00:00:00-23:59, 2026-06-01T23:59:00Z",
    "2026-06-01T12:00:00.5Z, 2026-06-01T12:00:00.5Z",
    "2026-06-01T12:00:00.000Z, 2026-06-01T12:00:00Z",
    "2026-06-01T12:00:00.123456789Z, 2026-06-01T12:00:00.123456789Z",
    "2026-06-01T12:00:00.1234567899Z, 2026-06-01T12:00:00.123456789Z",
    "2026-06-01T12:00:00.99999999999999999999999999999999+01:00,"
        + " 2026-06-01T11:00:00.999999999Z",
    "2026-06-01T12:00:00.5-01:00, 2026-06-01T13:00:00.5Z",
    "2024-02-29T23:59:59Z, 2024-02-29T23:59:59Z",
    "2000-02-29T00:00:00Z, 2000-02-29T00:00:00Z",
    "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-23:59, +10000-01-01T23:58:59Z",
    "0000-01-01T00:00:00+23:59, -0001-12-31T00:01:00Z"
  })
  void parse_ofTheGrammar_isThatInstant(String text, Instant expected) {
    assertEquals(expected, Rfc3339.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2026",
        "2026-06-01",
        "12:00:00Z",
        "1780315200",
        // parts missing
        "2026-06-01T12:00:00",
        "2026-06-01T12:00Z",
        "2026-06-01T12Z",
        "2026-06-01T12:00:00.",
        "2026-06-01T12:00:00.Z",
        "2026-06-01T12:00:00.+01:00",
        "2026-06-01T12:00:00.5",
        // other separators
        "2026-06-01 12:00:00Z",
        "2026-06-01_12:00:00Z",
        "2026-06-01T12:00:00,5Z",
        "2026/06/01T12:00:00Z",
        "2026-06-01T12.00.00Z",
        "20260601T120000Z",
        "2026-06-01T120000Z....",
        // other offsets
        "2026-06-01T12:00:00+1:00",
        "2026-06-01T12:00:00+01",
        "2026-06-01T12:00:00+0100",
        "2026-06-01T12:00:00+01:0",
        "2026-06-01T12:00:00+01:00:00",
        "2026-06-01T12:00:00+24:00",
        "2026-06-01T12:00:00+01:60",
        "2026-06-01T12:00:00+-1:00",
        "2026-06-01T12:00:00\u221201:00",
        "2026-06-01T12:00:00 01:00",
        "2026-06-01T12:00:00Z+01:00",
        "2026-06-01T12:00:00ZZ",
        "2026-06-01T12:00:00UTC",
        "2026-06-01T12:00:00Y",
        // no such time
        "2026-06-01T24:00:00Z",
        "2026-06-01T12:60:00Z",
        "2026-06-01T12:00:60Z",
        "2016-12-31T23:59:60Z",
        "2026-06-01T12:00:61Z",
        "2026-00-01T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-06-00T12:00:00Z",
        "2026-06-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "1900-02-29T12:00:00Z",
        "2026-02-30T12:00:00Z",
        // not two or four ASCII digits
        "+2026-06-01T12:00:00Z",
        "-2026-06-01T12:00:00Z",
        "12026-06-01T12:00:00Z",
        "026-06-01T12:00:00.0Z",
        "2026-6-01T12:00:00.0Z",
        "2026-06-1T12:00:00.0Z",
        "2026-06-01T1:00:00.0Z",
        "+026-06-01T12:00:00Z",
        "2026--6-01T12:00:00Z",
        "2026-06-01T-1:00:00Z",
        "2026-06-01T12:00:+1Z",
        "2026-06-01T12:00:00.5 Z",
        "2026-06-01T12:00:00.-5Z",
        "\u0662\u0660\u0662\u0666-06-01T12:00:00Z",
        "2026-06-01T12:00:00.\u0665Z",
        // something around it
        " 2026-06-01T12:00:00Z",
        "2026-06-01T12:00:00Z ",
        "2026-06-01T12:00:00Z\n",
        "2026-06-01T12:00:00\0Z",
        "\"2026-06-01T12:00:00Z\"",
        // characters that look right to a careless test
        "2026-06-01\u0154" + "12:00:00Z",
        "2026-06-01T12:00:00Z\u0300"
      })
  void parse_notOfTheGrammarOrNoRealTime_isNull(String text) {
    assertNull(Rfc3339.parse(text));
  }

  @Test
  void parse_anyPrefixOfATime_isNull() {
    String time = "2026-06-01T12:00:00.123+01:30";

    for (int length = 0; length < time.length(); length++) {
      assertNull(Rfc3339.parse(time.substring(0, length)), time.substring(0, length));
    }
  }

  @Test
  void parse_anyCharacterReplaced_isNullUnlessItIsADigit() {
    String time = "2026-06-01T12:00:00+01:30";

    for (int i = 0; i < time.length(); i++) {
      if (!Character.isDigit(time.charAt(i))) {
        String changed = time.substring(0, i) + '#' + time.substring(i + 1);
        assertNull(Rfc3339.parse(changed), changed);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-06-01T12:00:00Z, 2026-06-01T12:00:00.000000000Z",
    "2026-06-01T12:00:00.5Z, 2026-06-01T12:00:00.500000000Z",
    "2026-06-01T12:00:00.000001Z, 2026-06-01T12:00:00.000001000Z",
    "2026-06-01T12:00:00.999999999Z, 2026-06-01T12:00:00.999999999Z"
  })
  void sortable_anyFraction_hasNineDigitsAndIsTheSameInstant(String instant, String expected) {
    assertEquals(expected, Rfc3339.sortable(Instant.parse(instant)));
    assertEquals(Instant.parse(instant), Rfc3339.parse(expected));
  }
}
