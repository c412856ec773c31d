package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.History;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.IndentedJson;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Terminal;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.StackLogs;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.fixtures.Fixture;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.history.LogLine;
import dev.hookset.local.operator.Conflict;
import dev.hookset.local.operator.Timeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows one event. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show what is known of an event, in the order in which it happened.",
      "",
      "The record tells when it came, its last attempts with their errors, when it was"
          + " settled and replayed, and where it stands; --log adds what the functions' log"
          + " says of it: each delivery, duplicates too, and each attempt with its error in"
          + " full."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset show evt_123",
      "  ./hookset show lamba evt_123 --body --log --stack hookset",
      "  ./hookset show lamba evt_123 --save body.json",
      "  ./hookset show evt_123 --fixture moved.json"
    })
final class ShowCommand implements Callable<Integer> {
  private static final int LONGEST_DETAILS = 500;
  private static final int LONGEST_ID = 200;
  private static final int HEX_BYTES = 256;
  private static final String STANDARD_OUTPUT = "-";

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..2",
      paramLabel = "[PROVIDER] ID",
      hideParamSyntax = true,
      description = "The event's ID, and whose it is if several providers have it.")
  private List<String> event = List.of();

  @Option(
      names = "--body",
      description = "Print the body, every token as it came; JSON over several lines.")
  private boolean body;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write the body to a file, byte for byte as it came.")
  private @Nullable Path save;

  @Option(
      names = "--fixture",
      paramLabel = "FILE",
      description =
          "Write the event to a file that tests read, what looks personal replaced, and say what"
              + " was; - is the standard output. It is a guess: read the file before you share it.")
  private @Nullable String fixture;

  @Option(names = "--force", description = "Let --fixture replace a file that is there.")
  private boolean force;

  @Option(names = "--log", description = "Add what the functions' log tells of it.")
  private boolean log;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  @Override
  public Integer call() {
    EventKeys.require(event);
    if (json && STANDARD_OUTPUT.equals(fixture)) {
      throw Problem.ofTheCommandLine("--json and --fixture - would both print");
    }
    return target.with(hookset, this::show);
  }

  private int show(Target.Parts parts) {
    PrintWriter out = spec.commandLine().getOut();
    InboxRecord record = EventKeys.find(parts, event).flatMap(parts.inbox()::find).orElse(null);
    if (record == null) {
      spec.commandLine()
          .getErr()
          .println(
              "hookset: there is no record of "
                  + EventKeys.shown(event)
                  + ": it never came, was refused, or has expired.");
      return Hookset.NOT_AS_IT_SHOULD;
    }
    Fixture made = fixture == null ? null : FixtureFile.of(record.event(whole(parts, record)));
    if (made != null && STANDARD_OUTPUT.equals(fixture)) {
      out.print(made.text());
      out.flush();
      FixtureFile.tell(spec.commandLine().getErr(), made, width.or(Table.Fit.WRAPPED));
      return Hookset.OK;
    }
    if (made != null && fixture != null) {
      FixtureFile.write(made, fixture, force);
    }
    List<Conflict> conflicts = parts.records().conflicts(record.key());
    List<LogLine> lines = log ? lines(record) : List.of();
    if (json) {
      Json object = json(record, conflicts, lines, parts);
      out.println(
          made == null
              ? object
              : object.put("fixture", fixture).put("replaced", FixtureFile.json(made.replaced())));
    } else {
      print(out, record, conflicts, lines);
      if (body) {
        printBody(out, parts, record);
      }
      if (made != null) {
        out.println();
        out.println("Written to " + Printable.of(String.valueOf(fixture)) + ".");
        FixtureFile.tell(out, made, width.or(Table.Fit.WRAPPED));
      }
    }
    out.flush();
    if (save != null) {
      save(parts, record, save);
    }
    return Hookset.OK;
  }

  private void print(
      PrintWriter out, InboxRecord record, List<Conflict> conflicts, List<LogLine> lines) {
    Terminal terminal = hookset.terminal();
    out.println(
        Printable.of(record.key().provider())
            + " event "
            + Printable.of(record.key().eventId(), LONGEST_ID)
            + "  "
            + Colour.of(record.status())
                .of(record.status().name().toLowerCase(Locale.ROOT), terminal));
    Table facts = new Table();
    facts.add("  type", Printable.of(record.type()));
    if (record.environment() != null) {
      facts.add("  environment", Printable.of(record.environment()));
    }
    facts.add("  body", sized(record));
    if (record.via() != null) {
      facts.add("  came by", Printable.of(record.via()) + ", not by a delivery");
    }
    new TreeMap<>(record.headers())
        .forEach((name, value) -> facts.add("  " + Printable.of(name), Printable.of(value)));
    if (record.traceId() != null) {
      facts.add("  trace", Printable.of(record.traceId()));
    }
    if (record.lease() != null) {
      facts.add("  last worker", "request " + Printable.of(record.lease().split("/", 2)[0]));
    }
    facts.print(out, width.or(Table.Fit.WRAPPED));
    out.println();
    Table timeline = new Table();
    for (Timeline.Moment moment : moments(record, conflicts, lines)) {
      timeline.add(
          "  " + (moment.at() == null ? "" : Times.shown(moment.at())),
          Printable.of(moment.what()),
          Printable.of(moment.details(), LONGEST_DETAILS));
    }
    timeline.print(out, width.or(Table.Fit.WRAPPED));
    Instant expiresAt = record.expiresAt();
    out.println();
    out.println(
        expiresAt != null
            ? "The record expires " + Times.shown(expiresAt) + " UTC."
            : record.status().isFinal()
                ? "The record never expires: the event's own time is not known."
                : "The record does not expire before it is settled.");
  }

  private List<Timeline.Moment> moments(
      InboxRecord record, List<Conflict> conflicts, List<LogLine> lines) {
    return Timeline.of(
        record,
        conflicts,
        lines.stream().map(ShowCommand::moment).toList(),
        hookset.clock().instant());
  }

  private static Timeline.Moment moment(LogLine line) {
    return new Timeline.Moment(
        line.at(),
        switch (line.kind()) {
          case DELIVERY -> "log: delivery " + line.outcome();
          case EVENT -> "log: attempt " + line.attempt() + " " + line.outcome();
        },
        line.reason() == null ? "" : line.reason());
  }

  private static String sized(InboxRecord record) {
    Body inline = record.body();
    return (record.forgottenAt() != null
            ? "forgotten " + Times.shown(record.forgottenAt()) + " UTC"
            : inline == null ? "in the overflow bucket" : inline.size() + " bytes")
        + ", SHA-256 "
        + record.digest();
  }

  private List<LogLine> lines(InboxRecord record) {
    String eventId = record.key().eventId();
    if (target.isDeployed()) {
      return target.withDeployed(
          hookset,
          stack ->
              new StackLogs(stack)
                  .about(eventId, record.receivedAt().minus(Duration.ofMinutes(1))));
    }
    LogFile file = new LogFile(hookset.state());
    try {
      return file.read().stream().filter(line -> eventId.equals(line.eventId())).toList();
    } catch (IOException e) {
      throw new Problem("cannot read " + FileFailure.said(file.path(), e));
    }
  }

  private static Body whole(Target.Parts parts, InboxRecord record) {
    try {
      return parts.inbox().body(record);
    } catch (BodyLost e) {
      throw new Problem(Printable.of(String.valueOf(e.getMessage())));
    }
  }

  private static void printBody(PrintWriter out, Target.Parts parts, InboxRecord record) {
    Body whole = whole(parts, record);
    out.println();
    if (!isText(whole)) {
      byte[] bytes = whole.toByteArray();
      out.println("Not text; the first bytes are:");
      out.println(HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, HEX_BYTES)));
    } else if (!IndentedJson.print(whole.utf8(), line -> out.println(Printable.of(line)))) {
      for (String line : whole.utf8().split("\n", -1)) {
        out.println(Printable.of(line));
      }
    }
  }

  private static boolean isText(Body whole) {
    return Body.ofUtf8(whole.utf8()).equals(whole);
  }

  private static void save(Target.Parts parts, InboxRecord record, Path file) {
    try {
      Files.write(file, whole(parts, record).toByteArray());
    } catch (IOException e) {
      throw new Problem("cannot write " + Printable.of(FileFailure.said(file, e)));
    }
  }

  private Json json(
      InboxRecord record, List<Conflict> conflicts, List<LogLine> lines, Target.Parts parts) {
    Json object =
        new Json()
            .put("provider", record.key().provider())
            .put("eventId", record.key().eventId())
            .put("type", record.type())
            .put("status", record.status().name().toLowerCase(Locale.ROOT))
            .put("occurredAt", record.occurredAt())
            .put("receivedAt", record.receivedAt())
            .put("environment", record.environment())
            .put("attempts", record.attempts())
            .put("pushes", record.pushes())
            .put("replays", record.replays())
            .put("lastError", record.lastError())
            .put("doneHandlers", new TreeSet<>(record.doneHandlers()))
            .put("notBefore", record.notBefore())
            .put("leaseUntil", record.leaseUntil())
            .put("settledAt", Timeline.settledAt(record))
            .put("history", record.history().entries().stream().map(ShowCommand::json).toList())
            .put("expiresAt", record.expiresAt())
            .put("digest", record.digest())
            .put("overflow", record.overflow())
            .put("headers", new TreeMap<>(record.headers()))
            .put("traceId", record.traceId())
            .put("via", record.via())
            .put("forgottenAt", record.forgottenAt())
            .put(
                "conflicts", conflicts.stream().map(conflict -> conflict.key().eventId()).toList());
    if (log) {
      object.put("log", lines.stream().map(LogJson::of).toList());
    }
    if (body) {
      Body whole = whole(parts, record);
      if (isText(whole)) {
        object.put("body", whole.utf8());
      } else {
        object.put("bodyBase64", Base64.getEncoder().encodeToString(whole.toByteArray()));
      }
    }
    return object;
  }

  private static Json json(History.Entry entry) {
    Json object = new Json().put("at", entry.at());
    return switch (entry) {
      case History.Attempt attempt -> {
        History.End end = attempt.end();
        object
            .put("what", "attempt")
            .put("attempt", attempt.number())
            .put("pushes", attempt.pushes());
        yield end == null
            ? object
            : object
                .put("endedAt", end.at())
                .put(
                    "outcome",
                    switch (end.status()) {
                      case DONE -> "done";
                      case SUPERSEDED -> "superseded";
                      case FAILED -> "failed";
                      case RECEIVED, PROCESSING, SKIPPED, QUARANTINED -> "retry";
                    })
                .put("error", end.error());
      }
      case History.GivenUp givenUp -> object.put("what", "given_up").put("error", givenUp.error());
      case History.Replayed _ -> object.put("what", "replayed");
    };
  }
}
