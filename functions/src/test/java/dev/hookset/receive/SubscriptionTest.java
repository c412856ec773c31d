package dev.hookset.receive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubscriptionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.b | a.b | true",
        "a.b | a.c | false",
        "a.b | axb | false",
        "a.b | A.B | false",
        "a.b | a.b.c | false",
        "a.b | xa.b | false",
        "a.* | a.b | true",
        "a.* | a.b.c | true",
        "a.* | a. | true",
        "a.* | a | false",
        "a.* | b.a.c | false",
        "*.c | a.b.c | true",
        "*.c | a.b.cd | false",
        "a*c | a.b.c | true",
        "a*c | ac | true",
        "a**c | abc | true",
        "*b* | abc | true",
        "*b* | ac | false",
        "a*b*c | a.c.b.c | true",
        "a*b*c | a.c.b.c.d | false",
        "ab*bc | abc | false",
        "ab*bc | abbc | true",
        "*ab*ab | ab | false",
        "*ab*ab | abab | true",
        "*b*b | abb | true",
        "*b*bb | abb | false",
        "* | anything at all | true",
        "** | x | true",
        "a,b | b | true",
        "a,b | a,b | false",
        "a,b | c | false",
        "  a  ,  b.*  | b.c | true",
        "a,,b | b | true",
        "a,,b | c | false",
        ",a, | a | true",
        ",a, | b | false",
        "a. b | a. b | true",
        "[ab] | a | false",
        "[ab] | [ab] | true",
        "a+ | aa | false",
        "a? | a | false",
        "\\Qa\\E | a | false",
        "\\E*\\Q | \\Ex\\Q | true",
        "^a$ | a | false"
      })
  void includes_type_isMatchedAsAWhole(String types, String type, boolean included) {
    assertEquals(included, new Subscription(types, null).includes(event(type, null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", " , ,\t"})
  void includes_noTypes_meansAll(String types) {
    assertTrue(new Subscription(types, null).includes(event("anything", null)));
    assertTrue(new Subscription(types, null).includes(event(Event.UNKNOWN_TYPE, "test")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\r\nb", "a\u2028b", "a\u0085b", "\n", "a\n"})
  void includes_lineBreakInTheType_isACharacterAsAnyOther(String type) {
    assertTrue(new Subscription("*", null).includes(event(type, null)), "*");
    assertFalse(new Subscription("a", null).includes(event(type, null)), "a");
    assertFalse(new Subscription("a.b", null).includes(event(type, null)), "a.b");
  }

  /** Trying every way to spread a long type over many stars would take longer than the universe. */
  @Test
  void includes_manyStarsAndALongType_isQuick() {
    Subscription subscription = new Subscription("*a".repeat(40) + "*b", null);

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertFalse(subscription.includes(event("a".repeat(256), null))));
  }

  @ParameterizedTest
  @CsvSource({
    ", , true",
    ", prod, true",
    "prod, prod, true",
    "prod, test, false",
    "prod, , false",
    "prod, PROD, false",
    "prod, production, false"
  })
  void includes_environment_isTheOneAskedForOrAny(
      @Nullable String asked, @Nullable String named, boolean included) {
    assertEquals(included, new Subscription("*", asked).includes(event("a", named)));
  }

  @Test
  void includes_typeAndEnvironment_mustBothFit() {
    Subscription subscription = new Subscription("a.*", "prod");

    assertTrue(subscription.includes(event("a.b", "prod")));
    assertFalse(subscription.includes(event("a.b", "test")));
    assertFalse(subscription.includes(event("b", "prod")));
  }

  private static Event event(String type, @Nullable String environment) {
    return new Event(new EventKey("acme", "evt"), type, null, environment, Body.ofUtf8("{}"));
  }
}
