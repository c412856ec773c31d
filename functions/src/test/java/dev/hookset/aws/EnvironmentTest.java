package dev.hookset.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentTest {
  private static final Environment EMPTY = new Environment(Map.of("OTHER", "x", "BLANK", ""));

  @Test
  void optional_setOrNot_isTheValueOrNull() {
    assertEquals("v", of("v").optional("V"));
    assertEquals(" v ", of(" v ").optional("V"));
    assertNull(of("").optional("V"));
    assertNull(EMPTY.optional("V"));
    assertNull(EMPTY.optional("other"));
  }

  @Test
  void required_notSet_saysWhichIsNeeded() {
    assertEquals("v", of("v").required("V"));
    for (Environment environment : List.of(of(""), EMPTY)) {
      Misconfiguration stopped =
          assertThrows(Misconfiguration.class, () -> environment.required("V"));
      assertTrue(String.valueOf(stopped.getMessage()).startsWith("V is not set"));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "10, 10", "07, 7", "+5, 5"})
  void integer_withinTheBounds_isIt(String value, int expected) {
    assertEquals(expected, of(value).integer("V", 3, 1, 10));
  }

  @Test
  void integer_notSet_isTheFallback() {
    assertEquals(3, of("").integer("V", 3, 1, 10));
    assertEquals(3, EMPTY.integer("V", 3, 1, 10));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "11",
        "-1",
        "x",
        "1.5",
        " 1",
        "1 ",
        "1e1",
        "0x5",
        "99999999999",
        "5d",
        "\u0663x"
      })
  void integer_anythingElse_saysWhatIsExpected(String value) {
    assertStops(
        value,
        "V is '" + value + "'; a whole number from 1 to 10 is expected",
        environment -> environment.integer("V", 3, 1, 10));
  }

  @ParameterizedTest
  @CsvSource({
    "30s, PT30S",
    "5m, PT5M",
    "48h, PT48H",
    "2d, PT48H",
    "0s, PT0S",
    "999999d, PT23999976H",
    "007m, PT7M"
  })
  void duration_numberAndUnit_isIt(String value, Duration expected) {
    assertEquals(expected, of(value).duration("V", Duration.ZERO));
  }

  @Test
  void duration_notSet_isTheFallback() {
    assertEquals(Duration.ofDays(2), of("").duration("V", Duration.ofDays(2)));
    assertEquals(Duration.ofDays(2), EMPTY.duration("V", Duration.ofDays(2)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "48",
        "h",
        "-1h",
        "1.5h",
        "48H",
        "48 h",
        " 48h",
        "PT48H",
        "2w",
        "1000000d",
        "1h30m",
        "5ms"
      })
  void duration_anythingElse_saysWhatIsExpected(String value) {
    assertStops(
        value,
        "V is '" + value + "'; a number followed by s, m, h or d is expected, such as 48h",
        environment -> environment.duration("V", Duration.ZERO));
  }

  @Test
  void oneOf_oneOfThem_isIt() {
    assertEquals("b", of("b").oneOf("V", List.of("a", "b")));
    assertNull(of("").oneOf("V", List.of("a", "b")));
    assertNull(EMPTY.oneOf("V", List.of("a", "b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "A", " a", "a,b"})
  void oneOf_anythingElse_saysWhatIsExpected(String value) {
    assertStops(
        value,
        "V is '" + value + "'; one of a, b is expected",
        environment -> environment.oneOf("V", List.of("a", "b")));
  }

  @Test
  void new_variablesChangedLater_doesNotSeeIt() {
    Map<String, String> variables = new HashMap<>(Map.of("V", "before"));
    Environment environment = new Environment(variables);
    variables.put("V", "after");

    assertEquals("before", environment.optional("V"));
  }

  // The template's loop cannot write LEMMA_WEBHOOK_EVENTS: nothing in CloudFormation makes
  // capitals.
  @Test
  void shortName_inAFunctionWithAProvider_isAsGoodAsTheLongOne_whichGoesBefore() {
    Map<String, String> variables = new HashMap<>(Map.of("WEBHOOK_EVENTS", "a"));
    assertNull(new Environment(variables).optional("LEMMA_WEBHOOK_EVENTS"));

    variables.put("PROVIDER", "lemma");
    assertEquals("a", new Environment(variables).optional("LEMMA_WEBHOOK_EVENTS"));
    variables.put("LEMMA_WEBHOOK_EVENTS", "");
    assertEquals("a", new Environment(variables).optional("LEMMA_WEBHOOK_EVENTS"));
    variables.put("LEMMA_WEBHOOK_EVENTS", "b");
    assertEquals("b", new Environment(variables).optional("LEMMA_WEBHOOK_EVENTS"));
    assertNull(new Environment(variables).optional("LUCID_WEBHOOK_EVENTS"));
  }

  @Test
  void shortName_withAWrongValue_isNamedAsItWasSet() {
    Environment environment =
        new Environment(Map.of("PROVIDER", "lemma", "WEBHOOK_MAX_AGE_DAYS", "many"));

    Misconfiguration stopped =
        assertThrows(
            Misconfiguration.class,
            () -> environment.integer("LEMMA_WEBHOOK_MAX_AGE_DAYS", 1, 1, 9));
    assertTrue(
        String.valueOf(stopped.getMessage()).startsWith("WEBHOOK_MAX_AGE_DAYS is 'many'"),
        stopped::getMessage);
  }

  private static Environment of(String value) {
    return new Environment(Map.of("V", value));
  }

  private static void assertStops(String value, String message, Consumer<Environment> reading) {
    Misconfiguration stopped =
        assertThrows(Misconfiguration.class, () -> reading.accept(of(value)));
    assertEquals(message, stopped.getMessage());
    assertTrue(message.contains(value));
  }
}
