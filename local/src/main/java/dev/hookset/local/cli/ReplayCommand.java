package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.local.operator.Operator;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
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

/** Has records handled again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Have events handled again.",
      "",
      "Works on a running `./hookset dev`. Takes one event, all that failed, or a provider's in a span",
      "of time; done, failed, skipped and quarantined ones can be replayed, any number of times."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset replay lamba evt_123",
      "  ./hookset replay --failed --dry-run",
      "  ./hookset replay lucid --from 2026-06-01T12:00:00Z --to 2026-06-01T13:00:00Z"
    })
final class ReplayCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "PROVIDER", description = "Whose event.")
  private @Nullable String provider;

  @Parameters(index = "1", arity = "0..1", paramLabel = "ID", description = "The event's ID.")
  private @Nullable String id;

  @Option(names = "--failed", description = "All that failed; of PROVIDER, if that is given.")
  private boolean failed;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Those received from this time on, as 2026-06-01T12:00:00Z.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "And before this time (default: now).")
  private @Nullable String to;

  @Option(names = "--dry-run", description = "Only say which.")
  private boolean dryRun;

  @Mixin private RunningStack stack;

  @Override
  public Integer call() {
    int ways = (id == null ? 0 : 1) + (failed ? 1 : 0) + (from == null ? 0 : 1);
    if (ways != 1 || (provider == null && !failed) || (to != null && from == null)) {
      throw Problem.ofTheCommandLine(
          "say what to replay: PROVIDER ID, or --failed, or PROVIDER --from TIME");
    }
    return stack.with(
        hookset.clock(),
        parts -> {
          try (Stream<EventKey> chosen = chosen(parts.operator())) {
            // Listed before the first is replayed, which takes it out of what is listed.
            return replay(parts.operator(), chosen.toList());
          }
        });
  }

  private Stream<EventKey> chosen(Operator operator) {
    String name = provider;
    if (failed) {
      return operator.failed().filter(key -> name == null || key.provider().equals(name));
    }
    if (name != null && id != null) {
      return Stream.of(new EventKey(name, id));
    }
    return operator.received(
        String.valueOf(name), time(from), to == null ? hookset.clock().instant() : time(to));
  }

  private int replay(Operator operator, List<EventKey> keys) {
    PrintWriter out = spec.commandLine().getOut();
    int replayed = 0;
    for (EventKey key : keys) {
      if (dryRun) {
        out.println("would replay " + Printable.of(key.toString()));
      } else if (operator.replay(key)) {
        replayed++;
        out.println("replayed " + Printable.of(key.toString()));
      } else {
        out.println(
            "not replayed " + Printable.of(key.toString()) + ": not there, or not finished");
      }
    }
    out.println((dryRun ? keys.size() + " would be replayed" : replayed + " replayed") + ".");
    out.flush();
    return dryRun || replayed == keys.size() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  private static Instant time(@Nullable String text) {
    try {
      return Instant.parse(String.valueOf(text));
    } catch (DateTimeParseException e) {
      throw Problem.ofTheCommandLine(
          "'"
              + Printable.of(String.valueOf(text))
              + "' is no time; one looks like 2026-06-01T12:00:00Z");
    }
  }
}
