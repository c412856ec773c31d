package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Operator;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Has records handled again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    customSynopsis = {
      "hookset replay [OPTIONS] [PROVIDER] ID",
      "       hookset replay [OPTIONS] --failed [PROVIDER]",
      "       hookset replay [OPTIONS] PROVIDER --from TIME [--to TIME]"
    },
    description = {
      "Have events handled again.",
      "",
      "Works on the running `./hookset dev`, or on a deployed stack (--stack). Takes"
          + " one event, all that failed, or a provider's in a span of time; done, failed,"
          + " skipped and quarantined ones can be replayed, any number of times. Safe to"
          + " interrupt: it says how to go on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset replay evt_123",
      "  ./hookset replay --failed --dry-run",
      "  ./hookset replay lucid --from 2026-06-01T12:00:00Z --to 2026-06-01T13:00:00Z",
      "  ./hookset replay --failed --yes --stack hookset"
    })
final class ReplayCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..2",
      paramLabel = "[PROVIDER] ID",
      hideParamSyntax = true,
      description =
          "The event's ID, and whose it is if several providers have it; with --failed or --from,"
              + " the provider alone.")
  private List<String> event = List.of();

  @Option(names = "--failed", description = "All that failed; of PROVIDER, if that is given.")
  private boolean failed;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Those received from this time on: 2026-06-01, 2026-06-01 12:00 (UTC), or 2h for two"
              + " hours ago.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "And before this time (default: now).")
  private @Nullable String to;

  @Option(names = "--dry-run", description = "Only say which.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask before more than 100.")
  private boolean yes;

  @Option(names = "--json", description = "One JSON object a line for each event.")
  private boolean json;

  @Mixin private Target target;

  @Override
  public Integer call() {
    boolean byId = !failed && from == null;
    if ((failed && from != null)
        || (to != null && from == null)
        || (from != null && event.isEmpty())
        || (byId ? event.isEmpty() : event.size() > 1)) {
      throw Problem.ofTheCommandLine(
          "say what to replay: an ID, or PROVIDER ID, or --failed, or PROVIDER --from TIME");
    }
    if (byId) {
      EventKeys.require(event);
    }
    Instant now = hookset.clock().instant();
    Instant first = Times.readIfGiven(from, now);
    Instant firstAfter = to == null ? now : Times.read(to, now);
    // Listed before the first is replayed, which takes it out of what is listed.
    return target.with(
        hookset,
        parts -> {
          if (first != null) {
            return replaySpan(parts, first, firstAfter);
          }
          List<EventKey> keys =
              byId ? EventKeys.find(parts, event).stream().toList() : failed(parts.operator());
          if (byId && keys.isEmpty()) {
            spec.commandLine()
                .getErr()
                .println(
                    "hookset: there is no record of " + EventKeys.shown(event) + " to replay.");
            return Hookset.NOT_AS_IT_SHOULD;
          }
          return replay(parts.operator(), keys, () -> "The same command takes the rest.");
        });
  }

  private List<EventKey> failed(Operator operator) {
    try (Stream<EventKey> all = operator.failed()) {
      return all.filter(key -> event.isEmpty() || key.provider().equals(event.getFirst())).toList();
    }
  }

  /** The oldest first, so that a time says how far it came. */
  private int replaySpan(Target.Parts parts, Instant first, Instant firstAfter) {
    List<Listed> found;
    try (Stream<Listed> stream = parts.operator().received(event.getFirst(), first, firstAfter)) {
      found = stream.toList().reversed();
    }
    Map<EventKey, Instant> times = new HashMap<>();
    found.forEach(record -> times.put(record.key(), record.receivedAt()));
    AtomicReference<Instant> next = new AtomicReference<>(first);
    Operator operator = parts.operator();
    return replay(
        key -> {
          boolean replayed = operator.replay(key);
          next.set(times.getOrDefault(key, first).plusNanos(1));
          return replayed;
        },
        found.stream().map(Listed::key).toList(),
        () -> "For the rest say --from " + next.get() + " --to " + firstAfter + ".");
  }

  private int replay(Operator operator, List<EventKey> keys, Supplier<String> rest) {
    return replay(operator::replay, keys, rest);
  }

  private int replay(Predicate<EventKey> replay, List<EventKey> keys, Supplier<String> rest) {
    if (keys.isEmpty() && !event.isEmpty()) {
      // Records outlive a provider that was taken out; where there are none, the name is wrong.
      ProviderNames.named(event.getFirst());
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (dryRun) {
      keys.forEach(
          key ->
              out.println(
                  json
                      ? json(key, "would_be_replayed")
                      : "would replay " + Printable.of(key.toString())));
      tell(out, keys.size() + " would be replayed.");
      return Hookset.OK;
    }
    Batch batch = new Batch(hookset, err, yes);
    if (!batch.isWanted(keys.size())) {
      (json ? err : out).println(json ? "hookset: nothing was replayed" : "Nothing was replayed.");
      out.flush();
      return Hookset.NOT_AS_IT_SHOULD;
    }
    BiConsumer<EventKey, Boolean> each =
        json
            ? (key, done) -> out.println(json(key, done ? "replayed" : "not_replayed"))
            : Batch.lines(out, keys.size());
    int replayed = batch.run(keys, replay, rest, each);
    tell(out, replayed + " replayed.");
    return replayed == keys.size() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  /** In JSON the objects say it all. */
  private void tell(PrintWriter out, String sentence) {
    if (!json) {
      out.println(sentence);
    }
    out.flush();
  }

  private static Json json(EventKey key, String outcome) {
    return new Json()
        .put("provider", key.provider())
        .put("eventId", key.eventId())
        .put("outcome", outcome);
  }
}
