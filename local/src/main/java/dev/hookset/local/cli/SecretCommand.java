package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Gives a provider's secret to a stack, and lists which are set. */
@Command(
    name = "secret",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Give a provider's secret to a stack; without PROVIDER, list which are set.",
      "",
      "Asks for it without showing it, or reads what is piped in; it is never an argument, so it"
          + " stands in no history. On a deployed stack it goes into Secrets Manager, nothing is"
          + " deployed, and the command waits until the function has it. Without --stack it is kept"
          + " in .hookset/ for `dev`, which takes it while it runs, `send` and `verify`; the"
          + " environment goes before it. For Lamina it is an API key, or the public key itself.",
      "",
      "The same command rotates: the one before stays good for 48 hours (RotationGrace). Where you"
          + " choose the secret (Lucid, Lymnus), use --generate, and give the new one to the"
          + " provider five minutes later. Where the provider makes it (Lemma, Lamba), add a second"
          + " endpoint there for the same URL, give its secret here, and delete the first endpoint"
          + " once the new key verifies; docs/runbook.md says why. Lamina's signing key rotates by"
          + " itself; an API key is revoked after the new one is here.",
      "",
      "A secret is shown by its fingerprint, eight digits from which it cannot be found out. Which"
          + " one verified last is listed here for the local stack, and by *Keys that verify* on"
          + " the dashboard of a deployed one. When the old one leaked, do not wait out its grace:"
          + " --forget-previous."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset secret lemma --stack hookset",
      "  ./hookset secret lucid --stack hookset --generate",
      "  ./hookset secret --stack hookset",
      "  ./hookset secret lemma"
    })
final class SecretCommand implements Callable<Integer> {
  /** Whose console makes the secret. */
  private static final Set<String> MAKE_THEIR_SECRET = Set.of("lemma", "lamba");

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      description = "Whose secret (default: list all).")
  private @Nullable String provider;

  @Option(
      names = "--generate",
      description = "Make the secret, and print it once, to be given to the provider.")
  private boolean generate;

  @Option(
      names = "--forget-previous",
      description = "Give no new one; end the grace of the one before.")
  private boolean forgetPrevious;

  @Option(
      names = "--json",
      description =
          "One JSON object, or, without PROVIDER, one a line for each secret; what is said besides"
              + " goes to the standard error.")
  private boolean json;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  @Override
  public Integer call() {
    if (generate && forgetPrevious) {
      throw Problem.ofTheCommandLine("--generate and --forget-previous exclude each other");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (provider == null) {
      list(out);
      out.flush();
      return Hookset.OK;
    }
    Provider chosen = ProviderNames.named(provider);
    requireGenerable(chosen);
    PrintWriter said = json ? spec.commandLine().getErr() : out;
    Json result = new Json();
    int code =
        target.isDeployed()
            ? target.withDeployed(
                hookset, stack -> give(chosen, said, result, new DeployedSecrets(hookset, stack)))
            : give(chosen, said, result, new LocalSecrets(hookset));
    said.flush();
    if (json) {
      out.println(result);
      out.flush();
    }
    return code;
  }

  private int give(Provider chosen, PrintWriter said, Json result, SecretPlace place) {
    if (forgetPrevious) {
      place.forgetPrevious(chosen, said, result);
      return Hookset.OK;
    }
    return place.give(
        chosen, new SecretInput(hookset.terminal(), said, generate, !json), said, result);
  }

  private void list(PrintWriter out) {
    if (generate || forgetPrevious) {
      throw Problem.ofTheCommandLine("whose secret? Name a provider");
    }
    if (target.isDeployed()) {
      target.withDeployed(
          hookset,
          stack -> {
            new DeployedSecrets(hookset, stack).list(out, json, width);
            return Hookset.OK;
          });
    } else {
      new LocalSecrets(hookset).list(out, json, width);
    }
  }

  private void requireGenerable(Provider chosen) {
    if (generate && (MAKE_THEIR_SECRET.contains(chosen.name()) || chosen.publishedKeys() != null)) {
      throw Problem.ofTheCommandLine(
          "--generate is for who takes a secret from you. " + chosen.whereToFindTheKey());
    }
  }
}
