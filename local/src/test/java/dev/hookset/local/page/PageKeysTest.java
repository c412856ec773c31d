package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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

      JsonNode lemma = verification(stack, 1);
      assertTrue(lemma.at("/verification/holds").asBoolean(), lemma.toString());
      JsonNode lucid = verification(stack, 2);
      assertFalse(lucid.at("/verification/holds").asBoolean(), lucid.toString());
      assertTrue(
          lucid.has("verification")
              || key.isEmpty()
              || lucid.path("keyTrouble").asText().startsWith("LUCID_WEBHOOK_SECRET: "),
          lucid.toString());
    }
  }

  private static JsonNode verification(PageStack stack, int number)
      throws IOException, InterruptedException {
    stack.delivery(number);
    return stack.read("/api/deliveries/" + number + "/verification");
  }
}
