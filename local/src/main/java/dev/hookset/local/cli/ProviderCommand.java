package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows what is known of a sender, and writes the description of one of the user's own. */
@Command(
    name = "provider",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Describe a sender of your own, or show what is known of one; without NAME, list all.",
      "",
      "`new NAME` asks what has to be known, each question with an answer that is taken for none,"
          + " and writes description, sample, vector and test into your room. From a pipe each line"
          + " is an answer.",
      "",
      "With --from it finds out how the sender signs: it takes a delivery as it was captured and the"
          + " secret, which it asks for unseen or reads from a pipe or --secret FILE, and tries what"
          + " senders do. The delivery becomes the test's, signed anew with a key that is made for"
          + " it; the secret is written nowhere."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset provider new acme",
      "  ./hookset provider new acme --from headers.txt body.json",
      "  ./hookset provider new acme --from h.txt b.json --url https://example.com/in",
      "  ./hookset provider stripe"
    })
final class ProviderCommand implements Callable<Integer> {
  private static final String NEW = "new";

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0..1",
      arity = "0..2",
      paramLabel = "[new] NAME",
      hideParamSyntax = true,
      description = "The sender: lower-case letters, digits and hyphens.")
  private List<String> words = List.of();

  @Option(
      names = "--from",
      arity = "2",
      paramLabel = "FILE",
      description =
          "A captured delivery: the file of its headers, as `verify` reads them, and that of its"
              + " body.")
  private List<String> from = List.of();

  @Option(
      names = "--secret",
      paramLabel = "FILE",
      description =
          "Where the secret or public key is that the delivery was signed with; - for standard"
              + " input. Not the secret itself.")
  private @Nullable String secret;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The whole address that the delivery was sent to, for a sender that signs it (default:"
              + " what the headers say).")
  private @Nullable String url;

  @Option(names = "--json", description = "One JSON object, or one a line; not for `new`.")
  private boolean json;

  @Mixin private TableWidth width;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    boolean isNew = !words.isEmpty() && words.getFirst().equals(NEW);
    if (!isNew) {
      if (!from.isEmpty() || secret != null || url != null) {
        throw Problem.ofTheCommandLine("--from, --secret and --url belong to `provider new NAME`");
      }
      if (words.size() > 1) {
        throw Problem.ofTheCommandLine(
            Printable.argument(words.getFirst()) + " is nothing that `provider` does; `new` is");
      }
      show(out);
    } else if (json) {
      throw Problem.ofTheCommandLine("--json is for what is known of senders, not for `new`");
    } else {
      if (words.size() != 2 || words.get(1).equals(NEW)) {
        throw Problem.ofTheCommandLine("which name? For example: ./hookset provider new acme");
      }
      return new NewSender(hookset, out, words.get(1), from, secret, url).write();
    }
    out.flush();
    return Hookset.OK;
  }

  private void show(PrintWriter out) {
    if (!words.isEmpty()) {
      SenderPage page = new SenderPage(ProviderNames.named(words.getFirst()));
      if (json) {
        out.println(page.json());
      } else {
        page.print(out, width.or(Table.Fit.WRAPPED));
      }
      return;
    }
    Table table = new Table("provider", "name", "signs");
    for (Provider each : Providers.all()) {
      SenderPage page = new SenderPage(each);
      if (json) {
        out.println(page.json());
      } else {
        table.add(each.name(), each.title(), page.signs());
      }
    }
    if (!json) {
      table.print(out, width.or(Table.Fit.SHORTENED));
    }
  }
}
