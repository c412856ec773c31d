package dev.hookset.payloads;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambaEventTest {
  @Test
  void data_ofAnyShape_readsAsItsTree() {
    LambaEvent event =
        LambaEvent.of(Sample.event("{\"data\":{\"campaign\":{\"sent\":[{\"count\":3}]}}}"));
    assertEquals(3, event.data().at("/campaign/sent/0/count").intValue());
    assertEquals(event.json().path("data"), event.data());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"data\":null}",
        "{\"data\":[{}]}",
        "{\"data\":\"{}\"}",
        "{\"data\":1}",
        "{\"data\":true}"
      })
  void data_thatIsNoObject_readsAsTheMissingNode(String body) {
    assertTrue(LambaEvent.of(Sample.event(body)).data().isMissingNode());
  }
}
