package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.local.captures.CapturedRequest;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.StackKeys;
import dev.hookset.local.troubleshooting.Case;
import dev.hookset.local.troubleshooting.Diagnosis;
import dev.hookset.local.troubleshooting.KeyRing;
import dev.hookset.local.troubleshooting.Troubleshooter;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Says whether a signature holds, and if not, why. */
@Command(
    name = "verify",
    customSynopsis = "hookset verify [OPTIONS] PROVIDER --headers FILE --body FILE",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say whether a delivery's signature holds and, if not, why.",
      "",
      "Judges as the functions do, step by step, and tries the usual mistakes. The"
          + " keys are those of `./hookset dev` (the environment's, else the development"
          + " ones), those of a deployed stack with --stack, or those in --secret FILE. No"
          + " key is ever printed, only its fingerprint. Each FILE may be - for"
          + " standard input, one of them at most."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset verify lemma --headers headers.txt --body body.json",
      "  ./hookset verify lamba --headers h.txt --body b.json --at 2h --stack hookset",
      "  ./hookset verify lucid --headers h.json --body b.json --secret secret.txt",
      "  ./hookset verify twilio --headers h --body b --url https://example.com/sms"
    })
final class VerifyCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      hideParamSyntax = true,
      description = "To whose URL it was sent.")
  private String provider = "";

  @Option(
      names = "--headers",
      paramLabel = "FILE",
      description =
          "Its headers: a line for each, as `Name: value`; what curl -v prints or a browser copies"
              + " for curl; or JSON: an object, a list of pairs, an event of API Gateway, an archive"
              + " (HAR) of one request.")
  private @Nullable String headers;

  @Option(names = "--body", paramLabel = "FILE", description = "Its body, byte for byte.")
  private @Nullable String body;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The whole address that it was sent to, as the sender has it: Twilio, HubSpot and Square"
              + " sign it (default: as the function knows it, by <PROVIDER>_WEBHOOK_URL, else by"
              + " --headers FILE).")
  private @Nullable String url;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "When it came: 2026-06-01T12:00:00Z, or 2h for two hours ago (default: now).")
  private @Nullable String at;

  @Option(
      names = "--secret",
      paramLabel = "FILE",
      description =
          "Where the secret or public key is; several files mean that each is in use. Not the"
              + " secret itself: a command line is kept in a history, and seen by others.")
  private List<String> secrets = List.of();

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  @Override
  public Integer call() {
    Provider whose = ProviderNames.named(provider);
    if (headers == null || body == null) {
      throw Problem.ofTheCommandLine("both --headers FILE and --body FILE are needed");
    }
    if (Stream.concat(Stream.of(headers, body), secrets.stream()).filter("-"::equals).count() > 1) {
      throw Problem.ofTheCommandLine("only one of the files can be -, standard input");
    }
    CapturedRequest request = InputFile.readRequest(headers);
    Body bytes = Body.wrap(InputFile.read(body, "body"));
    Instant now = hookset.clock().instant();
    Judge judge = judge(whose);
    Diagnosis diagnosis =
        Troubleshooter.examine(
            new Case(
                whose,
                Addresses.of(whose, url, request, judge.variables(), judge.url()),
                request.headers(),
                bytes,
                at == null ? now : Times.read(at, now),
                judge.keys(),
                Case.Terms.of(whose, judge.variables())));
    Verdict verdict = new Verdict(diagnosis, judge.keys());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(verdict.json());
    } else {
      verdict.print(out, hookset.terminal(), width.or(Table.Fit.WRAPPED));
    }
    out.flush();
    return diagnosis.holds() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  /**
   * What a function judges by.
   *
   * @param variables those of its environment
   * @param url where it is reached, as far as that is known
   */
  private record Judge(KeyRing keys, Map<String, String> variables, @Nullable String url) {}

  private Judge judge(Provider whose) {
    LocalKeys local = new LocalKeys(hookset.environment(), hookset.localEnvironment());
    try {
      if (!target.isDeployed()) {
        return new Judge(local.of(whose, secrets), hookset.environment(), null);
      }
      Instant now = hookset.clock().instant();
      return target.withDeployed(
          hookset,
          stack -> {
            StackKeys keys = new StackKeys(stack);
            return new Judge(
                secrets.isEmpty() ? keys.ring(whose, now) : local.of(whose, secrets),
                keys.variables(whose),
                Case.signsUrl(whose) ? stack.url(whose).toString() : null);
          });
    } catch (IllegalArgumentException e) {
      throw new Problem(Printable.of(String.valueOf(e.getMessage())));
    }
  }
}
