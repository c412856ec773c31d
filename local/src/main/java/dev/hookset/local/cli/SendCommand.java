package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.samples.DeliveryRequest;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Signs a delivery and posts it. */
@Command(
    name = "send",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sign a delivery and post it.",
      "",
      "Unless a body is given, it is a sample of functions/src/test/resources/samples, with a fresh"
          + " ID and time.",
      "",
      "Exits with 0 if it was answered as it should be: accepted, or refused if it was"
          + " tampered with or stale."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset send lemma",
      "  ./hookset send stripe invoice.paid --duplicate",
      "  ./hookset send lymnus --body payload.json --tamper",
      "  LAMBA_WEBHOOK_SECRET=... \\",
      "    ./hookset send lamba --url https://example.com/webhooks/lamba"
    })
final class SendCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Mixin private DeliveryOptions delivery;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where to (default: the provider's URL at the running `dev`).")
  private @Nullable String url;

  @Option(names = "--json", description = "One JSON object a line for each answer.")
  private boolean json;

  @ArgGroup private @Nullable Variant variant;

  private static final class Variant {
    @Option(names = "--duplicate", description = "Send it twice.")
    private boolean duplicate;

    @Option(names = "--tamper", description = "Change a byte of the body after signing.")
    private boolean tamper;

    @Option(names = "--stale", description = "Make it too old.")
    private boolean stale;

    @Option(
        names = "--base64",
        description = "Call the body binary, so that it reaches the function in base64.")
    private boolean base64;
  }

  @Override
  public Integer call() {
    Variant chosen = variant == null ? new Variant() : variant;
    URI target = target();
    DeliveryRequest request = delivery.make(hookset, target, chosen.stale, chosen.tamper);
    PrintWriter out = spec.commandLine().getOut();
    boolean asItShould = true;
    try (Sender sender = new Sender()) {
      for (int i = 0; i < (chosen.duplicate ? 2 : 1); i++) {
        Sender.Answer answer = sender.send(target, request, chosen.base64);
        boolean refused = answer.status() == request.provider().refusalStatus();
        boolean expected = (chosen.stale || chosen.tamper) ? refused : answer.isSuccess();
        asItShould &= expected;
        out.println(
            json
                ? new Json()
                    .put("provider", request.provider().name())
                    .put("url", target)
                    .put("status", answer.status())
                    .put("answer", answer.body())
                    .put("asExpected", expected)
                : (answer.status() + " " + Printable.of(answer.body(), 300)).strip());
      }
    }
    out.flush();
    return asItShould ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  private URI target() {
    if (url == null) {
      return URI.create(
          "http://127.0.0.1:"
              + Ports.of(hookset.state()).http()
              + "/webhooks/"
              + delivery.provider().name());
    }
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null
          && uri.getPort() <= 65_535
          && ("http".equalsIgnoreCase(uri.getScheme())
              || "https".equalsIgnoreCase(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Falls through: the message below says what was expected.
    }
    throw Problem.ofTheCommandLine(
        Printable.argument(url)
            + " is not a URL to post to; one looks like https://example.com/webhooks/lemma");
  }
}
