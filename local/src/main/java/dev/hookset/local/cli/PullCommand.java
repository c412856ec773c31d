package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.TypePattern;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.listen.LocalCopies;
import dev.hookset.local.listen.Outcome;
import dev.hookset.local.listen.Pull;
import dev.hookset.local.listen.StackSource;
import dev.hookset.local.operator.Arrival;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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

/** Brings a deployed stack's events into the local inbox. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Bring a deployed stack's events into the running `./hookset dev`, to be looked at.",
      "",
      "They are recorded there and not handled: `./hookset show` has them,"
          + " `./hookset replay` has them handled, and `show` makes fixtures of them. The deployed stack is only read (docs/permissions.md has the policy).",
      "",
      "With --redact, what looks personal is replaced on the way, the same by the same in"
          + " all of them, and it says where. It is a guess: read what is to be shared."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset pull lemma inc_123 --stack hookset",
      "  ./hookset pull --failed --redact --stack hookset",
      "  ./hookset pull lucid --type 'budget.*' --since 2h --stack hookset"
    })
final class PullCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..2",
      paramLabel = "[PROVIDER] ID",
      hideParamSyntax = true,
      description =
          "The event's ID, and whose it is if several providers have it; with --failed or --since,"
              + " the provider alone.")
  private List<String> event = List.of();

  @Option(names = "--failed", description = "All that failed; of PROVIDER, if that is given.")
  private boolean failed;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "What came from this time on: 2026-06-01T12:00:00Z, or 2h for two hours ago.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "And before this time.")
  private @Nullable String until;

  @Option(
      names = "--type",
      paramLabel = "PATTERN",
      description = "With --since: of this type; * stands for any characters.")
  private @Nullable String type;

  @Option(names = "--redact", description = "Replace what looks personal, and say what was.")
  private boolean redact;

  @Option(names = "--json", description = "One JSON object a line for each event.")
  private boolean json;

  @Mixin private Target target;

  @Override
  public Integer call() {
    boolean byId = !failed && since == null;
    if ((failed && since != null)
        || ((until != null || type != null) && since == null)
        || (byId ? event.isEmpty() : event.size() > 1)) {
      throw Problem.ofTheCommandLine(
          "say what to pull: an ID, or PROVIDER ID, or --failed, or --since TIME");
    }
    if (byId) {
      EventKeys.require(event);
    } else if (!event.isEmpty()) {
      ProviderNames.named(event.getFirst());
    }
    Instant now = hookset.clock().instant();
    Instant first = Times.readIfGiven(since, now);
    Instant firstAfter = Times.readIfGiven(until, now);
    return target.withBoth(
        hookset,
        DeployedStack::find,
        (deployed, there, here) -> {
          List<String> providers = providers(deployed);
          StackSource source = new StackSource(there.records(), there.inbox(), providers);
          List<EventKey> keys =
              byId
                  ? EventKeys.find(there, event).stream().toList()
                  : first == null ? failed(there) : since(source.arrivals(first), firstAfter);
          if (byId && keys.isEmpty()) {
            spec.commandLine()
                .getErr()
                .println("hookset: there is no record of " + EventKeys.shown(event) + " to pull.");
            return Hookset.NOT_AS_IT_SHOULD;
          }
          LocalCopies copies =
              new LocalCopies(
                  here.inbox(),
                  new SqsWorkQueue(here.sqs(), here.queueUrl()),
                  deployed.name(),
                  false,
                  hookset.clock());
          return pull(new Pull(source, copies, redact), keys);
        });
  }

  private List<String> providers(DeployedStack deployed) {
    return failed || since == null || event.isEmpty()
        ? deployed.providers().stream().map(Provider::name).toList()
        : List.of(event.getFirst());
  }

  private List<EventKey> failed(Target.Parts there) {
    try (Stream<EventKey> all = there.operator().failed()) {
      return all.filter(key -> event.isEmpty() || key.provider().equals(event.getFirst())).toList();
    }
  }

  private List<EventKey> since(Iterator<Arrival> arrivals, @Nullable Instant firstAfter) {
    TypePattern pattern = type == null ? null : TypePattern.of(type);
    List<EventKey> keys = new ArrayList<>();
    while (arrivals.hasNext()) {
      Arrival next = arrivals.next();
      if (firstAfter != null && !next.receivedAt().isBefore(firstAfter)) {
        break;
      }
      if (pattern == null || pattern.matches(next.type())) {
        keys.add(next.key());
      }
    }
    return keys;
  }

  private int pull(Pull pull, List<EventKey> keys) {
    PrintWriter out = spec.commandLine().getOut();
    int here = 0;
    int replaced = 0;
    for (EventKey key : keys) {
      Pull.Pulled pulled = pull.pull(key);
      here +=
          pulled.outcome() == Outcome.RECORDED || pulled.outcome() == Outcome.ALREADY_HERE ? 1 : 0;
      replaced += pulled.replaced().size();
      print(out, pulled);
    }
    if (!json) {
      out.println(
          here
              + " of "
              + keys.size()
              + " are here; `./hookset replay` has them handled."
              + (redact ? " Replaced what looked personal: " + replaced + "." : ""));
    }
    out.flush();
    return here == keys.size() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  private void print(PrintWriter out, Pull.Pulled pulled) {
    if (json) {
      out.println(
          new Json()
              .put("provider", pulled.key().provider())
              .put("eventId", pulled.key().eventId())
              .put("type", pulled.type())
              .put("outcome", pulled.outcome().word())
              .put("detail", pulled.detail())
              .put("replaced", redact ? FixtureFile.json(pulled.replaced()) : null));
      return;
    }
    out.println(
        pulled.outcome().word().replace('_', ' ')
            + " "
            + Printable.of(pulled.key().toString())
            + (pulled.detail() == null ? "" : ": " + Printable.of(pulled.detail())));
    if (!pulled.replaced().isEmpty()) {
      FixtureFile.table(pulled.replaced()).print(out, Table.Fit.WRAPPED);
    }
    out.flush();
  }
}
