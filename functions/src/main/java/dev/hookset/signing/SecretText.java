package dev.hookset.signing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text that an operator configured as a secret or an API key, and the only reader of it: the
 * functions, the doctor and the tools that sign or look for a mistake all ask here.
 *
 * <p>It is one secret as it stands, or a JSON array of several. A JSON object counts only if it has
 * exactly one member, whose value is the secret: of several, nobody can say which are secrets and
 * which are public words such as a provider's name. No message repeats any of it.
 */
public final class SecretText {
  private static final int SHORTEST = 8;
  private static final JsonFactory JSON = new JsonFactory();
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** An array or an object of JSON that holds something; no generated secret begins so. */
  private static final Pattern LIKE_JSON =
      Pattern.compile("[\\[{]\\s*[\\[{\"\\]}].*", Pattern.DOTALL);

  /** A line of a file of variables: the name is one of a variable, or speaks of a secret. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?:(?:export|set)\\s+|\\$env:)?"
              + "(?:[A-Z][A-Z0-9_]*|[A-Za-z_]*(?i:secret|key|token|webhook)[A-Za-z0-9_]*)"
              + "\\s*(?:=|:\\s)\\s*([^=\\s].*)",
          Pattern.DOTALL);

  /** What separates one value from the next in a list, and ends none. */
  private static final Pattern SEPARATOR_AT_THE_END = Pattern.compile("[,;]\\s*$");

  /** What a page or a chat brings along: blanks that do not break, and characters of no width. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cf}\\p{Zs}&&[^ \uFEFF]]");

  /** What a base64 text with its padding cannot be taken for. */
  private static final Pattern EMPTY_ASSIGNMENT =
      Pattern.compile("(?:(?:export|set)\\s+)?[A-Z0-9]+(?:_[A-Z0-9]+)+=");

  /** A variable that nobody has put a value in for. */
  private static final Pattern UNEXPANDED =
      Pattern.compile("\\$[A-Z_][A-Z0-9_]*|\\$\\{.*\\}|%[A-Za-z_]\\w*%");

  /** Placeholders without their punctuation, alone or behind a secret's usual prefix. */
  private static final Set<String> PLACEHOLDERS =
      Set.of(
          "changeit",
          "changeme",
          "changethis",
          "empty",
          "fixme",
          "missing",
          "na",
          "nil",
          "none",
          "notconfigured",
          "notset",
          "null",
          "placeholder",
          "replaceme",
          "replacethis",
          "tbd",
          "todo",
          "undefined",
          "unset");

  /** The same, where the whole text is no more than this. */
  private static final Set<String> WHOLE_PLACEHOLDERS =
      Set.of(
          "apikey",
          "example",
          "mysecret",
          "password",
          "secret",
          "secrethere",
          "secretkey",
          "signingsecret",
          "signingsecrethere",
          "thesecret",
          "webhooksecret",
          "webhooksecrethere",
          "12345678",
          "123456789",
          "1234567890");

  /** What shows a placeholder wherever it stands. */
  private static final Pattern TELLING =
      Pattern.compile("changeme|replaceme|replacewith|placeholder|pastesecret|pasteyour");

  /** What a placeholder begins with, a provider's name in its middle or not. */
  private static final Pattern REQUEST =
      Pattern.compile(
          "(?:your|insert|put|enter|paste)[a-z]{0,24}(?:secret|apikey|signingkey|webhookkey|key$)");

  /** Words alone, which say that there is no secret yet, or none of value. */
  private static final Pattern WORDS =
      Pattern.compile(
          "(?:todo|tbd|fixme|to[-_ ]be)(?:[-_ .:]+[a-z]+)+"
              + "|(?:example|sample|dummy|fake|test|demo)[-_ .](?:[a-z]+[-_ .])*(?:secret|key|value)");

  private SecretText() {}

