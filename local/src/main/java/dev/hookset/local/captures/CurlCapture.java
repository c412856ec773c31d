package dev.hookset.local.captures;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command for curl, as a browser or our page copies it, or the lines of one that hold its
 * headers.
 */
final class CurlCapture {
  private static final Set<String> WITH_A_VALUE =
      Set.of(
          "-d",
          "--data",
          "--data-raw",
          "--data-binary",
          "--data-ascii",
          "--data-urlencode",
          "--json",
          "-F",
          "--form",
          "-o",
          "--output",
          "-u",
          "--user",
          "-m",
          "--max-time",
          "-x",
          "--proxy",
          "-T",
          "--upload-file",
          "--connect-timeout",
          "--resolve",
          "--cacert",
          "--cert",
          "--key",
          "-w",
          "--write-out",
          "--retry");

  private static final Set<String> POSTING =
      Set.of(
          "-d",
          "--data",
          "--data-raw",
          "--data-binary",
          "--data-ascii",
          "--data-urlencode",
          "--json",
          "-F",
          "--form");

  private final Map<String, String> headers = new LinkedHashMap<>();
  private @Nullable String method;
  private @Nullable String url;
  private boolean posts;

  private CurlCapture() {}

  static CapturedRequest read(String text) {
    List<String> words = words(text);
    int curl = 0;
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).matches("(?:.*/)?curl(?:\\.exe)?")) {
        curl = i + 1;
        break;
      }
    }
    CurlCapture capture = new CurlCapture();
    capture.read(words.subList(curl, words.size()));
    String method = capture.method;
    return new CapturedRequest(
        method == null && capture.posts ? "POST" : method, capture.url, capture.headers);
  }

  private void read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(END)) {
        return;
      }
      String option = word;
      String value = i + 1 < words.size() ? words.get(i + 1) : "";
      boolean isNext = true;
      if (word.startsWith("--") && word.indexOf('=') > 0) {
        option = word.substring(0, word.indexOf('='));
        value = word.substring(word.indexOf('=') + 1);
        isNext = false;
      } else if (word.startsWith("-") && !word.startsWith("--") && word.length() > 2) {
        // Short options may be written together, the last of them with its value.
        int takes = firstThatTakes(word);
        if (takes > 0) {
          option = "-" + word.charAt(takes);
          isNext = takes == word.length() - 1;
          value = isNext ? value : word.substring(takes + 1);
        }
      }
      if (take(option, value)) {
        i += isNext ? 1 : 0;
      }
    }
  }

  private static int firstThatTakes(String word) {
    for (int i = 1; i < word.length(); i++) {
      String option = "-" + word.charAt(i);
      if (WITH_A_VALUE.contains(option) || "HXAbe".indexOf(word.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Returns whether the option has taken its value. */
  private boolean take(String option, String value) {
    switch (option) {
      case "-H", "--header" -> header(value);
      case "-X", "--request" -> method = value.toUpperCase(Locale.ROOT);
      case "--url" -> url = value;
      case "-A", "--user-agent" -> CapturedRequest.add(headers, "user-agent", value);
      case "-b", "--cookie" -> CapturedRequest.add(headers, "cookie", value);
      case "-e", "--referer" -> CapturedRequest.add(headers, "referer", value);
      default -> {
        posts |= POSTING.contains(option);
        if (!option.startsWith("-") && url == null && option.matches("\\S*[./:]\\S*")) {
          url = option.contains("://") ? option : "http://" + option;
        }
        return WITH_A_VALUE.contains(option);
      }
    }
    return true;
  }

  private void header(String text) {
    int colon = text.indexOf(':');
    if (colon > 0 && !text.substring(colon + 1).isBlank()) {
      CapturedRequest.add(
          headers, text.substring(0, colon).strip(), text.substring(colon + 1).strip());
    } else if (colon < 0 && text.endsWith(";")) {
      CapturedRequest.add(headers, text.substring(0, text.length() - 1), "");
    }
  }

  // --- A shell's words

  /** Where another command begins. */
  private static final String END = "\n";

  /** Splits a text as a shell does: quotes of all kinds, and lines that go on. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : '\0';
      if ((c == '\\' || c == '^' || c == '`') && (next == '\n' || next == '\r')) {
        i += next == '\r' && i + 2 < text.length() && text.charAt(i + 2) == '\n' ? 2 : 1;
      } else if (Character.isWhitespace(c)) {
        word = ended(words, word);
      } else if (word == null && "|;&".indexOf(c) >= 0) {
        words.add(END);
      } else {
        word = word == null ? new StringBuilder() : word;
        if (c == '\'' || c == '"') {
          i = quoted(text, i, c, false, word);
        } else if (c == '$' && next == '\'') {
          i = escaped(text, i + 1, word);
        } else if (c == '^' && next != '\0') { // As the command line of Windows escapes.
          i = next == '"' ? quoted(text, i + 1, '"', true, word) : i + 1;
          if (next != '"') {
            word.append(next);
          }
        } else if (c == '\\' && next != '\0') {
          word.append(next);
          i++;
        } else {
          word.append(c);
        }
      }
    }
    ended(words, word);
    return words;
  }

  private static @Nullable StringBuilder ended(List<String> words, @Nullable StringBuilder word) {
    if (word != null) {
      words.add(word.toString());
    }
    return null;
  }

  /**
   * Adds what is quoted from {@code start} on, and returns where its end is.
   *
   * @param carets whether a caret escapes, the quotes at both ends too
   */
  private static int quoted(
      String text, int start, char quote, boolean carets, StringBuilder word) {
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      char next = i + 1 < text.length() ? text.charAt(i + 1) : '\0';
      if (carets ? c == '^' && next == quote : c == quote) {
        return carets ? i + 1 : i;
      }
      if (carets && text.startsWith("\\^\"", i)) {
        word.append('"');
        i += 2;
      } else if ((carets && c == '^')
          || (!carets && quote == '"' && c == '\\' && "\"\\$`".indexOf(next) >= 0)) {
        word.append(next);
        i++;
      } else {
        word.append(c);
      }
    }
    return text.length();
  }

  /** Adds what stands in {@code $'…'}, whose escapes are those of C. */
  private static int escaped(String text, int start, StringBuilder word) {
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'') {
        return i;
      }
      if (c != '\\' || i + 1 == text.length()) {
        word.append(c);
        continue;
      }
      char kind = text.charAt(++i);
      switch (kind) {
        case 'n' -> word.append('\n');
        case 'r' -> word.append('\r');
        case 't' -> word.append('\t');
        case 'u', 'x' -> {
          int end = i + 1;
          while (end < text.length()
              && end <= i + (kind == 'u' ? 4 : 2)
              && Character.digit(text.charAt(end), 16) >= 0) {
            end++;
          }
          if (end > i + 1) {
            word.append((char) Integer.parseInt(text.substring(i + 1, end), 16));
          }
          i = end - 1;
        }
        default -> word.append(kind);
      }
    }
    return text.length();
  }
}
