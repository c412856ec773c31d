package dev.hookset.local.cli;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.operator.Durations;
import dev.hookset.local.reconcile.Api;
import dev.hookset.local.reconcile.ApiProblem;
import dev.hookset.local.reconcile.Backfill;
import dev.hookset.local.reconcile.Comparison;
import dev.hookset.local.reconcile.Consoles;
import dev.hookset.local.reconcile.Lister;
import dev.hookset.local.reconcile.Listers;
import dev.hookset.local.reconcile.Sent;
import dev.hookset.local.reconcile.Silences;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

/** Compares what a provider has sent with the inbox. */
@Command(
    name = "reconcile",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compare what a provider says it has sent with the inbox: missing, extra, differing.",
      "",
      "Asks the API of Stripe, of GitHub, or of Svix, which others send by, too. Its key"
          + " comes from PROVIDER_API_TOKEN (such as STRIPE_API_TOKEN), from a file"
          + " (--api-key), or is asked for; it is never an argument. Of the other providers it"
          + " says which console to use, and what the inbox alone tells: silences out of the"
          + " ordinary, and until when is tried again what failed then.",
      "",
      "--backfill records what is missing as events, to be handled once like all others;"
          + " `./hookset show` says that they came by it. It asks first."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset reconcile stripe --since 2d --stack hookset",
      "  ./hookset reconcile github --hook repos/me/mine/hooks/123 --backfill",
      "  ./hookset reconcile svix --hook app/app_1/endpoint/ep_1 --since 2d",
      "  ./hookset reconcile lemma --since 14d --stack hookset"
    })
