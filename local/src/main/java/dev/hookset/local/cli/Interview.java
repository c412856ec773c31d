package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions with an answer for each that is taken where nobody gives another. Of a pipe each line
 * is an answer; nobody can be asked again there, so a bad one ends it.
 */
final class Interview {
  private final Terminal terminal;
  private final PrintWriter out;

  Interview(Terminal terminal, PrintWriter out) {
    this.terminal = terminal;
    this.out = out;
  }

  /**
   * Asks.
   *
   * @param question what it is about, and what may be answered
   * @param usual the answer that is taken for none
   * @param flaw says in a sentence what is wrong with an answer; null if it is good
   */
  String ask(String question, String usual, Function<String, @Nullable String> flaw) {
    String shown = question + " [" + usual + "]: ";
    while (true) {
      out.flush();
      String given = terminal.ask(shown);
      String answer = given == null || given.isBlank() ? usual : given.strip();
      if (!terminal.isInteractive()) {
        out.println(shown + Printable.of(answer));
      }
      String wrong =
          answer.codePoints().anyMatch(c -> Character.isISOControl(c) || c == '\\')
              ? "a backslash or a control character cannot stand there"
              : flaw.apply(answer);
      if (wrong == null) {
        return answer;
      }
      if (!terminal.isInteractive() || given == null) {
        throw Problem.ofTheCommandLine(Printable.argument(answer) + ": " + wrong);
      }
      out.println("  " + wrong + ".");
    }
  }
}
