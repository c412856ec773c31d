package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the URLs to paste into the providers' consoles. */
@Command(
    name = "urls",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Print the URLs to paste into the providers' consoles.",
      "",
      "Those of `./hookset dev`, under the saved public URL if there is one, or of a"
          + " deployed stack."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./hookset urls", "  ./hookset urls --stack hookset --region eu-central-1"})
final class UrlsCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Mixin private LocalPort port;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, URI> urls = target.isDeployed() ? deployed() : local();
    if (json) {
      Json object = new Json();
      urls.forEach(object::put);
      out.println(object);
    } else {
      Table table = new Table("provider", "URL for its console");
      urls.forEach((provider, url) -> table.add(provider, Printable.of(url.toString())));
      table.print(out, width.or(Table.Fit.STACKED));
    }
    out.flush();
    return Hookset.OK;
  }

  private Map<String, URI> deployed() {
    return target.withDeployed(
        hookset,
        stack -> {
          Map<String, URI> urls = new LinkedHashMap<>();
          for (Provider provider : stack.providers()) {
            urls.put(provider.name(), stack.url(provider));
          }
          return urls;
        });
  }

  private Map<String, URI> local() {
    URI saved = new Settings(hookset.state()).publicUrl();
    String base = (saved == null ? port.address(hookset) : saved).toString();
    Map<String, URI> urls = new LinkedHashMap<>();
    for (Provider provider : LocalProviders.running(hookset)) {
      urls.put(provider.name(), URI.create(base + "/webhooks/" + provider.name()));
    }
    return urls;
  }
}
