package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.forget.DevTraces;
import dev.hookset.local.forget.ErasureLog;
import dev.hookset.local.forget.Forgetting;
import dev.hookset.local.operator.Mention;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Erases events for good. */
@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Erase the body of an event and what is personal in its record, for good.",
      "",
      "In the table and in the bucket, all versions; on the laptop also in the page's book"
          + " and in the log. Key, type, times and digest stay, so that a repeated delivery is"
          + " known and not handled. What is forgotten cannot be replayed. Asks first, and"
          + " notes what it did in .hookset/forgotten.jsonl.",
      "",
      "--subject finds the events by what they mention, such as an e-mail address or a"
          + " number, and reads all of the provider's for that."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset forget lemma inc_123 --stack hookset",
      "  ./hookset forget lamba --subject ann@example.com --dry-run --stack hookset",
      "  ./hookset forget lamba --subject ann@example.com"
    })
final class ForgetCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..2",
      paramLabel = "PROVIDER [ID]",
      hideParamSyntax = true,
      description = "Whose event, and its ID; with --subject, the provider alone.")
  private List<String> event = List.of();

  @Option(
      names = "--subject",
      paramLabel = "TEXT",
      description = "All events that mention this, as a whole word, in upper or lower case.")
  private @Nullable String subject;

  @Option(names = "--dry-run", description = "Only say which.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private Target target;

  @Mixin private LocalPort port;

  @Override
  public Integer call() {
    if (event.size() != (subject == null ? 2 : 1) || (subject != null && subject.isBlank())) {
      throw Problem.ofTheCommandLine("say what to forget: PROVIDER ID, or PROVIDER --subject TEXT");
    }
    ProviderNames.named(event.getFirst());
    if (subject == null) {
      EventKeys.require(event);
    }
    return target.with(
        hookset,
        parts -> {
          Forgetting forgetting =
              new Forgetting(
                  parts.dynamoDb(),
                  parts.table(),
                  parts.inbox(),
                  parts.records(),
                  parts.storedBodies(),
                  hookset.clock());
          List<EventKey> keys = keys(parts, forgetting);
          if (keys.isEmpty() && (subject == null || target.isDeployed())) {
            spec.commandLine()
                .getErr()
                .println(
                    subject == null
                        ? "hookset: there is no record of " + EventKeys.shown(event) + " to forget."
                        : "hookset: no event of " + event.getFirst() + " mentions it.");
            return Hookset.NOT_AS_IT_SHOULD;
          }
          return forget(forgetting, keys);
        });
  }

  private List<EventKey> keys(Target.Parts parts, Forgetting forgetting) {
    if (subject != null) {
      return forgetting.mentioning(event.getFirst(), new Mention(subject));
    }
    return EventKeys.find(parts, event).map(forgetting::withConflicts).orElse(List.of());
  }

  private int forget(Forgetting forgetting, List<EventKey> keys) {
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      print(
          keys.stream().map(key -> new Line(key, "would_be_forgotten", null, null)).toList(), null);
      return Hookset.OK;
    }
    if (!isWanted(keys)) {
      (json ? spec.commandLine().getErr() : out).println("Nothing was forgotten.");
      out.flush();
      return Hookset.NOT_AS_IT_SHOULD;
    }
    ErasureLog log = new ErasureLog(hookset.state());
    List<Line> lines = new ArrayList<>();
    try {
      for (EventKey key : keys) {
        Forgetting.Forgotten forgotten = forgetting.forget(key);
        if (forgotten.outcome() == Forgetting.Outcome.FORGOTTEN) {
          log.add(hookset.clock().instant(), target.name(), forgotten);
        }
        lines.add(
            new Line(
                key,
                forgotten.outcome().name().toLowerCase(Locale.ROOT),
                forgotten.digest(),
                forgotten.objects()));
      }
      if (subject != null) {
        forgetting.forget(new SubjectKey(event.getFirst(), subject));
      }
      print(lines, target.isDeployed() ? null : traces(keys));
    } catch (IOException e) {
      throw new Problem(
          "not all of it is erased here; once that is mended, the same command does the rest: "
              + Printable.of(FileFailure.said(e)));
    }
    return lines.stream().allMatch(line -> line.outcome().equals("forgotten"))
        ? Hookset.OK
        : Hookset.NOT_AS_IT_SHOULD;
  }

  private boolean isWanted(List<EventKey> keys) {
    if (yes) {
      return true;
    }
    if (!hookset.terminal().isInteractive()) {
      throw Problem.ofTheCommandLine("nobody is there to ask; say --yes");
    }
    PrintWriter out = spec.commandLine().getErr();
    keys.forEach(key -> out.println("  " + Printable.of(key.toString())));
    out.flush();
    String answer =
        hookset
            .terminal()
            .ask(
                "Erase "
                    + (keys.size() == 1 ? "this event" : "these " + keys.size() + " events")
                    + " for good"
                    + (target.isDeployed() ? " in stack " + target.name() : "")
                    + "? [y/N] ");
    return answer != null
        && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
  }

  private DevTraces.Erased traces(List<EventKey> keys) throws IOException {
    URI dev = port.address(hookset);
    try {
      return new DevTraces(hookset.state(), dev).erase(keys, subject);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** What is said of an event. */
  private record Line(
      EventKey key, String outcome, @Nullable String digest, @Nullable Integer objects) {}

  private void print(List<Line> lines, DevTraces.@Nullable Erased traces) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new Json()
              .put(
                  "events",
                  lines.stream()
                      .map(
                          line ->
                              new Json()
                                  .put("provider", line.key().provider())
                                  .put("eventId", line.key().eventId())
                                  .put("outcome", line.outcome())
                                  .put("digest", line.digest())
                                  .put("objects", line.objects()))
                      .toList())
              .put("logLines", traces == null ? null : traces.logLines())
              .put("deliveries", traces == null ? null : traces.deliveries()));
      out.flush();
      return;
    }
    for (Line line : lines) {
      out.println(
          line.outcome().replace('_', ' ')
              + " "
              + Printable.of(line.key().toString())
              + (line.objects() == null || line.objects() == 0
                  ? ""
                  : ", with " + line.objects() + " long bodies in the bucket"));
    }
    if (traces != null) {
      out.println(
          "Erased here besides: "
              + traces.deliveries()
              + " deliveries of the page, "
              + traces.logLines()
              + " lines of the log.");
    }
    if (!dryRun) {
      rest(out);
    }
    out.flush();
  }

  /** What is not in reach. */
  private void rest(PrintWriter out) {
    out.println("Noted in " + hookset.state().resolve(ErasureLog.FILE) + ".");
    if (target.isDeployed()) {
      out.println(
          "Not in reach: point-in-time recovery can bring the table back as it was for up to 35"
              + " days, and backups for as long as they are kept; logs hold what handlers have"
              + " printed; copies on laptops are erased by the same command there, without"
              + " --stack.");
    }
  }
}
