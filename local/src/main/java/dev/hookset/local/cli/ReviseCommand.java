package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Changes the package, so that a deploy publishes new versions of the functions. */
@Command(
    name = "revise",
    mixinStandardHelpOptions = true,
    description = {
      "Make the next deploy publish new versions of the receivers.",
      "",
      "SAM publishes none when only a parameter's value has changed, and the aliases"
          + " would keep the old environment."
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ./hookset revise && sam build && sam deploy --parameter-overrides LemmaSecret=whsec_...")
final class ReviseCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Path file = hookset.home().resolve("functions/src/main/resources/revision");
    try {
      int revision = Integer.parseInt(Files.readString(file).strip()) + 1;
      Files.writeString(file, revision + "\n");
      spec.commandLine().getOut().println("The package is now revision " + revision + ".");
      return Hookset.OK;
    } catch (IOException e) {
      throw new Problem("cannot change " + file + ": " + e.getMessage());
    } catch (NumberFormatException e) {
      throw new Problem(file + " does not hold a number; write 1 into it");
    }
  }
}
