package dev.hookset.local.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Calls of {@code ./hookset} that stand in a text. */
final class Calls {
  /** Up to what ends a call: a comment, a pipe, another command, a backquote. */
  private static final Pattern CALL = Pattern.compile("\\./hookset((?: +[^ #|&`;]+)+)");

  private Calls() {}

  /** Returns the calls in a line that begin with a command, without {@code ./hookset}. */
  static List<String> in(String line) {
    List<String> calls = new ArrayList<>();
    Matcher matcher = CALL.matcher(line);
    while (matcher.find()) {
      calls.add(matcher.group(1).strip());
    }
    return calls;
  }

  /** Throws if there is no such command, or if it has no such option. */
  static void parse(CommandLine commandLine, String call) {
    String[] arguments = call.split(" +");
    try {
      CommandLine.ParseResult parsed = commandLine.parseArgs(arguments);
      if (!parsed.hasSubcommand()) {
        throw new AssertionError("./hookset " + call + " names no command");
      }
    } catch (CommandLine.ParameterException e) {
      throw new AssertionError("./hookset " + call + ": " + e.getMessage(), e);
    }
  }
}
