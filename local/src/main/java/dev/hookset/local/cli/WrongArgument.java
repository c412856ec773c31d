package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line without repeating what might be a secret. */
final class WrongArgument {
  private static final Pattern OPTION =
      Pattern.compile("(--[a-z][a-z0-9-]{0,30}|-[a-zA-Z])(?:=.*)?", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("[a-z]{1,12}");

  private WrongArgument() {}

  static String explain(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(unmatched);
    }
    String value = e.getValue();
    String message = String.valueOf(e.getMessage());
    return value == null || value.isEmpty()
        ? message
        : message.replace("'" + value + "'", Printable.argument(value));
  }

  private static String unmatched(UnmatchedArgumentException e) {
    List<String> arguments = e.getUnmatched();
    String first = arguments.getFirst();
    Matcher option = OPTION.matcher(first);
    String suggestions =
        e.getSuggestions().isEmpty()
            ? ""
            : "; did you mean " + String.join(" or ", e.getSuggestions()) + "?";
    if (first.startsWith("-")) {
      return option.matches()
          ? "there is no option '" + option.group(1) + "'" + suggestions
          : "there is an unknown option; an argument that begins with - goes behind --";
    }
    if (e.getCommandLine().getParent() == null && WORD.matcher(first).matches()) {
      return "there is no command '" + first + "'" + suggestions;
    }
    return arguments.size() == 1
        ? "there is an argument too many"
        : "there are " + arguments.size() + " arguments too many";
  }
}
