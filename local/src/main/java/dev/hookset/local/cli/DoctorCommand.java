package dev.hookset.local.cli;

import dev.hookset.aws.Misconfiguration;
import dev.hookset.aws.Wiring;
import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.doctor.Checkup;
import dev.hookset.local.doctor.DeployedCheckup;
import dev.hookset.local.doctor.Finding;
import dev.hookset.local.doctor.StageCheckup;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.reload.HandlerSources;
import dev.hookset.local.stack.HandlerSettings;
import dev.hookset.local.template.SamConfig;
import dev.hookset.local.template.Template;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks a stack over. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Check a stack, and say for each finding what to do.",
      "",
      "Changes nothing. Each receiver is called once without a signature: it looks for"
          + " its key first, so the answer tells whether it has one. The call is counted as"
          + " no delivery; a deployed function is invoked for it (lambda:InvokeFunction)."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./hookset doctor", "  ./hookset doctor --stack hookset --region eu-central-1"})
final class DoctorCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Mixin private LocalPort port;

  @Option(names = "--json", description = "One JSON object a line for each finding.")
  private boolean json;

  @Mixin private Target target;

  @Override
  public Integer call() {
    Checkup checkup = new Checkup(hookset.clock());
    handlers(checkup);
    if (target.isDeployed()) {
      target.withDeployed(
          hookset,
          stack -> {
            new DeployedCheckup(stack, checkup).run();
            stage(checkup, stack.name(), stack.parameters());
            return Hookset.OK;
          });
    }
    target.with(
        hookset,
        parts -> {
          if (!target.isDeployed()) {
            local(checkup, parts);
          }
          checkup.backlog(parts.records(), parts.inbox(), parts.sqs(), parts.deadLetterQueueUrl());
          return Hookset.OK;
        });
    return print(checkup.findings());
  }

  /** Those of this checkout, whichever stack is looked at. */
  private void handlers(Checkup checkup) {
    HandlerSources sources = hookset.handlerSources();
    if (!Files.isDirectory(sources.main())) {
      return;
    }
    HandlerSources.Compiled compiled = sources.compile();
    if (!compiled.succeeded()) {
      checkup.noRoutes(compiled.said().lines().findFirst().orElse("they do not compile"));
      return;
    }
    HandlerSettings settings = new HandlerSettings(template(), hookset.environment());
    Map<String, String> variables = new HashMap<>(Map.of("AWS_REGION", "us-east-1"));
    variables.putAll(settings.passedOn());
    Wiring wiring =
        new Wiring(variables, hookset.clock(), new PrintStream(OutputStream.nullOutputStream()));
    ClassLoader loader = compiled.loader(DoctorCommand.class.getClassLoader(), sources.resources());
    try {
      // What a deployed stack gives its handlers, nobody here knows but by name.
      List<String> missing =
          wiring.missingSettings(loader).stream()
              .filter(variable -> !target.isDeployed() || !settings.isNamed(variable))
              .toList();
      if (missing.isEmpty()) {
        checkup.routes(wiring.oddRoutes(loader));
      } else {
        checkup.missingSettings(
            settings.missing(missing), missing.stream().allMatch(settings::isNamed));
      }
    } catch (Misconfiguration e) {
      checkup.noRoutes(String.valueOf(e.getMessage()));
    }
  }

  private void local(Checkup checkup, Target.Parts parts) {
    checkup.secrets(hookset.environment());
    for (Provider provider : LocalProviders.running(hookset)) {
      checkup.knock(
          provider,
          port.address(hookset).resolve("/webhooks/" + provider.name()),
          "Then ./hookset secret " + provider.name() + ".");
    }
    checkup.queues(parts.sqs(), parts.queueUrl(), parts.deadLetterQueueUrl(), workerTimeout());
    checkup.table(parts.dynamoDb(), parts.table());
  }

  /** Where there is no samconfig.toml there is nothing to compare. */
  private void stage(Checkup checkup, String stack, Map<String, String> parameters) {
    Path file = hookset.home().resolve("samconfig.toml");
    if (!Files.exists(file)) {
      return;
    }
    try {
      new StageCheckup(template(), SamConfig.read(file)).run(stack, parameters, checkup);
    } catch (IOException e) {
      throw new Problem("cannot compare the stack with samconfig.toml: " + FileFailure.said(e));
    }
  }

  private Duration workerTimeout() {
    try {
      Object seconds = template().properties("WorkerFunction").get("Timeout");
      return Duration.ofSeconds(Long.parseLong(String.valueOf(seconds)));
    } catch (IllegalArgumentException e) {
      throw new Problem("cannot read template.yaml: " + FileFailure.said(e));
    }
  }

  private Template template() {
    try {
      return Template.read(hookset.home().resolve("template.yaml"));
    } catch (IOException e) {
      throw new Problem("cannot read template.yaml: " + FileFailure.said(e));
    }
  }

  private int print(List<Finding> findings) {
    PrintWriter out = spec.commandLine().getOut();
    boolean bad = findings.stream().anyMatch(finding -> finding.level() == Finding.Level.BAD);
    if (json) {
      for (Finding finding : findings) {
        out.println(
            new Json()
                .put("level", finding.level().name().toLowerCase(Locale.ROOT))
                .put("subject", finding.subject())
                .put("seen", finding.seen())
                .put("cure", finding.cure()));
      }
    } else {
      for (Finding finding : findings) {
        out.println(
            mark(finding.level())
                + "  "
                + Printable.of(finding.subject())
                + ": "
                + Printable.of(finding.seen()));
        if (finding.cure() != null) {
          out.println("         " + Printable.of(finding.cure()));
        }
      }
      long warnings =
          findings.stream().filter(finding -> finding.level() == Finding.Level.WARNING).count();
      long broken =
          findings.stream().filter(finding -> finding.level() == Finding.Level.BAD).count();
      out.println();
      out.println(findings.size() + " checks, " + broken + " bad, " + warnings + " to look at.");
    }
    out.flush();
    return bad ? Hookset.NOT_AS_IT_SHOULD : Hookset.OK;
  }

  private String mark(Finding.Level level) {
    return switch (level) {
      case OK -> Colour.GOOD.of("ok     ", hookset.terminal());
      case WARNING -> Colour.WARNING.of("look   ", hookset.terminal());
      case BAD -> Colour.BAD.of("BAD    ", hookset.terminal());
    };
  }
}
