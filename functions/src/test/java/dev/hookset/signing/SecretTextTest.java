package dev.hookset.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SecretTextTest {
  private static final String SECRET = "whsec_4f2a9c";

  @ParameterizedTest
  @ValueSource(
      strings = {
        SECRET,
        "[not json but begins like it",
        "{k3;xQ-v~8#",
        "\"whsec_4f2a9c\"",
        "whsec_4f2a9c\n",
        "a horse, a battery",
        "ひみつのかぎ",
        "!@#$%^&*()_+",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "dGhpcyBpcyBhIHNlY3JldCE=",
        "whsec_test_lemma",
        "x=y+z/0123456789",
        "aaaaaaab"
      })
  void read_bareText_isOneSecretAsItStands(String text) {
    assertEquals(List.of(text), SecretText.read(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[\"whsec_one\"] | whsec_one",
        "[\"whsec_one\",\"whsec_two\"] | whsec_one,whsec_two",
        "[ \"whsec_one\" , \"whsec_two\" ] | whsec_one,whsec_two",
        "` \n[\"whsec_one\"]\n` | whsec_one",
        "`\uFEFF[\"whsec_one\"]` | whsec_one",
        "{\"secret\":\"whsec_one\"} | whsec_one",
        "[\"whsec_\\u0061bc\"] | whsec_abc"
      })
  void read_jsonOfSecrets_isEachOfThem(String text, String secrets) {
    assertEquals(List.of(secrets.split(",", -1)), SecretText.read(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"provider\":\"lemma-events\",\"environment\":\"production\",\"secret\":\"whsec_4f2a9c\"}"
            + " | 3",
        "{\"current\":\"whsec_4f2a9c\",\"previous\":\"whsec_old_one\"} | 2",
        "{\"secret\":\"whsec_4f2a9c\",\"secret\":\"whsec_old_one\"} | 2",
        "{\"secret\":\"whsec_4f2a9c\",\"version\":2} | 2",
        "` {\"a\":{\"b\":\"whsec_4f2a9c\"},\"c\":[]}` | 2",
        "{} | 0"
      })
  void read_objectOfSeveralMembers_isNoneAndSaysHowMany(String text, int members) {
    // Every string of an object was a signing key: whoever knew the provider's name could sign.
    assertRefused("a JSON object of " + members + " members", text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"secret\":{\"value\":\"whsec_4f2a9c\"}}",
        "{\"secret\":[\"whsec_4f2a9c\",\"lemma-events\"]}",
        "{\"secret\":12345678}",
        "{\"secret\":null}",
        "[1]",
        "[null]",
        "[[\"whsec_4f2a9c\"]]",
        "[\"whsec_4f2a9c\",true]",
        "[]",
        "[\"whsec_4f2a9c\"",
        "[\"whsec_4f2a9c\"] x",
        "{\"secret\":\"whsec_4f2a9c\"}{}",
        "{\"secret\":\"whsec_4f2a9c\",}",
        "[\"whsec_\\ud800abc\"]"
      })
  void read_jsonOfAnythingElse_isNone(String text) {
    // An object with a number in it was taken for the secret itself, braces and all, and every
    // delivery was refused without a word to the operator.
    assertRefused("", text);
  }

  static Stream<Arguments> placeholders() {
    return Stream.of(
            "None",
            "NONE",
            "null",
            "NULL",
            "nil",
            "n/a",
            "N/A",
            "-",
            "--",
            "--------",
            "x",
            "xxx",
            "XXXXXXXXXXXX",
            "xxxx-xxxx-xxxx",
            "\"\"",
            "''",
            "\"none\"",
            "changeme",
            "CHANGEME",
            "ChangeMe!",
            "change-me",
            "CHANGE_ME",
            "\"changeme\"",
            "'changeme'",
            "<changeme>",
            "changeme\n",
            "\uFEFFchangeme",
            "secret",
            "Secret",
            "\"secret\"",
            "todo",
            "TODO",
            "tbd",
            "undefined",
            "placeholder",
            "<placeholder>",
            "REPLACE_ME",
            "replace-me-please",
            "password",
            "your-secret",
            "<your-webhook-secret>",
            // What a reviewer found taken for keys: words in between, behind a prefix, not
            // expanded.
            "your-lemma-webhook-secret",
            "YOUR_LAMBA_SECRET",
            "please-change-me",
            "REPLACE_WITH_YOUR_SECRET",
            "whsec_secret",
            "whsec_12345678",
            // Another reviewer's: words alone, the first of which tells.
            "TODO-later",
            "tbd: ask ops",
            "to_be_defined",
            "test-secret",
            "example_signing_secret",
            "whsec_dummy-value",
            "${LEMMA_WEBHOOK_SECRET}",
            "$LEMMA_WEBHOOK_SECRET",
            "%LEMMA_WEBHOOK_SECRET%",
            "YOUR_API_KEY_HERE",
            "insert-secret-here",
            "whsec_",
            "whsec_xxxxxxxx",
            "whsec_...",
            "whsec_\u2026",
            "whsec_changeme",
            "whsec_none",
            "lma_xxxxxxxxxxxx",
            "********",
            "........",
            "00000000",
            "12345678",
            "LEMMA_WEBHOOK_SECRET=",
            "LEMMA_WEBHOOK_SECRET=changeme",
            "export SECRET='none'",
            "",
            " ",
            "\n",
            "\"   \"",
            "'\t        '",
            "\u2003\u2003\u2003\u2003")
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("placeholders")
  void read_placeholder_isNoSecret(String text) {
    // What a deploy leaves where nobody put a secret yet, "None" or two quotes, signed deliveries.
    assertRefused("", text);
    assertRefused("", "{\"secret\":\"" + escaped(text) + "\"}");
    assertRefused("value 2 of 2", "[\"" + SECRET + "\",\"" + escaped(text) + "\"]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a1b2c3d", "\"a1b2c3\"", "a1b2c3d\n\n", "  a1b2  ", "ひみ"})
  void read_fewerThanEightBytes_isNoSecretWhateverStandsAroundIt(String text) {
    // A secret of one letter was taken, and so was one that quotes made long enough.
    assertRefused("at least 8 bytes", text);
    assertEquals(List.of("a1b2c3d4"), SecretText.read("a1b2c3d4"));
  }

  @Test
  void readOne_apiKey_isReadLikeASecret() {
    // An API key in an object was sent as the whole object, and a placeholder was sent as it stood.
    assertEquals("lma_4f2a9c", SecretText.readOne(" lma_4f2a9c\n"));
    assertEquals("lma_4f2a9c", SecretText.readOne("{\"key\":\"lma_4f2a9c\"}"));
    assertThrows(IllegalArgumentException.class, () -> SecretText.readOne("None"));
    assertThrows(
        IllegalArgumentException.class,
        () -> SecretText.readOne("[\"lma_4f2a9c\",\"lma_4f2a9d\"]"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`whsec_4f2a9c\n`, ends with a line break",
        "`whsec_4f2a9c\r\n`, ends with a carriage return and a line break",
        "`whsec_4f2a9c\r`, ends with a carriage return",
        "` whsec_4f2a9c`, has blanks around it",
        "`\uFEFFwhsec_4f2a9c`, begins with a byte-order mark",
        "\"whsec_4f2a9c\", has quotes around it",
        "'whsec_4f2a9c', has quotes around it",
        "LEMMA_WEBHOOK_SECRET=whsec_4f2a9c, is written as NAME=value",
        "`export LEMMA_WEBHOOK_SECRET='whsec_4f2a9c'`, is written as NAME=value",
        "secret=whsec_4f2a9c, is written as NAME=value",
        "`LEMMA_WEBHOOK_SECRET: whsec_4f2a9c`, is written as NAME=value",
        "`whsec_4f2a9c,`, ends with a comma",
        "`\"whsec_4f2a9c\",`, ends with a comma",
        "`whsec_4f2a9c;\n`, ends with a comma or a semicolon",
        "`whsec_4f2a9c\u00A0`, has an invisible character",
        "`whsec_\u200B4f2a9c`, has an invisible character",
        "`\uFFFD\uFFFDw\0h\0s\0e\0c\0_\0004\0f\0002\0a\0009\0c\0`, is in UTF-16"
      })
  void warnings_whatIsHardlyMeant_isNamedAndMeantIsWhatIsInIt(String text, String expected) {
    // The secret was stored by echo, by an editor or by an env file, and nothing said so.
    String warnings = String.join("; ", SecretText.warnings(text));
    assertTrue(warnings.contains(expected), warnings);
    assertFalse(warnings.contains("4f2a9c"), "the secret");
    assertEquals(SECRET, SecretText.meant(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SECRET,
        "[\"whsec_4f2a9c\"]\n",
        "dGhpcyBpcyBhIHNlY3JldCE=",
        "dGhpcyBpcyBhIHNlY3JldA==",
        "x=y+z/0123456789",
        "test_8f3a91c0de",
        "a:b:c:0123456789"
      })
  void warnings_secretAsItShouldBe_areNone(String text) {
    assertEquals(List.of(), SecretText.warnings(text));
  }

  private static String escaped(String text) {
    return text.replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
  }

  private static void assertRefused(String expected, String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> SecretText.read(text), () -> text);
    String message = String.valueOf(refusal.getMessage());
    assertTrue(message.contains(expected), message);
    assertFalse(message.contains("4f2a9c"), "the secret");
  }
}
