package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.StackLogs;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.history.LogLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
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

/** Follows deliveries and attempts as they happen. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Follow deliveries and attempts as they happen, until Ctrl-C.",
      "",
      "From the functions' log: the file that `./hookset dev` keeps, or CloudWatch"
          + " Logs, where lines arrive some seconds late."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset tail --stack hookset",
      "  ./hookset tail lemma --since 10m --stack hookset",
      "  ./hookset tail --since 1h --no-follow --json"
    })
final class TailCommand implements Callable<Integer> {
  private static final Duration EVERY_IN_THE_CLOUD = Duration.ofSeconds(2);
  private static final Duration EVERY_HERE = Duration.ofMillis(250);
  private static final int WIDEST_ID = 60;
  private static final int WIDEST_REASON = 120;

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      description = "Whose (default: everybody's).")
  private @Nullable String provider;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Begin at this time: 2026-06-01T12:00:00Z, or 10m for ten minutes ago (default: now).")
  private @Nullable String since;

  @Option(names = "--no-follow", description = "End with what there is.")
  private boolean noFollow;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Mixin private Target target;

  /** Gives what was logged since it was last asked. */
  @FunctionalInterface
  private interface Source {
    List<LogLine> more() throws IOException;
  }

  @Override
  public Integer call() {
    if (provider != null) {
      provider = ProviderNames.named(provider).name();
    }
    Instant now = hookset.clock().instant();
    Instant from = since == null ? now : Times.read(since, now);
    if (target.isDeployed()) {
      return target.withDeployed(
          hookset, stack -> follow(new StackLogs(stack).tail(from)::more, EVERY_IN_THE_CLOUD));
    }
    LogFile file = new LogFile(hookset.state());
    try {
      LogFile.Tail tail = file.tail();
      if (since != null) {
        file.read().stream().filter(line -> !line.at().isBefore(from)).forEach(this::print);
      }
      return follow(tail::more, EVERY_HERE);
    } catch (IOException e) {
      throw new Problem("cannot read " + FileFailure.said(file.path(), e));
    }
  }

  private int follow(Source source, Duration every) {
    PrintWriter out = spec.commandLine().getOut();
    do {
      try {
        source.more().forEach(this::print);
      } catch (IOException e) {
        throw new Problem(
            "cannot read " + FileFailure.said(new LogFile(hookset.state()).path(), e));
      }
      out.flush();
    } while (!noFollow && hookset.terminal().pause(every));
    return Hookset.OK;
  }

  private void print(LogLine line) {
    if (provider != null && !provider.equals(line.provider())) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(LogJson.of(line));
      return;
    }
    String id = line.eventId() == null ? "" : "  " + Printable.of(line.eventId(), WIDEST_ID);
    String type = line.type() == null ? "" : " (" + Printable.of(line.type()) + ")";
    String reason = line.reason() == null ? "" : ": " + Printable.of(line.reason(), WIDEST_REASON);
    out.println(
        Times.shown(line.at())
            + "  "
            + Printable.of(line.provider() == null ? "-" : line.provider())
            + "  "
            + switch (line.kind()) {
              case DELIVERY -> "delivery ";
              case EVENT -> line.attempt() == 0 ? "message " : "attempt " + line.attempt() + " ";
            }
            + colour(line.outcome()).of(Printable.of(line.outcome()), hookset.terminal())
            + (line.conflict() ? ", in conflict" : "")
            + reason
            + id
            + type);
  }

  private static Colour colour(String outcome) {
    return switch (outcome) {
      case "accepted", "done" -> Colour.GOOD;
      case "refused",
          "failed",
          "not_configured",
          "unavailable",
          "unknown",
          "unreadable",
          "inbox_unavailable" ->
          Colour.BAD;
      case "quarantined", "retry", "lease_lost", "no_time" -> Colour.WARNING;
      default -> Colour.FAINT;
    };
  }
}
