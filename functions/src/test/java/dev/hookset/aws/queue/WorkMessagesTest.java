package dev.hookset.aws.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkMessagesTest {
  @Test
  void write_pointer_isProviderAndIdAndNothingElse() {
    assertEquals(
        "{\"provider\":\"lemma\",\"eventId\":\"a/b\"}",
        WorkMessages.write(new EventKey("lemma", "a/b")));
  }

  @ParameterizedTest
  @MethodSource("strangeIds")
  void read_whatWasWritten_isThePointerAgain(String id) {
    EventKey pointer = new EventKey("lemma", id);

    String message = WorkMessages.write(pointer);

    assertEquals(pointer, WorkMessages.read(message));
    // What SQS takes: printable ASCII is certain to be among it.
    assertTrue(message.chars().allMatch(c -> c >= 0x20 && c <= 0x7F), message);
  }

  static Stream<String> strangeIds() {
    return Stream.concat(
        Stream.of(
            "#",
            "a#b",
            " ",
            "\"\\/",
            "\u0000\u0001\u001F\u007F\u0085",
            "\r\n\t\b\f",
            "\uFFFE\uFFFF\uFEFF",
            "\u2028\u2029\u202E",
            "\uD83D\uDE00",
            "\uD83D",
            "\uDE00\uD83D",
            "null",
            "{\"eventId\":\"x\"}",
            "\u4E2D".repeat(256)),
        IntStream.range(0, 16)
            .mapToObj(
                block ->
                    IntStream.range(block << 12, (block + 1) << 12)
                        .collect(
                            StringBuilder::new,
                            (text, c) -> text.append((char) c),
                            StringBuilder::append)
                        .toString()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"eventId\":\"a\",\"provider\":\"lemma\"}",
        " {\n\"provider\" : \"lemma\" , \"eventId\" : \"a\" } \n",
        "{\"provider\":\"lemma\",\"eventId\":\"a\",\"more\":{\"eventId\":\"b\",\"x\":[1,[2]]}}",
        "{\"x\":[\"eventId\",\"b\"],\"provider\":\"lemma\",\"eventId\":\"b\",\"eventId\":\"a\"}",
        "{\"\\u0070rovider\":\"lemma\",\"eventId\":\"\\u0061\"}"
      })
  void read_otherFormOfAPointer_isThePointer(String text) {
    assertEquals(new EventKey("lemma", "a"), WorkMessages.read(text));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        " ",
        "text",
        "null",
        "7",
        "\"lemma#a\"",
        "[]",
        "[{\"provider\":\"lemma\",\"eventId\":\"a\"}]",
        "{}",
        "{\"provider\":\"lemma\"}",
        "{\"eventId\":\"a\"}",
        "{\"provider\":\"lemma\",\"eventId\":\"\"}",
        "{\"provider\":\"\",\"eventId\":\"a\"}",
        "{\"provider\":\"le#mma\",\"eventId\":\"a\"}",
        "{\"provider\":null,\"eventId\":\"a\"}",
        "{\"provider\":\"lemma\",\"eventId\":7}",
        "{\"provider\":\"lemma\",\"eventId\":[\"a\"]}",
        "{\"provider\":\"lemma\",\"eventId\":{\"eventId\":\"a\"}}",
        "{\"provider\":\"lemma\",\"eventId\":\"a\",\"eventId\":null}",
        "{\"Provider\":\"lemma\",\"eventID\":\"a\"}",
        "{\"nested\":{\"provider\":\"lemma\",\"eventId\":\"a\"}}",
        "{\"provider\":\"lemma\",\"eventId\":\"a\"",
        "{\"provider\":\"lemma\",\"eventId\":\"a",
        "{\"provider\":\"lemma\",\"eventId\":\"a\"}}",
        "{\"provider\":\"lemma\",\"eventId\":\"a\"} x",
        "{\"provider\":\"lemma\",\"eventId\":\"a\"} {}",
        "{\"provider\":\"lemma\",\"eventId\":\"a\"} null",
        "{'provider':'lemma','eventId':'a'}"
      })
  void read_noPointer_isNull(String text) {
    assertNull(WorkMessages.read(text));
  }

  @Test
  void read_nestedBeyondTheParsersLimit_isNull() {
    assertNull(
        WorkMessages.read(
            "{\"x\":"
                + "[".repeat(5000)
                + "]".repeat(5000)
                + ",\"provider\":\"lemma\",\"eventId\":\"a\"}"));
  }
}
