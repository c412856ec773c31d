package dev.hookset.local.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// `show --body` read a body into values and wrote them anew: 1.10 became 1.1, 1e400 "Infinity", and
// of a name that came twice one was gone. It is evidence, and was falsified.
final class IndentedJsonTest {
  @Test
  void tokens_areShownAsTheyCame() {
    assertEquals(
        List.of(
            "{",
            "  \"price\": 1.10,",
            "  \"price\": 1e400,",
            "  \"exact\": -0.0,",
            "  \"big\": 123456789012345678901234567890,",
            "  \"text\": \"\\u0041\\/ \\\" {[:,]}\",",
            "  \"list\": [",
            "    true,",
            "    {},",
            "    []",
            "  ]",
            "}"),
        lines(
            "{\"price\":1.10, \"price\":1e400,\n"
                + "\"exact\":-0.0,\"big\":123456789012345678901234567890,\"text\":\"\\u0041\\/ \\\""
                + " {[:,]}\",\"list\":[true,{ },[\t]]}\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.10", "\"a  b\"", " null "})
  void value_alone_isItsOwnLine(String text) {
    assertEquals(List.of(text.strip()), lines(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{\"a\":1}x", "{'a':1}", "NaN", "[1,]", "\uFEFF{}"})
  void text_thatIsNotJson_isLeftToTheCaller(String text) {
    List<String> lines = new ArrayList<>();

    assertFalse(IndentedJson.print(text, lines::add));
    assertEquals(List.of(), lines);
  }

  @Test
  void depth_withoutEnd_doesNotFillTheTerminal() {
    String text = "[".repeat(900) + "1,".repeat(1000) + "1" + "]".repeat(900);

    assertTrue(lines(text).stream().allMatch(line -> line.length() <= 82));
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    assertTrue(IndentedJson.print(text, lines::add));
    return lines;
  }
}
