package dev.hookset.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The spellings of one address, of which a sender has signed any. */
final class UrlSpellingsTest {
  @ParameterizedTest
  @CsvSource({
    "https://h.example/a?b=c, https://h.example:443/a?b=c",
    "https://h.example:443/a, https://h.example/a",
    "http://h.example/a, http://h.example:80/a",
    "http://h.example:80, http://h.example",
    "https://h.example?b=c:443, https://h.example:443?b=c:443"
  })
  void of_standardPort_isSpelledWithAndWithoutIt(String url, String other) {
    assertEquals(List.of(url, other), UrlSpellings.of(url));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://h.example:8443/a", "http://h.example:443/a", ""})
  void of_otherPort_isSpelledInOneWay(String url) {
    assertEquals(List.of(url), UrlSpellings.of(url));
  }

  @Test
  void of_escapesThatHubSpotDecodes_areDecodedAndNoOthers() {
    assertEquals(
        "https://h.example:8443/a?x=:/?@!$'()*,;&y=%20%23%26",
        UrlSpellings.of(
                "https://h.example:8443/a?x=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B&y=%20%23%26")
            .getLast());
  }
}
