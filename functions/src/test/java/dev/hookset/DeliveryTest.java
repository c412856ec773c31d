package dev.hookset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DeliveryTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final Body BODY = Body.ofUtf8("{\"very\":\"private\"}");

  @Test
  void header_nameInAnyCase_isFound() {
    Delivery delivery = new Delivery(Map.of("X-Lemma-SIGNATURE", "s"), BODY, NOW);

    assertEquals("s", delivery.header("x-lemma-signature"));
    assertEquals("s", delivery.header("X-Lemma-Signature"));
    assertNull(delivery.header("x-lemma"));
    assertEquals(Map.of("x-lemma-signature", "s"), delivery.headers());
  }

  @Test
  void header_underATurkishLocale_isFound() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.of("tr"));
    try {
      Delivery delivery = new Delivery(Map.of("X-LAMINA-ID", "i"), BODY, NOW);

      assertEquals("i", delivery.header("x-lamina-id"));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void header_namesThatDifferInCaseAlone_areJoinedWithAComma() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-A", "one");
    headers.put("x-a", "two");

    assertEquals("one,two", new Delivery(headers, BODY, NOW).header("X-a"));
  }

  @Test
  void headers_mapChangedAfterwards_staysAsItWas() {
    Map<String, String> headers = new LinkedHashMap<>(Map.of("a", "b"));
    Delivery delivery = new Delivery(headers, BODY, NOW);

    headers.put("c", "d");

    assertEquals(Map.of("a", "b"), delivery.headers());
    assertThrows(UnsupportedOperationException.class, () -> delivery.headers().clear());
  }

  @Test
  void toString_any_showsNeitherHeadersNorBody() {
    String shown = new Delivery(Map.of("x-signature", "abcdef"), BODY, NOW).toString();

    assertFalse(shown.contains("abcdef"), shown);
    assertFalse(shown.contains("private"), shown);
  }
}
