package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows what is saved. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Show the saved public URL, and what `./hookset dev` keeps across restarts.",
    footerHeading = "%nExample:%n",
    footer = "  ./hookset status")
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private TableWidth width;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    URI publicUrl = new Settings(hookset.state()).publicUrl();
    boolean recordsKept = Files.isDirectory(hookset.state().resolve("dynamodb"));
    Map<String, String> urls = new LinkedHashMap<>();
    if (publicUrl != null) {
      for (Provider provider : LocalProviders.running(hookset)) {
        urls.put(provider.name(), publicUrl + "/webhooks/" + provider.name());
      }
    }
    if (json) {
      out.println(
          new Json()
              .put("publicUrl", publicUrl)
              .put("urls", urls)
              .put("recordsKept", recordsKept)
              .put("folder", hookset.state()));
      return Hookset.OK;
    }
    if (publicUrl == null) {
      out.println(
          "No public URL is saved; `./hookset dev --public-url URL --save-default` saves one.");
    } else {
      out.println("Public URL: " + publicUrl);
      Table table = new Table("provider", "URL for its console");
      urls.forEach(table::add);
      table.print(out, width.or(Table.Fit.STACKED));
    }
    out.println(
        recordsKept
            ? "Records and messages are kept in " + hookset.state() + "."
            : "No records are kept yet.");
    return Hookset.OK;
  }
}