final class ReconcileCommand implements Callable<Integer> {
  private static final int LONGEST_ID = 100;

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "PROVIDER", description = "Whose.")
  private @Nullable String name;

  @Option(
      names = "--since",
      defaultValue = "24h",
      paramLabel = "TIME",
      description =
          "What happened from this time on: 2026-06-01, or 2d for two days ago (default:"
              + " ${DEFAULT-VALUE}).")
  private String since = "";

  @Option(
      names = "--hook",
      paramLabel = "PATH",
      description =
          "Which webhook: GitHub's repos/OWNER/REPO/hooks/ID or orgs/ORG/hooks/ID, Svix's"
              + " app/APP/endpoint/ENDPOINT.")
  private @Nullable String hook;

  @Option(
      names = "--api-url",
      paramLabel = "URL",
      description = "Where its API is, if elsewhere, such as GitHub Enterprise's.")
  private @Nullable URI apiUrl;

  @Option(
      names = "--api-key",
      paramLabel = "FILE",
      description = "A file with the API's key; - for standard input.")
  private @Nullable String keyFile;

  @Option(names = "--backfill", description = "Record what is missing, and have it handled.")
  private boolean backfill;

  @Option(names = "--yes", description = "With --backfill: do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private Target target;

  @Override
  public Integer call() {
    Provider provider = ProviderNames.named(name == null ? "" : name);
    Instant now = hookset.clock().instant();
    Instant from = Times.read(since, now);
    Listers listers = Listers.of(provider.name());
    if (listers == null) {
      if (backfill || hook != null) {
        throw Problem.ofTheCommandLine(
            provider.title() + " has no API that lists what it has sent: " + Consoles.of(provider));
      }
      return target.with(hookset, parts -> silences(provider, parts, from, now));
    }
    if (!listers.isHook(hook)) {
      throw Problem.ofTheCommandLine(
          listers.form().isEmpty()
              ? provider.title() + " has one list for all; leave --hook out"
              : "which webhook? Say --hook " + listers.form());
    }
    String key = key(provider);
    return target.with(
        hookset,
        parts -> {
          try (Api api =
              new Api(
                  provider.title(),
                  apiUrl == null ? listers.base() : apiUrl,
                  listers.headers(key),
                  hookset.clock(),
                  hookset.terminal()::pause,
                  this::tell)) {
            return compare(listers.lister(api, provider.name(), hook), provider, parts, from, now);
          } catch (ApiProblem e) {
            throw new Problem(Printable.of(String.valueOf(e.getMessage())));
          }
        });
  }

  private String key(Provider provider) {
    String variable = provider.variablePrefix() + "_API_TOKEN";
    String given = hookset.environment().getOrDefault(variable, "");
    byte[] read =
        keyFile != null
            ? InputFile.readSecret(keyFile, "--api-key")
            : given.isEmpty()
                ? hookset.terminal().secret("API key of " + provider.title() + " (not shown): ")
                : given.getBytes(StandardCharsets.UTF_8);
    String key = read == null ? "" : new String(read, StandardCharsets.UTF_8).strip();
    if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw Problem.ofTheCommandLine(
          "an API key is expected: in " + variable + ", in a file (--api-key), or typed");
    }
    return key;
  }

  private void tell(String sentence) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(Printable.of(sentence));
    err.flush();
  }

  private int compare(
      Lister lister, Provider provider, Target.Parts parts, Instant from, Instant now) {
    Comparison.Result result =
        new Comparison(provider.name(), lister, parts.records(), parts.inbox()).compare(from, now);
    List<EventKey> filled = List.of();
    boolean isWanted = backfill && !result.missing().isEmpty() && isWanted(result.missing());
    if (isWanted) {
      filled = fill(lister, result.missing(), parts);
    }
    print(provider, result, filled);
    boolean agrees =
        result.extra().isEmpty()
            && result.differing().isEmpty()
            && (result.missing().isEmpty() || isWanted);
    return agrees ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  private boolean isWanted(List<Sent> missing) {
    if (yes) {
      return true;
    }
    if (!hookset.terminal().isInteractive()) {
      throw Problem.ofTheCommandLine("nobody is there to ask; say --yes");
    }
    missing.forEach(
        sent -> tell("  " + Times.shown(sent.at()) + "  " + sent.id() + " (" + sent.type() + ")"));
    String answer =
        hookset
            .terminal()
            .ask(
                "Record "
                    + (missing.size() == 1 ? "this event" : "these " + missing.size() + " events")
                    + ", and have "
                    + (missing.size() == 1 ? "it" : "them")
                    + " handled? [y/N] ");
    return answer != null
        && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
  }

  private List<EventKey> fill(Lister lister, List<Sent> missing, Target.Parts parts) {
    Backfill filling =
        new Backfill(
            parts.inbox(), new SqsWorkQueue(parts.sqs(), parts.queueUrl()), hookset.clock());
    List<EventKey> filled = new ArrayList<>();
    for (Sent sent : missing) {
      Event event = lister.event(sent);
      if (filling.record(event).recorded()) {
        filled.add(event.key());
      }
    }
    return filled;
  }

  private void print(Provider provider, Comparison.Result result, List<EventKey> filled) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new Json()
              .put("provider", provider.name())
              .put("same", result.same())
              .put(
                  "missing",
                  result.missing().stream()
                      .map(
                          sent ->
                              new Json()
                                  .put("id", sent.id())
                                  .put("type", sent.type())
                                  .put("at", sent.at())
                                  .put("delivered", sent.delivered()))
                      .toList())
              .put("extra", result.extra().stream().map(EventKey::eventId).toList())
              .put("differing", result.differing().stream().map(EventKey::eventId).toList())
              .put("notSubscribed", result.notSubscribed())
              .put("onTheirWay", result.onTheirWay())
              .put(
                  "backfilled", backfill ? filled.stream().map(EventKey::eventId).toList() : null));
      out.flush();
      return;
    }
    for (Sent sent : result.missing()) {
      out.println(
          "missing    "
              + Times.shown(sent.at())
              + "  "
              + Printable.of(sent.id(), LONGEST_ID)
              + " ("
              + Printable.of(sent.type())
              + ")"
              + (Boolean.TRUE.equals(sent.delivered())
                  ? ", although it says that it was delivered"
                  : ""));
    }
    result.extra().forEach(key -> out.println("extra      " + Printable.of(key.eventId())));
    result.differing().forEach(key -> out.println("differing  " + Printable.of(key.eventId())));
    filled.forEach(key -> out.println("backfilled " + Printable.of(key.eventId())));
    out.println(
        result.same()
            + " are here and at "
            + provider.title()
            + "; "
            + result.missing().size()
            + " missing, "
            + result.extra().size()
            + " extra, "
            + result.differing().size()
            + " differing"
            + (result.onTheirWay() == 0
                ? ""
                : "; " + result.onTheirWay() + " of the last minutes may be on their way")
            + (result.notSubscribed() == 0
                ? ""
                : "; "
                    + result.notSubscribed()
                    + " of types that never came here, so that nobody seems to have subscribed")
            + ".");
    out.flush();
  }

  /** What is known of a provider whom nobody can ask. */
  private int silences(Provider provider, Target.Parts parts, Instant from, Instant now) {
    PrintWriter out = spec.commandLine().getOut();
    Silences.Found found = new Silences(parts.records()).of(provider, from, now);
    if (json) {
      out.println(
          new Json()
              .put("provider", provider.name())
              .put("console", Consoles.of(provider))
              .put("events", found.events())
              .put("usualSeconds", found.usual() == null ? null : found.usual().toSeconds())
              .put(
                  "silences",
                  found.silences().stream()
                      .map(
                          each ->
                              new Json()
                                  .put("from", each.from())
                                  .put("to", each.to())
                                  .put("retriesEnd", each.retriesEnd()))
                      .toList()));
    } else {
      out.println(Consoles.of(provider) + ".");
      Duration usual = found.usual();
      out.println(
          found.events()
              + " events came since "
              + Times.shownToTheSecond(from)
              + " UTC"
              + (usual == null
                  ? ", too few to tell what is usual."
                  : ", nearly all within " + Durations.shown(usual) + " of the one before."));
      found.silences().forEach(each -> out.println(told(provider, each, now)));
    }
    out.flush();
    return found.silences().isEmpty() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  private static String told(Provider provider, Silences.Silence silence, Instant now) {
    Instant to = silence.to();
    Instant end = silence.retriesEnd();
    return "silent from "
        + Times.shownToTheSecond(silence.from())
        + (to == null ? " on" : " to " + Times.shownToTheSecond(to))
        + (end == null
            ? ""
            : end.isAfter(now)
                ? "; what failed is tried again until " + Times.shownToTheSecond(end)
                : "; what failed then is given up since "
                    + Times.shownToTheSecond(end)
                    + ", and comes only by hand from "
                    + provider.title()
                    + "'s console");
  }
}
