package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.local.stack.Exchange;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SearchTest {
  /** Whoever searches types what they read on the page, not how a sender happens to escape it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alice            | {\"name\":\"ALICE Smith\"}",
        "élan             | {\"name\":\"Élan\"}",
        "élan             | {\"name\":\"\\u00C9lan\"}",
        "ÉLAN             | {\"name\":\"\\u00e9lan\"}",
        "a/b              | {\"path\":\"a\\/b\"}",
        "say \"hi\"       | {\"said\":\"say \\\"hi\\\"\"}",
        "c:\\temp         | {\"path\":\"c:\\\\temp\"}",
        "<b>              | {\"text\":\"\\u003cb\\u003E\"}",
        "a@example.com    | email=a%40example.com",
        "two words        | text=two+words",
        "two words        | text=two%20words",
        "😀               | {\"text\":\"\\ud83d\\ude00\"}",
        "(.*              | {\"pattern\":\"(.*\"}",
      })
  void text_inABody_isFoundHoweverItIsWritten(String text, String body) {
    assertTrue(new Search(text).isIn(with(Map.of(), body)));
    assertFalse(new Search(text + "x").isIn(with(Map.of(), body)));
  }

  @Test
  void text_inAHeader_isFoundByNameAndValue() {
    Exchange exchange = with(Map.of("x-trace", "abc-123"), "{}");

    for (String text : List.of("X-Trace", "ABC-1", "x-trace: abc")) {
      assertTrue(new Search(text).isIn(exchange), text);
    }
    assertFalse(new Search("abc x").isIn(exchange));
  }

  @Test
  void answer_ofMoreThanAPart_goesOnWhereItEnded() throws IOException {
    try (DeliveryLog log = new DeliveryLog(Instant::now)) {
      String long1 = " ".repeat(Search.BYTES_OF_A_PART / 4);
      for (int i = 1; i <= 10; i++) {
        log.answered(with(Map.of(), "{\"even\":" + (i % 2 == 0) + "}" + long1));
      }

      List<Long> found = new ArrayList<>();
      JsonNode first = ask(log, "text=true");
      JsonNode part = first;
      part.path("hits").forEach(hit -> found.add(hit.asLong()));
      while (part.hasNonNull("next")) {
        part = ask(log, "text=true&below=" + part.path("next").asText());
        part.path("hits").forEach(hit -> found.add(hit.asLong()));
      }

      assertEquals("{\"hits\":[10,8],\"next\":7}", first.toString());
      assertEquals(LongStream.of(10, 8, 6, 4, 2).boxed().toList(), found);
      assertEquals("{\"hits\":[10],\"next\":null}", ask(log, "text=true&above=8").toString());
      assertEquals("{\"hits\":[10],\"next\":10}", ask(log, "text=true&bytes=9").toString());
      assertEquals(first, ask(log, "text=true&bytes=" + Long.MAX_VALUE), "no longer than any");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "text=", "text=%20", "text=a&above=x", "text=a&below=", "text=a&bytes=b"})
  void answer_ofAQuestionThatIsNone_saysSo(String query) {
    try (DeliveryLog log = new DeliveryLog(Instant::now)) {
      assertEquals(400, Search.answer(log, query).status());
    }
  }

  /** Somebody pastes a whole body: its pattern overflowed the stack, and the page answered 500. */
  @Test
  void answer_ofALongText_isFoundOrRefused() throws IOException {
    String longest = "\u00e9".repeat(1000);
    try (DeliveryLog log = new DeliveryLog(Instant::now)) {
      log.answered(with(Map.of(), longest));
      String query = "text=" + URLEncoder.encode(longest, StandardCharsets.UTF_8);

      assertEquals("{\"hits\":[1],\"next\":null}", ask(log, query).toString());
      assertEquals(400, Search.answer(log, query + "%22").status());
    }
  }

  private static JsonNode ask(DeliveryLog log, String query) throws IOException {
    return new JsonMapper().readTree(Search.answer(log, query).body().toByteArray());
  }

  private static Exchange with(Map<String, String> headers, String body) {
    return Exchanges.unjudged("lemma", Instant.EPOCH, headers, Body.ofUtf8(body));
  }
}
