package dev.hookset.local.captures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Headers in lines: as they go over the wire, as {@code curl -v} prints them, as a browser's or a
 * tunnel's page has them copied.
 */
final class LinesCapture {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern REQUEST =
      Pattern.compile("([A-Z]{3,10}) ((?:/|https?://)\\S*)(?: HTTP/[0-9.]+)?\\s*");
  private static final Pattern HEADER =
      Pattern.compile("[\"']?(" + TOKEN + "?)[\"']?\\s*:(?:\\s+(.*)|([^\\s].*)|)");
  private static final Pattern TABBED = Pattern.compile("(" + TOKEN + ")\\t+(.*)");

  /** What HTTP/2 has in place of the first line, and what a browser's page calls it. */
  private static final Pattern PSEUDO =
      Pattern.compile(
          ":(method|path|authority|scheme)\\s*:\\s*(.*)|Request (Method|URL)\\s*:\\s*(.*)");

  private final Map<String, String> headers = new LinkedHashMap<>();
  private @Nullable String method;
  private @Nullable String target;
  private @Nullable String scheme;
  private @Nullable String last;
  private boolean isLastEmpty;

  private LinesCapture() {}

  static CapturedRequest read(String text) {
    List<String> lines = unindented(ofTheRequest(text.lines().toList()));
    LinesCapture capture = new LinesCapture();
    lines.forEach(capture::line);
    if (capture.headers.isEmpty()) {
      for (String line : lines) {
        Matcher tabbed = TABBED.matcher(line);
        if (tabbed.matches()) {
          CapturedRequest.add(capture.headers, tabbed.group(1), tabbed.group(2).strip());
        }
      }
    }
    String scheme = capture.scheme;
    return new CapturedRequest(
        capture.method,
        scheme == null
            ? CapturedRequest.url(capture.target, capture.headers)
            : CapturedRequest.url(scheme, capture.target, capture.headers),
        capture.headers);
  }

  /** curl -v prints the answer's headers, too. */
  private static List<String> ofTheRequest(List<String> lines) {
    for (String mark : List.of(">", "<")) {
      if (lines.stream().anyMatch(line -> line.startsWith(mark + " "))) {
        return lines.stream()
            .filter(line -> line.startsWith(mark))
            .map(line -> line.length() > 1 ? line.substring(2) : "")
            .toList();
      }
    }
    return lines;
  }

  private static List<String> unindented(List<String> lines) {
    int indent =
        lines.stream()
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElse(0);
    return lines.stream()
        .map(line -> line.length() < indent ? "" : line.substring(indent))
        .toList();
  }

  private void line(String line) {
    if (line.isBlank()) {
      last = null;
      return;
    }
    Matcher header = HEADER.matcher(line.strip());
    boolean isIndented = Character.isWhitespace(line.charAt(0));
    // A header's value may go on in a line that is indented (RFC 9112, section 5.2).
    if (isIndented && last != null && !(isLastEmpty && header.matches())) {
      String name = last;
      headers.compute(name, (_, value) -> (value + " " + line.strip()).strip());
      isLastEmpty = false;
      return;
    }
    Matcher request = REQUEST.matcher(line);
    Matcher pseudo = PSEUDO.matcher(line.strip());
    if (method == null && request.matches()) {
      method = request.group(1);
      target = request.group(2);
    } else if (pseudo.matches()) {
      pseudo(pseudo);
    } else if (header.matches() && !header.group(1).isEmpty()) {
      String value = header.group(2) == null ? header.group(3) : header.group(2);
      add(header.group(1), value == null ? "" : unquoted(line.strip(), value));
    }
  }

  private void pseudo(Matcher pseudo) {
    String name = pseudo.group(1) == null ? pseudo.group(3) : pseudo.group(1);
    String value = (pseudo.group(1) == null ? pseudo.group(4) : pseudo.group(2)).strip();
    switch (name) {
      case "method", "Method" -> method = value;
      case "path", "URL" -> target = value;
      case "authority" -> headers.putIfAbsent("host", value);
      default -> scheme = value;
    }
    last = null;
  }

  private void add(String name, String value) {
    CapturedRequest.add(headers, name, value);
    last = name.toLowerCase(Locale.ROOT);
    isLastEmpty = value.isEmpty();
  }

  /** A line of a program's output, such as {@code "Name": "value",}. */
  private static String unquoted(String line, String value) {
    String bare = value.strip();
    if (!line.startsWith("\"") && !line.startsWith("'")) {
      return bare;
    }
    bare = bare.replaceFirst(",$", "");
    return bare.length() > 1 && bare.charAt(0) == bare.charAt(bare.length() - 1)
        ? bare.substring(1, bare.length() - 1)
        : bare;
  }
}
