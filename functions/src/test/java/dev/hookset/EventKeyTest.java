package dev.hookset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventKeyTest {
  @ParameterizedTest
  @ValueSource(strings = {"evt", "#", "a#b#c", " ", "\0", "\uD83D\uDE00", "lamba#evt"})
  void parse_whatToStringReturned_isTheSameKey(String id) {
    EventKey key = new EventKey("lamba", id);

    assertEquals("lamba#" + id, key.toString());
    assertEquals(key, EventKey.parse(key.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lamba", "#evt", "lamba#", "#"})
  void parse_noKey_isRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> EventKey.parse(text));
  }

  @Test
  void new_providerWithASeparator_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new EventKey("lam#ba", "evt"));
    assertThrows(IllegalArgumentException.class, () -> new EventKey("", "evt"));
    assertThrows(IllegalArgumentException.class, () -> new EventKey("lamba", ""));
  }
}
