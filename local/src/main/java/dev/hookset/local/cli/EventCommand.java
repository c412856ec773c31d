package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.samples.EventFiles;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    customSynopsis = {
      "hookset event [OPTIONS] PROVIDER [TYPE]",
      "       hookset event [--json] --samples DIR"
    },
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

  @Option(
      names = "--json",
      description = "The event in one line; with --samples, an object that names the files.")
  private boolean json;

  @Override
  public Integer call() {
    if (samples != null) {
      return writeSamples(samples);
    }
    LambdaEvent event =
        LambdaEvent.httpApi(
            delivery.make(hookset, null, stale, tamper),
            UUID.randomUUID().toString(),
            hookset.clock().instant(),
            base64 ? LambdaEvent.BodyForm.BASE64 : LambdaEvent.BodyForm.TEXT);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.inAscii(new String(event.compact(), StandardCharsets.UTF_8)));
    } else {
      out.print(event.pretty());
    }
    out.flush();
    return Hookset.OK;
  }

  /** Returns whose deliveries the stack receives, by the logical name of the function. */
  private Map<String, Provider> receivers() {
    Template template;
    try {
      template = LocalProviders.template(hookset, List.of());
    } catch (IOException e) {
      throw new Problem("cannot read " + FileFailure.said("template.yaml", e));
    }
    Map<String, Provider> receivers = new LinkedHashMap<>();
    for (String function : template.receivers()) {
      Providers.named(String.valueOf(template.variable(function, "PROVIDER")))
          .ifPresent(provider -> receivers.put(function, provider));
    }
    return receivers;
  }

  private int writeSamples(Path directory) {
    Map<String, Provider> receivers = receivers();
    try {
      List<Path> written = EventFiles.write(directory, hookset.samples(), receivers);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(new Json().put("written", written.stream().map(Path::toString).toList()));
      } else {
        written.forEach(out::println);
      }
      out.flush();
      return Hookset.OK;
    } catch (IllegalArgumentException e) {
      throw new Problem(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new Problem("cannot write " + Printable.of(FileFailure.said(directory, e)));
    }
  }
}
