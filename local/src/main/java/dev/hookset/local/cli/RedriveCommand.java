package dev.hookset.local.cli;

import dev.hookset.EventKey;
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
      "Works on a running `./hookset dev`."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./hookset redrive --dry-run")
final class RedriveCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(names = "--dry-run", description = "Only say how many.")
  private boolean dryRun;

  @Mixin private RunningStack stack;

  @Override
  public Integer call() {
    return stack.with(hookset.clock(), this::redrive);
  }

  private int redrive(RunningStack.Parts parts) {
    PrintWriter out = spec.commandLine().getOut();
    List<EventKey> failed;
    try (Stream<EventKey> keys = parts.operator().failed()) {
      failed = keys.toList();
    }
    if (dryRun) {
      out.println(
          failed.size() + " events would be replayed, and the dead-letter queue moved back.");
      out.flush();
      return Hookset.OK;
    }
    int moved = Operator.move(parts.sqs(), parts.deadLetterQueueUrl(), parts.queueUrl());
    int replayed = 0;
    for (EventKey key : failed) {
      replayed += parts.operator().replay(key) ? 1 : 0;
    }
    out.println(moved + " messages moved back, " + replayed + " events replayed.");
    out.flush();
    return replayed == failed.size() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }
}
