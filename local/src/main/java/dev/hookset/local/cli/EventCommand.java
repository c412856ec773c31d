package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.samples.EventFiles;
import dev.hookset.local.samples.LambdaEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints a delivery as the event that a function is invoked with. */
@Command(
    name = "event",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Sign a delivery and print it as the event that its function is invoked with.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset event lamba user.deleted",
      "  ./hookset event lamba |",
      "    sam local invoke LambaFunction -e - --env-vars events/env.json"
    })
final class EventCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Mixin private DeliveryOptions delivery;

  @Option(names = "--tamper", description = "Change a byte of the body after signing.")
  private boolean tamper;

  @Option(names = "--stale", description = "Make it too old.")
  private boolean stale;

  @Option(names = "--base64", description = "Encode the body in base64, as API Gateway may.")
  private boolean base64;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      description = "Write the sample events that the repository keeps in events/ instead.")
  private @Nullable Path samples;

  @Override
  public Integer call() {
    if (samples != null) {
      return writeSamples(samples);
    }
    LambdaEvent event =
        LambdaEvent.httpApi(
            delivery.make(hookset, stale, tamper),
            UUID.randomUUID().toString(),
            hookset.clock().instant(),
            base64 ? LambdaEvent.BodyForm.BASE64 : LambdaEvent.BodyForm.TEXT);
    spec.commandLine().getOut().print(event.pretty());
    spec.commandLine().getOut().flush();
    return Hookset.OK;
  }

  private int writeSamples(Path directory) {
    try {
      for (Path written : EventFiles.write(directory)) {
        spec.commandLine().getOut().println(written);
      }
      return Hookset.OK;
    } catch (IOException e) {
      throw new Problem("cannot write to " + directory + ": " + e.getMessage());
    }
  }
}
