package dev.hookset.local.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints what a shell completes the commands by. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Print the script that completes what is typed in bash or zsh.",
      "",
      "Keep it in a file, and have ~/.bashrc or ~/.zshrc read that file with `source`. It completes"
          + " commands and options, whichever way `hookset` is called."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./hookset completion")
final class CompletionCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("hookset", hookset.commandLine()));
    out.flush();
    return Hookset.OK;
  }
}
