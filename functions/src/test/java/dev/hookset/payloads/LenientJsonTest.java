package dev.hookset.payloads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LenientJsonTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "847, 847",
    "847.0, 847",
    "8.47e2, 847",
    "-1, -1",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808"
  })
  void integer_ofAWholeNumberThatFits_isIt(String number, long value) {
    assertEquals(value, json("{\"n\":" + number + "}").integer("n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.5",
        "9223372036854775808",
        "9223372036854775807.5",
        "1e19",
        "1e2147483647",
        "100e2147483647",
        "1e-2147483647"
      })
  void integer_ofAnyOtherNumber_isNull(String number) {
    assertNull(json("{\"n\":" + number + "}").integer("n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e99999999999", "-1e99999999999", "1e-99999999999", "0.1e-2147483647"})
  void object_withAnExponentBeyondADecimal_readsItsOtherFields(String number) {
    LenientJson json = json("{\"far\":" + number + ",\"id\":\"evt_1\",\"n\":847}");
    assertNull(json.integer("far"));
    assertTrue(json.node().path("far").isNumber());
    assertEquals("evt_1", json.text("id"));
    assertEquals(847, json.integer("n"));
  }

  @Test
  void object_withADecimalNumber_keepsItExactly() {
    assertEquals(
        new BigDecimal("12345678901234567890.12345678901234567"),
        json("{\"n\":12345678901234567890.12345678901234567}").node().path("n").decimalValue());
  }

  @Test
  void object_withTheSameNameTwice_readsTheLast() {
    assertEquals("b", json("{\"id\":\"a\",\"id\":\"b\"}").text("id"));
  }

  @Test
  void object_nested1000Deep_reads() {
    assertEquals(
        "evt_1",
        json("{\"data\":" + "[".repeat(999) + "]".repeat(999) + ",\"id\":\"evt_1\"}").text("id"));
  }

  @Test
  void object_withManyNamesThatHashAlike_reads() {
    String names =
        IntStream.range(0, 4096)
            .mapToObj(Integer::toBinaryString)
            .map(bits -> "0".repeat(12 - bits.length()) + bits)
            .map(bits -> "\"" + bits.replace("0", "Ab").replace("1", "BA") + "\":1")
            .collect(Collectors.joining(","));
    assertEquals("evt_1", json("{" + names + ",\"id\":\"evt_1\"}").text("id"));
  }

  @Test
  void text_outsideAscii_readsAsWritten() {
    assertEquals("Zoë \uD83D\uDE00 \uD800", json("{\"id\":\"Zoë 😀 \\ud800\"}").text("id"));
  }

  @Test
  void text_thatIsEmpty_isEmpty() {
    assertEquals("", json("{\"id\":\"\"}").text("id"));
  }

  @Test
  void objects_ofAnArrayWithOtherElements_passesThemOver() {
    assertEquals(
        List.of("a", "b"),
        json("{\"outputs\":[null,{\"id\":\"a\"},1,\"x\",[{\"id\":\"c\"}],{\"id\":\"b\"}]}")
            .objects("outputs", output -> String.valueOf(output.text("id")))
            .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "{\"id\":\"a\"}", "\"x\"", "1"})
  void objects_ofNoArray_isEmpty(String other) {
    assertEquals(
        List.of(),
        json("{\"outputs\":" + other + "}").objects("outputs", LenientJson::node).toList());
  }

  private static LenientJson json(String body) {
    return LenientJson.of(Sample.event(body));
  }
}
