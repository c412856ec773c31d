package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A provider's key that is none. A blank secret in quotes once made the panes of all the other
 * providers answer nothing at all: the connection was dropped.
 */
final class PageKeysTest {
  @ParameterizedTest
  @ValueSource(strings = {"\"  \"", "\"\"", "  ", "[]", "[\"\"]", "[\" \"]", "{}", "[", "\u0000"})
  void key_thatIsNone_costsOnlyTheVerificationOfItsProvider(String key) throws Exception {
    try (PageStack stack = new PageStack(null, 0, Map.of("LUCID_WEBHOOK_SECRET", key))) {
      assertEquals(200, stack.post(PageStack.genuine("lemma")));
      stack.post(PageStack.genuine("lucid"));

      JsonNode lemma = pane(stack, 1);
      assertTrue(lemma.at("/verification/holds").asBoolean(), lemma.toString());
      JsonNode lucid = pane(stack, 2);
      assertFalse(lucid.at("/verification/holds").asBoolean(), lucid.toString());
      assertTrue(
          lucid.has("verification")
              || key.isEmpty()
              || lucid.path("keyTrouble").asText().startsWith("LUCID_WEBHOOK_SECRET: "),
          lucid.toString());
    }
  }

  private static JsonNode pane(PageStack stack, int number)
      throws IOException, InterruptedException {
    for (int i = 0; i < 12_000 && stack.book().count() < number; i++) {
      Thread.sleep(10);
    }
    RawHttp.Answer answer =
        RawHttp.send(
            stack.url(), "GET", "/api/deliveries/" + number, Map.of("Cookie", stack.cookie()), "");
    assertEquals(200, answer.status(), answer.toString());
    return new JsonMapper().readTree(answer.body());
  }
}
