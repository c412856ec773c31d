package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.TypePattern;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Query;
import dev.hookset.local.operator.Records;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Lists events. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "List events, the newest first.",
      "",
      "Works on the running `./hookset dev`, or on a deployed stack (--stack). What is"
          + " unfinished, failed or quarantined is found at once, the others by when they"
          + " came; the table is read as a whole only with --all.",
      "",
      "An ID without its middle (evt_4f…9c) names its event to `show` and `replay` as the whole one"
          + " does. Attempts and last errors are there with --wide."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset list",
      "  ./hookset list --status unfinished,failed --watch",
      "  ./hookset list lucid --type 'budget.*' --since 2h --stack hookset",
      "  ./hookset list --status failed --json --stack hookset | jq -r .eventId"
    })
final class ListCommand implements Callable<Integer> {
  private static final String UNFINISHED = "unfinished";
  private static final Duration EVERY = Duration.ofSeconds(2);

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      description = "Whose (default: everybody's).")
  private @Nullable String provider;

  @Option(
      names = "--status",
      split = ",",
      paramLabel = "STATUS",
      description =
          "As the list prints it, or unfinished for received and processing; several with commas"
              + " (default: all).")
  private List<String> statuses = List.of();

  @Option(
      names = "--type",
      paramLabel = "PATTERN",
      description = "Of this type; * stands for any characters.")
  private @Nullable String type;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Received from this time on: 2026-06-01, 2026-06-01 12:00 (UTC), or 2h for two hours"
              + " ago.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "And before this time.")
  private @Nullable String until;

  @Option(
      names = "--limit",
      defaultValue = "20",
      paramLabel = "COUNT",
      description = "So many at most (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--look",
      defaultValue = "10000",
      paramLabel = "COUNT",
      description = "Give up after so many that do not fit (default: ${DEFAULT-VALUE}).")
  private int look;

  @Option(names = "--all", description = "Read the whole table, and pay for it.")
  private boolean all;

  @Option(names = "--json", description = "One JSON object a line.")
  private boolean json;

  @Option(names = "--watch", description = "Go on until Ctrl-C.")
  private boolean watch;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  @Override
  public Integer call() {
    if (limit < 1 || look < 1) {
      throw Problem.ofTheCommandLine("--limit and --look need to be at least 1");
    }
    Query query = query();
    return target.with(
        hookset,
        parts -> {
          if (watch) {
            watch(parts.records());
          } else {
            Records.Page page = page(parts.records(), query);
            print(page);
          }
          return Hookset.OK;
        });
  }

  private Query query() {
    Instant now = hookset.clock().instant();
    Set<Status> set = EnumSet.noneOf(Status.class);
    statuses.forEach(name -> set.addAll(status(name)));
    return new Query(
        set,
        provider == null ? null : ProviderNames.named(provider).name(),
        type == null ? null : TypePattern.of(type),
        Times.readIfGiven(since, now),
        Times.readIfGiven(until, now));
  }

  private static Set<Status> status(String name) {
    String word = name.strip().toLowerCase(Locale.ROOT);
    if (word.equals(UNFINISHED)) {
      return Set.of(Status.RECEIVED, Status.PROCESSING);
    }
    return Arrays.stream(Status.values())
        .filter(status -> word(status).equals(word))
        .findFirst()
        .map(Set::of)
        .orElseThrow(
            () ->
                Problem.ofTheCommandLine(
                    Printable.argument(name)
                        + " is not a status; one of "
                        + UNFINISHED
                        + ", "
                        + Arrays.stream(Status.values())
                            .map(ListCommand::word)
                            .collect(Collectors.joining(", "))));
  }

  private Records.Page page(Records records, Query query) {
    if (!all) {
      return records.newest(query, limit, look);
    }
    try (Stream<Listed> scanned = records.scan(query)) {
      return new Records.Page(
          scanned.sorted(Comparator.comparing(Listed::receivedAt).reversed()).limit(limit).toList(),
          0,
          null);
    }
  }

  /** On a terminal the list is drawn anew; elsewhere what is new or has changed is added. */
  private void watch(Records records) {
    PrintWriter out = spec.commandLine().getOut();
    Map<EventKey, Listed> known = new HashMap<>();
    do {
      Records.Page page = page(records, query());
      if (hookset.terminal().isInteractive() && !json) {
        out.print("\u001B[H\u001B[2J");
        out.println(Times.shown(hookset.clock().instant()) + " UTC, every 2 s; Ctrl-C ends");
        out.println();
        print(page);
      } else {
        List<Listed> changed =
            page.records().reversed().stream()
                .filter(record -> !record.equals(known.put(record.key(), record)))
                .toList();
        changed.forEach(record -> out.println(json ? json(record) : line(record)));
        out.flush();
      }
    } while (hookset.terminal().pause(EVERY));
  }

  private void print(Records.Page page) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      page.records().forEach(record -> out.println(json(record)));
    } else if (page.records().isEmpty()) {
      out.println("There is none.");
    } else {
      Table table =
          width.isWide()
              ? new Table(
                  "received (UTC)",
                  "provider",
                  "type",
                  "status",
                  "attempts",
                  "last error",
                  "event ID")
              : new Table("received (UTC)", "provider", "type", "status", "event ID");
      for (Listed record : page.records()) {
        table.add(width.isWide() ? allCells(record) : cells(record));
      }
      table.print(out, width.or(Table.Fit.SHORTENED));
    }
    out.flush();
    Instant cutOff = page.cutOff();
    if (cutOff != null) {
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "Looked at the newest "
              + page.examined()
              + ", back to "
              + cutOff
              + "; --look looks at more, --until begins earlier.");
      err.flush();
    }
  }

  private String[] cells(Listed record) {
    return new String[] {
      Times.shownToTheSecond(record.receivedAt()),
      Printable.of(record.key().provider()),
      Printable.of(record.type()),
      status(record),
      Printable.of(record.key().eventId())
    };
  }

  private String[] allCells(Listed record) {
    return new String[] {
      Times.shown(record.receivedAt()),
      Printable.of(record.key().provider()),
      Printable.of(record.type()),
      status(record),
      attempts(record),
      record.lastError() == null ? "" : Printable.of(record.lastError()),
      Printable.of(record.key().eventId())
    };
  }

  private String status(Listed record) {
    return Colour.of(record.status()).of(word(record.status()), hookset.terminal());
  }

  private String line(Listed record) {
    return String.join("  ", allCells(record)).stripTrailing();
  }

  private static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static String attempts(Listed record) {
    return record.attempts()
        + (record.replays() == 0 ? "" : " (replayed " + record.replays() + ")");
  }

  private static Json json(Listed record) {
    return new Json()
        .put("provider", record.key().provider())
        .put("eventId", record.key().eventId())
        .put("type", record.type())
        .put("status", word(record.status()))
        .put("receivedAt", record.receivedAt())
        .put("occurredAt", record.occurredAt())
        .put("environment", record.environment())
        .put("attempts", record.attempts())
        .put("replays", record.replays())
        .put("lastError", record.lastError())
        .put("notBefore", record.notBefore());
  }
}
