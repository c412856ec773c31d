package dev.hookset.receive;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.hookset.Body;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FieldsTest {
  private static final Fields.Paths PATHS =
      Fields.Paths.of(
          Set.of("id", "at", "live", "data", "data.id", "data.deep.id", "data.deep.er.id"));

  // which members are found

  @Test
  void string_membersAtAnyDepth_areFound() {
    Fields fields =
        read(
            "{\"x\":{\"id\":\"no\"},\"id\":\"a\",\"data\":{\"id\":\"b\",\"y\":[1,{\"id\":\"no\"}],"
                + "\"deep\":{\"er\":{\"id\":\"d\"},\"id\":\"c\"}}}");

    assertEquals("a", fields.string("id"));
    assertEquals("b", fields.string("data.id"));
    assertEquals("c", fields.string("data.deep.id"));
    assertEquals("d", fields.string("data.deep.er.id"));
    assertNull(fields.string("data"), "an object is no string");
  }

  @Test
  void string_nameWithADot_isNoPath() {
    Fields fields =
        read("{\"data.id\":\"no\",\"data\":{\"deep.id\":\"no\",\"deep\":{\"er.id\":\"no\"}}}");

    assertNull(fields.string("data.id"));
    assertNull(fields.string("data.deep.id"));
    assertNull(fields.string("data.deep.er.id"));
  }

  @Test
  void string_nameWithADotBesideThePath_doesNotHideIt() {
    assertEquals("yes", read("{\"data\":{\"id\":\"yes\"},\"data.id\":\"no\"}").string("data.id"));
  }

  @Test
  void string_insideAnArray_isNotFound() {
    Fields fields = read("{\"data\":[{\"id\":\"no\"}],\"id\":[\"no\"]}");

    assertNull(fields.string("data.id"));
    assertNull(fields.string("id"));
  }

  @Test
  void string_escapedNameAndValue_areReadUnescaped() {
    assertEquals(
        "a/\"\n\u00E9\uD83D\uDE00",
        read("{\"\\u0069d\":\"a\\/\\\"\\n\\u00e9\\uD83D\\ude00\"}").string("id"));
  }

  @Test
  void string_loneSurrogateByEscape_isReadAsItStands() {
    assertEquals("\uD83D", read("{\"id\":\"\\ud83d\"}").string("id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "1.5", "true", "false", "null", "{}", "[]", "[\"a\"]", "{\"id\":\"a\"}"})
  void string_anotherKindOfValue_isNull(String value) {
    assertNull(read("{\"id\":" + value + "}").string("id"));
  }

  @Test
  void string_notThere_isNull() {
    assertNull(read("{}").string("id"));
    assertNull(read("{\"ID\":\"a\",\"id \":\"b\",\"\":\"c\"}").string("id"));
  }

  @Test
  void string_empty_isEmpty() {
    assertEquals("", read("{\"id\":\"\"}").string("id"));
  }

  @Test
  void bool_truthValue_isThatValue() {
    assertEquals(true, read("{\"live\":true}").bool("live"));
    assertEquals(false, read("{\"live\":false}").bool("live"));
    assertNull(read("{\"live\":\"true\"}").bool("live"));
    assertNull(read("{\"live\":1}").bool("live"));
    assertNull(read("{\"live\":null}").bool("live"));
    assertNull(read("{}").bool("live"));
  }

  @Test
  void instant_readableTime_isThatInstant() {
    Instant expected = Instant.parse("2026-06-01T12:00:00Z");

    assertEquals(expected, read("{\"at\":\"2026-06-01T14:00:00+02:00\"}").instant("at"));
    assertNull(read("{\"at\":\"yesterday\"}").instant("at"));
    assertNull(read("{\"at\":1780315200}").instant("at"));
    assertNull(read("{}").instant("at"));
  }

  // names that come twice

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"id\":\"a\",\"id\":\"b\"} | id | b",
        "{\"id\":\"a\",\"\\u0069d\":\"b\"} | id | b",
        "{\"id\":\"a\",\"id\":1} | id |",
        "{\"id\":\"a\",\"id\":null} | id |",
        "{\"id\":1,\"id\":\"b\"} | id | b",
        "{\"data\":{\"id\":\"a\"},\"data\":{\"id\":\"b\"}} | data.id | b",
        "{\"data\":{\"id\":\"a\"},\"data\":{}} | data.id |",
        "{\"data\":{\"id\":\"a\"},\"data\":null} | data.id |",
        "{\"data\":{\"id\":\"a\"},\"data\":[]} | data.id |",
        "{\"data\":{\"id\":\"a\"},\"data\":\"x\"} | data.id |",
        "{\"data\":{\"id\":\"a\"},\"data\":\"x\"} | data | x",
        "{\"data\":\"x\",\"data\":{\"id\":\"a\"}} | data |",
        "{\"data\":\"x\",\"data\":{\"id\":\"a\"}} | data.id | a",
        "{\"data\":{\"deep\":{\"er\":{\"id\":\"a\"}}},\"data\":{\"deep\":{}}} | data.deep.er.id |",
        "{\"data\":{\"deep\":{\"er\":{\"id\":\"a\"}}},\"data\":{}} | data.deep.er.id |",
        "{\"data\":{\"deep\":{\"er\":{\"id\":\"a\"}},\"deep\":{\"id\":\"b\"}}} | data.deep.er.id |",
        "{\"data\":{\"deep\":{\"er\":{\"id\":\"a\"}},\"deep\":{\"id\":\"b\"}}} | data.deep.id | b",
        "{\"data\":{\"id\":\"a\"},\"data.id\":\"b\"} | data.id | a"
      })
  void string_nameThatComesTwice_isTheLastWithAllBelowIt(
      String json, String path, @Nullable String expected) {
    assertEquals(expected, read(json).string(path));
  }

  // what is no JSON object

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "true",
        "1",
        "\"id\"",
        "[]",
        "[{\"id\":\"a\"}]",
        // cut off
        "{",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":\"a\"",
        "{\"id\":\"a\",",
        "{\"x\":[1,2",
        "{\"x\":{\"y\":1}",
        "{\"x\":\"",
        "{\"x\":tru",
        // something behind
        "{}{}",
        "{} {}",
        "{},",
        "{}x",
        "{}]",
        "{}null",
        "{}\0",
        "{}//",
        // no JSON
        "{\"id\":\"a\",}",
        "{,}",
        "{\"x\":[1,]}",
        "{id:\"a\"}",
        "{'id':'a'}",
        "{\"id\":'a'}",
        "{\"id\" \"a\"}",
        "{\"x\":1 \"y\":2}",
        "{\"x\":NaN}",
        "{\"x\":Infinity}",
        "{\"x\":-Infinity}",
        "{\"x\":01}",
        "{\"x\":+1}",
        "{\"x\":.5}",
        "{\"x\":5.}",
        "{\"x\":1e}",
        "{\"x\":0x1}",
        "{\"x\":TRUE}",
        "{\"x\":undefined}",
        "{/**/}",
        "{}/**/",
        "// \n{}",
        "#\n{}",
        "{\"x\":\"\t\"}",
        "{\"x\":\"\0\"}",
        "{\"x\":\"\n\"}",
        "{\"\n\":1}",
        "{\"x\":\"\\q\"}",
        "{\"x\":\"\\u12G4\"}",
        "{\"x\":\"\\x41\"}",
        "{\"id\":\"\\'\"}",
        "\uFEFF{\"id\":\"a\"}",
        "{}\uFEFF",
        "\u00A0{}",
        "{\u2028}"
      })
  void read_notOneJsonObject_isNull(String json) {
    assertNull(Fields.read(Body.ofUtf8(json), PATHS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", " {} ", "\t\r\n {\"id\"\n:\t\"a\" } \r\n", "{\"\":{\"\":[]}}"})
  void read_oneJsonObjectWithBlanks_isRead(String json) {
    assertNotNull(Fields.read(Body.ofUtf8(json), PATHS));
  }

  // what is no UTF-8

  @TestFactory
  Stream<DynamicTest> read_otherEncoding_isNull() {
    return Stream.of(
            UTF_16, UTF_16LE, UTF_16BE, Charset.forName("UTF-32LE"), Charset.forName("UTF-32BE"))
        .flatMap(
            charset ->
                Stream.of("{\"id\":\"a\"}", "\uFEFF{\"id\":\"a\"}")
                    .map(
                        json ->
                            DynamicTest.dynamicTest(
                                charset + (json.startsWith("{") ? "" : " with a mark"),
                                () ->
                                    assertNull(
                                        Fields.read(Body.wrap(json.getBytes(charset)), PATHS)))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "80", // a continuation without a beginning
        "ff",
        "fe",
        "c3", // cut off
        "e282",
        "f09f98",
        "c328",
        "c080", // overlong
        "c1bf",
        "e08080",
        "e09fbf",
        "f0808080",
        "f08fbfbf",
        "eda080", // encoded surrogates
        "edbfbf",
        "eda0bdedb880",
        "f4908080", // beyond the last character
        "f5808080",
        "f888808080",
        "fc8480808080"
      })
  void read_bytesThatAreNoUtf8Anywhere_isNull(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (String filler :
        new String[] {"", "x".repeat(8180), "x".repeat(8192), "\u20AC".repeat(9999)}) {
      assertNull(Fields.read(around("{\"id\":\"" + filler, bytes, "\"}"), PATHS), "in a value");
      assertNull(Fields.read(around("{\"x\":\"" + filler, bytes, "\"}"), PATHS), "not asked for");
      assertNull(Fields.read(around("{\"" + filler, bytes, "\":1}"), PATHS), "in a name");
      assertNull(Fields.read(around("{\"x\":\"" + filler + "\"}", bytes, ""), PATHS), "behind");
      assertNull(Fields.read(around("", bytes, "{\"x\":\"" + filler + "\"}"), PATHS), "before");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u007F",
        "\u0080",
        "\u07FF",
        "\u0800",
        "\uD7FF",
        "\uE000",
        "\uFFFF",
        "\uD800\uDC00",
        "\uDBFF\uDFFF"
      })
  void read_firstAndLastCharactersOfEachLength_areRead(String character) {
    for (int before = 8180; before < 8200; before++) {
      String id = "x".repeat(before) + character + "y";
      assertEquals(id, read("{\"id\":\"" + id + "\"}").string("id"));
    }
  }

  // limits

  @TestFactory
  Stream<DynamicTest> read_limits_areExact() {
    Map<String, IntFunctionOfJson> limits = new LinkedHashMap<>();
    limits.put("1000 levels of objects", n -> nested("{\"a\":", 1000 + n, "1", "}"));
    limits.put("1000 levels of arrays", n -> "{\"a\":" + nested("[", 999 + n, "", "]") + "}");
    limits.put(
        "1000 levels on a path",
        n -> "{\"data\":{\"deep\":" + nested("[", 998 + n, "", "]") + "}}");
    limits.put("an integer of 1000 digits", n -> "{\"a\":" + "1".repeat(1000 + n) + "}");
    limits.put(
        "an integer where a string is asked for", n -> "{\"id\":" + "1".repeat(1000 + n) + "}");
    limits.put("a name of 50,000 characters", n -> "{\"" + "n".repeat(50_000 + n) + "\":1}");
    limits.put(
        "a string of 20 million characters",
        n -> "{\"id\":\"" + "s".repeat(20_000_000 + n) + "\"}");
    return limits.entrySet().stream()
        .map(
            limit ->
                DynamicTest.dynamicTest(
                    limit.getKey(),
                    () -> {
                      assertNotNull(
                          Fields.read(Body.ofUtf8(limit.getValue().exceedingBy(0)), PATHS),
                          "at the limit");
                      assertNull(
                          Fields.read(Body.ofUtf8(limit.getValue().exceedingBy(1)), PATHS),
                          "beyond it");
                    }));
  }

  @Test
  void read_aMillionNames_keepsWhatIsAskedFor() {
    StringBuilder json = new StringBuilder("{\"id\":\"first\"");
    IntStream.range(0, 1_000_000)
        .forEach(i -> json.append(",\"k").append(i).append("\":").append(i));
    json.append(",\"id\":\"last\"}");
    Body body = Body.ofUtf8(json.toString());

    Fields fields =
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> Fields.read(body, PATHS));

    assertEquals("last", Objects.requireNonNull(fields).string("id"));
  }

  // times that are numbers

  @ParameterizedTest
  @CsvSource({
    "1780315200, 2026-06-01T12:00:00Z",
    "'\"1780315200\"', 2026-06-01T12:00:00Z",
    "1780315200.25, 2026-06-01T12:00:00.25Z",
    "0, 1970-01-01T00:00:00Z"
  })
  void unixSeconds_number_isATime(String number, Instant expected) {
    // An event whose time is a number had no time, so its record never expired.
    assertEquals(expected, read("{\"at\":" + number + "}").unixSeconds("at"));
  }

  @ParameterizedTest
  @CsvSource({
    "1780315200250, 2026-06-01T12:00:00.25Z",
    "'\"1780315200250\"', 2026-06-01T12:00:00.25Z",
    "1780315200250.5, 2026-06-01T12:00:00.2505Z"
  })
  void unixMillis_number_isATime(String number, Instant expected) {
    assertEquals(expected, read("{\"at\":" + number + "}").unixMillis("at"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "1e3",
        "1E999999999",
        "1000000000000000",
        "true",
        "null",
        "[1]",
        "{}",
        "\"\"",
        "\" 1\"",
        "\"+1\"",
        "\"1.\"",
        "\"2026-06-01T12:00:00Z\""
      })
  void unixTime_anythingElse_isNone(String value) {
    Fields fields = read("{\"at\":" + value + "}");

    assertNull(fields.unixSeconds("at"));
    assertNull(fields.unixMillis("at"));
  }

  @Test
  void string_number_isNoString() {
    assertNull(read("{\"id\":17}").string("id"));
  }

  @FunctionalInterface
  private interface IntFunctionOfJson {
    String exceedingBy(int n);
  }

  private static String nested(String open, int depth, String inside, String close) {
    return open.repeat(depth) + inside + close.repeat(depth);
  }

  private static Fields read(String json) {
    return Objects.requireNonNull(
        Fields.read(Body.ofUtf8(json), PATHS), () -> "no fields in " + json);
  }

  private static Body around(String before, byte[] bytes, String after) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(before.getBytes(UTF_8));
    body.writeBytes(bytes);
    body.writeBytes(after.getBytes(UTF_8));
    return Body.wrap(body.toByteArray());
  }
}
