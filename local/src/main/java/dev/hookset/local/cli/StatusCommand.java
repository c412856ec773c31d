package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Table;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows what is saved. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show the saved public URL, and what `./hookset dev` keeps across restarts.",
    footerHeading = "%nExample:%n",
    footer = "  ./hookset status")
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    URI publicUrl = new Settings(hookset.state()).publicUrl();
    if (publicUrl == null) {
      out.println(
          "No public URL is saved; `./hookset dev --public-url URL --save-default` saves one.");
    } else {
      out.println("Public URL: " + publicUrl);
      Table table = new Table("provider", "URL for its console");
      for (Provider provider : Providers.deployed()) {
        table.add(provider.name(), publicUrl + "/webhooks/" + provider.name());
      }
      table.print(out);
    }
    out.println(
        Files.isDirectory(hookset.state().resolve("dynamodb"))
            ? "Records and messages are kept in " + hookset.state() + "."
            : "No records are kept yet.");
    return Hookset.OK;
  }
}
