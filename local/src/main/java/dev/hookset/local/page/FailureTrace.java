package dev.hookset.local.page;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a handler threw and where, as Java prints it. It is for the developer's eyes alone. */
final class FailureTrace {
  /** A recursion without an end has a thousand. */
  private static final int MOST_LINES = 200;

  private static final int LONGEST_LINE = 2_000;

  /** A frame of the user's room; before its class may stand a loader's name and a module's. */
  private static final Pattern OWN = Pattern.compile("\\s*at (?:[^\\s(/]*/)*app\\..*");

  private FailureTrace() {}

  static String of(Throwable failure) {
    StringWriter text = new StringWriter();
    try {
      failure.printStackTrace(new PrintWriter(text));
    } catch (RuntimeException | Error e) {
      // It is the user's class, and need not be able to say what it is.
      return failure.getClass().getName();
    }
    List<String> lines = text.toString().lines().toList();
    String kept =
        lines.stream()
            .limit(MOST_LINES)
            .map(line -> line.substring(0, Math.min(line.length(), LONGEST_LINE)))
            .collect(Collectors.joining("\n"));
    return lines.size() <= MOST_LINES
        ? kept
        : kept + "\n\t... " + (lines.size() - MOST_LINES) + " more lines";
  }

  /** Returns whether a line of a trace is a frame of the user's own code. */
  static boolean isOwn(String line) {
    return OWN.matcher(line).matches();
  }
}