  /**
   * Returns the secrets in {@code text}, each to be used as it stands.
   *
   * @return at least one
   * @throws IllegalArgumentException if one of them cannot be used, or it is not clear which they
   *     are: then none is. The message says why, in words that follow a colon
   */
  public static List<String> read(String text) {
    List<String> values = valuesIn(text);
    for (int i = 0; i < values.size(); i++) {
      String flaw = flaw(values.get(i));
      if (flaw != null) {
        throw new IllegalArgumentException(
            values.size() == 1
                ? "it " + flaw
                : "value " + (i + 1) + " of " + values.size() + " " + flaw);
      }
    }
    return values;
  }

  /**
   * Returns the only secret in {@code text}, without blanks around it: an API key, of which there
   * cannot be two.
   *
   * @throws IllegalArgumentException likewise
   */
  public static String readOne(String text) {
    List<String> values = read(text);
    if (values.size() > 1) {
      throw new IllegalArgumentException(
          "it has " + values.size() + " values where one is expected");
    }
    return values.getFirst().strip();
  }

  /**
   * Returns what is in {@code text} by mistake, most likely, and is used as a part of the secret
   * all the same: in words that follow a name, such as "ends with a line break".
   */
  public static List<String> warnings(String text) {
    List<String> values;
    try {
      values = valuesIn(text);
    } catch (IllegalArgumentException e) {
      return List.of(); // Whoever reads it says so.
    }
    List<String> warnings = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String which = values.size() == 1 ? "" : "value " + (i + 1) + " of " + values.size() + " ";
      oddities(values.get(i)).forEach(oddity -> warnings.add(which + oddity));
    }
    return List.copyOf(warnings);
  }

  /**
   * Returns the secret that was meant by one value: without byte-order mark, blanks, line breaks,
   * quotes and {@code NAME=} around it.
   */
  public static String meant(String value) {
    String bare =
        SEPARATOR_AT_THE_END
            .matcher(INVISIBLE.matcher(unmarked(value)).replaceAll(""))
            .replaceFirst("")
            .strip();
    Matcher assignment = ASSIGNMENT.matcher(bare);
    return unquoted(assignment.matches() ? assignment.group(1).strip() : unquoted(bare)).strip();
  }

  private static List<String> oddities(String value) {
    List<String> oddities = new ArrayList<>();
    if (isUtf16(value)) {
      oddities.add("is in UTF-16, as PowerShell writes a file");
    } else if (value.startsWith(BYTE_ORDER_MARK)) {
      oddities.add("begins with a byte-order mark, as an editor writes it");
    }
    String marked = unmarked(value);
    if (marked.endsWith("\r\n")) {
      oddities.add("ends with a carriage return and a line break");
    } else if (marked.endsWith("\n")) {
      oddities.add("ends with a line break");
    } else if (marked.endsWith("\r")) {
      oddities.add("ends with a carriage return, of a file with Windows line ends");
    } else if (!marked.equals(marked.strip())) {
      oddities.add("has blanks around it");
    }
    if (INVISIBLE.matcher(marked).find()) {
      oddities.add("has an invisible character in it, as a copy from a page brings along");
    }
    String bare = marked.strip();
    if (SEPARATOR_AT_THE_END.matcher(bare).find()) {
      oddities.add("ends with a comma or a semicolon, as in a list");
      bare = SEPARATOR_AT_THE_END.matcher(bare).replaceFirst("").strip();
    }
    Matcher assignment = ASSIGNMENT.matcher(bare);
    if (assignment.matches()) {
      oddities.add("is written as NAME=value, name and all");
      bare = assignment.group(1).strip();
    }
    if (!unquoted(bare).equals(bare)) {
      oddities.add("has quotes around it");
    }
    return oddities;
  }

  /** Text in UTF-16 that was read as UTF-8: its byte-order mark is none there. */
  private static boolean isUtf16(String value) {
    return value.indexOf('\0') >= 0;
  }

  private static String unmarked(String value) {
    String text = isUtf16(value) ? value.replace("\0", "").replace("\uFFFD", "") : value;
    return text.replace(BYTE_ORDER_MARK, "");
  }

  private static String unquoted(String text) {
    if (text.length() < 2) {
      return text;
    }
    char first = text.charAt(0);
    char last = text.charAt(text.length() - 1);
    boolean quoted =
        (first == last && (first == '"' || first == '\'' || first == '`'))
            || (first == '\u201C' && last == '\u201D')
            || (first == '\u2018' && last == '\u2019');
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** Returns why nobody may sign with {@code value}, in words that follow "it"; null if one may. */
  private static @Nullable String flaw(String value) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      return "holds half a character";
    }
    String meant = meant(value);
    if (meant.isEmpty() || EMPTY_ASSIGNMENT.matcher(meant).matches()) {
      return "is empty";
    }
    if (isPlaceholder(meant)) {
      return "is a placeholder and no secret";
    }
    int bytes = meant.getBytes(StandardCharsets.UTF_8).length;
    return bytes < SHORTEST
        ? "is too short: a secret has at least " + SHORTEST + " bytes, without quotes and blanks"
        : null;
  }

  private static boolean isPlaceholder(String meant) {
    String lower = meant.toLowerCase(Locale.ROOT);
    String core = lower.replaceFirst("^(?:whsec|lma)_", "");
    String letters = lettersOf(core);
    return core.codePoints().distinct().count() <= 1
        || (letters.isEmpty() && core.codePoints().distinct().count() <= 2)
        || (!letters.isEmpty() && letters.codePoints().distinct().count() == 1)
        || PLACEHOLDERS.contains(letters)
        || WHOLE_PLACEHOLDERS.contains(letters)
        || WHOLE_PLACEHOLDERS.contains(lettersOf(lower))
        || TELLING.matcher(letters).find()
        || REQUEST.matcher(letters).lookingAt()
        || WORDS.matcher(core).matches()
        || UNEXPANDED.matcher(meant).matches();
  }

  private static String lettersOf(String text) {
    StringBuilder letters = new StringBuilder();
    text.codePoints().filter(Character::isLetterOrDigit).forEach(letters::appendCodePoint);
    return letters.toString();
  }

  private static List<String> valuesIn(String text) {
    String bare = text.replace(BYTE_ORDER_MARK, "").strip();
    if (!bare.startsWith("[") && !bare.startsWith("{")) {
      return List.of(text);
    }
    List<String> values = new ArrayList<>();
    boolean others = false;
    try (JsonParser json = JSON.createParser(bare)) {
      boolean object = json.nextToken() == JsonToken.START_OBJECT;
      int members = 0;
      while (!json.nextToken().isStructEnd()) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          values.add(json.getText());
        } else if (json.currentToken() == JsonToken.FIELD_NAME) {
          members++;
        } else {
          others = true;
          json.skipChildren();
        }
      }
      if (json.nextToken() == null) {
        return valued(values, others, object, members);
      }
    } catch (IOException e) {
      // Jackson's message would quote the text.
    }
    if (LIKE_JSON.matcher(bare).matches()) {
      throw new IllegalArgumentException("it starts like JSON, but is not valid JSON");
    }
    return List.of(text);
  }

  private static List<String> valued(
      List<String> values, boolean others, boolean object, int members) {
    if (object && members != 1) {
      throw new IllegalArgumentException(
          "it is a JSON object of "
              + members
              + " members; put the secret alone, a JSON array of secrets, or an object of exactly"
              + " one member");
    }
    if (others) {
      throw new IllegalArgumentException(
          object
              ? "it is a JSON object whose only member is not a string"
              : "it is a JSON array, but not every entry is a string");
    }
    if (values.isEmpty()) {
      throw new IllegalArgumentException("there is no secret in it");
    }
    return values;
  }
}
