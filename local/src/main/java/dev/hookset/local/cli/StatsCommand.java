package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.StackLogs;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.history.LogLine;
import dev.hookset.local.history.Tally;
import dev.hookset.local.operator.Durations;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Counts what came and what became of it. */
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Count what came and what became of it, by provider, over a span of time.",
      "",
      "From the functions' log, as what is refused or comes twice is recorded nowhere"
          + " else: the file that `./hookset dev` keeps, or CloudWatch Logs Insights, which"
          + " charges for what it reads.",
      "",
      "Lag is the time from when an event occurred, by the provider's clock, until its"
          + " handlers were done: the provider's delay and ours. 95 of 100 events had no"
          + " longer one than the 95 %%."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset stats",
      "  ./hookset stats --since 2h --stack hookset",
      "  ./hookset stats --since 7d --until 1d --json --stack hookset"
    })
final class StatsCommand implements Callable<Integer> {
  private static final List<String> DELIVERIES =
      List.of("accepted", "duplicate", "skipped", "quarantined", Tally.CONFLICT, "refused");
  private static final List<String> FAULTS = List.of("not_configured", "unavailable");
  private static final List<String> EVENTS = List.of("done", "superseded", "retry", "failed");

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(
      names = "--since",
      defaultValue = "24h",
      paramLabel = "TIME",
      description =
          "From this time on: 2026-06-01T12:00:00Z, or 2h for two hours ago (default:"
              + " ${DEFAULT-VALUE}).")
  private String since = "24h";

  @Option(names = "--until", paramLabel = "TIME", description = "Before this time (default: now).")
  private @Nullable String until;

  @Option(names = "--json", description = "One JSON object a line for each provider.")
  private boolean json;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  @Override
  public Integer call() {
    Instant now = hookset.clock().instant();
    Instant from = Times.read(since, now);
    Instant to = until == null ? now : Times.read(until, now);
    if (!from.isBefore(to)) {
      throw Problem.ofTheCommandLine("--since has to lie before --until");
    }
    Counted counted =
        target.isDeployed()
            ? target.withDeployed(
                hookset,
                stack ->
                    new Counted(
                        stack.providers(),
                        new StackLogs(stack).tally(from, to, hookset.terminal()::pause)))
            : new Counted(LocalProviders.running(hookset), local(from, to));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      for (Provider provider : counted.providers()) {
        out.println(json(provider, counted.tally(), from, to));
      }
    } else {
      print(out, counted, from, to);
    }
    out.flush();
    return Hookset.OK;
  }

  /** What was counted, and whose deliveries the stack receives. */
  private record Counted(List<Provider> providers, Tally tally) {}

  private Tally local(Instant from, Instant to) {
    LogFile file = new LogFile(hookset.state());
    Tally tally = new Tally();
    try {
      for (LogLine line : file.read()) {
        if (!line.at().isBefore(from) && line.at().isBefore(to)) {
          tally.add(line);
        }
      }
    } catch (IOException e) {
      throw new Problem("cannot read " + FileFailure.said(file.path(), e));
    }
    return tally;
  }

  private void print(PrintWriter out, Counted counted, Instant from, Instant to) {
    Tally tally = counted.tally();
    out.println("From " + Times.shown(from) + " to " + Times.shown(to) + " UTC");
    out.println();
    Table deliveries =
        new Table(
            "provider",
            "accepted",
            "duplicate",
            "skipped",
            "quarantined",
            "conflict",
            "refused",
            "500/503");
    Table events =
        new Table(
            "provider",
            "done",
            "superseded",
            "tried again",
            "failed",
            "lag median",
            "lag 95 %",
            "longest");
    Table refusals = new Table("provider", "refused as", "count");
    boolean anyRefused = false;
    for (Provider provider : counted.providers()) {
      String name = provider.name();
      String[] counts = new String[DELIVERIES.size() + 2];
      counts[0] = name;
      for (int i = 0; i < DELIVERIES.size(); i++) {
        counts[i + 1] = count(tally.deliveries(name, DELIVERIES.get(i)));
      }
      counts[counts.length - 1] =
          bad(FAULTS.stream().mapToLong(word -> tally.deliveries(name, word)).sum());
      deliveries.add(counts);
      Tally.Lag lag = tally.lag(name);
      events.add(
          name,
          count(tally.events(name, "done")),
          count(tally.events(name, "superseded")),
          count(tally.events(name, "retry")),
          bad(tally.events(name, "failed")),
          lag == null ? "-" : Durations.shown(lag.median()),
          lag == null ? "-" : Durations.shown(lag.p95()),
          lag == null ? "-" : Durations.shown(lag.longest()));
      for (Map.Entry<String, Long> reason : new TreeMap<>(tally.refusals(name)).entrySet()) {
        refusals.add(name, Printable.of(reason.getKey()), count(reason.getValue()));
        anyRefused = true;
      }
    }
    deliveries.print(out, width.or(Table.Fit.SHORTENED));
    out.println();
    events.print(out, width.or(Table.Fit.SHORTENED));
    out.println("lag: from an event's own time until its handlers were done");
    if (anyRefused) {
      out.println();
      refusals.print(out, width.or(Table.Fit.SHORTENED));
    }
  }

  private String count(long count) {
    return count == 0 ? Colour.FAINT.of("0", hookset.terminal()) : Long.toString(count);
  }

  private String bad(long count) {
    return count == 0 ? count(0) : Colour.BAD.of(Long.toString(count), hookset.terminal());
  }

  private static Json json(Provider provider, Tally tally, Instant from, Instant to) {
    String name = provider.name();
    Json object = new Json().put("provider", name).put("from", from).put("to", to);
    DELIVERIES.forEach(word -> object.put(word, tally.deliveries(name, word)));
    FAULTS.forEach(word -> object.put(word, tally.deliveries(name, word)));
    object.put("refusals", new TreeMap<>(tally.refusals(name)));
    EVENTS.forEach(word -> object.put(word, tally.events(name, word)));
    Tally.Lag lag = tally.lag(name);
    if (lag != null) {
      object
          .put("lagMedianMillis", lag.median().toMillis())
          .put("lag95Millis", lag.p95().toMillis())
          .put("lagLongestMillis", lag.longest().toMillis());
    }
    return object;
  }
}
