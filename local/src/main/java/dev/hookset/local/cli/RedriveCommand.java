package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Progress;
import dev.hookset.local.operator.Operator;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Moves the dead-letter queue back and replays what failed. */
@Command(
    name = "redrive",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Move the dead-letter queue back and replay what failed.",
      "",
      "Works on the running `./hookset dev`, or on a deployed stack (--stack). Safe to"
          + " interrupt and to repeat."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./hookset redrive --dry-run", "  ./hookset redrive --stack hookset"})
final class RedriveCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(names = "--dry-run", description = "Only say how many.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask before more than 100.")
  private boolean yes;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private Target target;

  @Override
  public Integer call() {
    return target.with(hookset, this::redrive);
  }

  private int redrive(Target.Parts parts) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<EventKey> failed;
    try (Stream<EventKey> keys = parts.operator().failed()) {
      failed = keys.toList();
    }
    int dead = Operator.depth(parts.sqs(), parts.deadLetterQueueUrl());
    Json found =
        new Json()
            .put("dryRun", dryRun)
            .put("failedEvents", failed.size())
            .put("deadLetters", dead);
    if (dryRun) {
      out.println(
          json
              ? found
              : failed.size()
                  + " events would be replayed, and the dead-letter queue moved back: about "
                  + dead
                  + " messages.");
      out.flush();
      return Hookset.OK;
    }
    Batch batch = new Batch(hookset, err, yes);
    if (!batch.isWanted(failed.size() + dead)) {
      (json ? err : out)
          .println(
              json ? "hookset: nothing was moved or replayed" : "Nothing was moved or replayed.");
      out.flush();
      return Hookset.NOT_AS_IT_SHOULD;
    }
    Progress progress = new Progress(err, hookset.terminal(), dead);
    int moved =
        Operator.move(parts.sqs(), parts.deadLetterQueueUrl(), parts.queueUrl(), progress::step);
    progress.end();
    int replayed =
        batch.run(
            failed,
            parts.operator()::replay,
            () -> "The same command takes the rest.",
            json ? (_, _) -> {} : Batch.lines(out, failed.size()));
    out.println(
        json
            ? found.put("moved", moved).put("replayed", replayed)
            : moved + " messages moved back, " + replayed + " events replayed.");
    out.flush();
    return replayed == failed.size() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }
}
