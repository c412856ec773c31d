package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.aws.Misconfiguration;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows the whole way, once. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show the whole way, once, and exit.",
      "",
      "Starts the stack in memory, sends a delivery of each provider, a duplicate, a"
          + " forged and a stale one where its sender signs a time, and shows what became of each. A handler that does"
          + " nothing takes the place of yours, and no variable of the environment counts."
          + " Exits with 0 only if all went as it should."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ./hookset demo", "  ./hookset demo --providers stripe,github"})
final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(
      names = "--providers",
      split = ",",
      paramLabel = "NAME",
      description = "Whose deliveries to send (default: as for `dev`).")
  private List<String> providers = List.of();

  @Option(names = "--json", description = "One JSON object a line for each delivery.")
  private boolean json;

  @Mixin private TableWidth width;

  private final BlockingQueue<Receipt> receipts = new LinkedBlockingQueue<>();
  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();

  /** One delivery of the demonstration, and what should become of it. */
  private record Step(String name, DeliveryRequest request, Receipt.Outcome expected) {}

  /** A step, how often it was sent, and what became of it. */
  private record Taken(Step step, int tries, Sender.Answer answer, @Nullable Receipt receipt) {
    /** Whether it was recorded. One that was sent again may have been, although it was told not. */
    boolean isRecorded() {
      return receipt != null
          && (receipt.outcome() == Receipt.Outcome.ACCEPTED
              || (tries > 1 && receipt.outcome() == Receipt.Outcome.DUPLICATE));
    }
  }

  /** What is shown of it; {@code record} is null where nothing was recorded. */
  private record Row(
      Taken taken,
      @Nullable EventKey key,
      @Nullable String record,
      @Nullable Report report,
      boolean asItShould) {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.println("Starting the functions over embedded servers for DynamoDB, SQS and S3 ...");
      out.flush();
    }
    try (LocalStack stack = start();
        Sender sender = new Sender()) {
      List<Taken> taken = new ArrayList<>();
      for (Step step : steps(stack)) {
        taken.add(take(sender, stack, step));
      }
      Map<EventKey, Report> handled = await(taken);
      Inbox inbox = stack.inbox();
      List<Row> rows = taken.stream().map(one -> row(one, handled, inbox)).toList();
      if (json) {
        rows.forEach(row -> out.println(json(row)));
        out.flush();
      } else {
        print(out, rows);
      }
      return rows.stream().allMatch(Row::asItShould) ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
    }
  }

  private LocalStack start() {
    // The development keys, whatever the environment has: this is to work anywhere.
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    try {
      return LocalStack.start(
          LocalProviders.template(hookset, providers),
          new LocalStack.Settings(
              null,
              0,
              0,
              0,
              0,
              LocalVariables.of(Map.of(), keys),
              // Not the user's handlers, which would act: page somebody, write to a database.
              Routes.builder().otherwise((_, _) -> {}).build()),
          hookset.clock(),
          new StackListener() {
            @Override
            public void delivered(Receipt receipt) {
              receipts.add(receipt);
            }

            @Override
            public void worked(Report report) {
              reports.add(report);
            }

            @Override
            public void troubled(String message) {
              spec.commandLine().getErr().println("trouble: " + Printable.of(message));
            }
          });
    } catch (IOException | Misconfiguration e) {
      throw new Problem("the stack does not start: " + FileFailure.said(e));
    }
  }

  private List<Step> steps(LocalStack stack) {
    Deliveries all = new Deliveries(new DevelopmentKeys(Map.of()), hookset.samples());
    List<Step> steps = new ArrayList<>();
    try {
      for (Provider provider : stack.providers()) {
        Deliveries there = all.to(stack.url(provider.name()));
        String type = there.samples().defaultType(provider);
        steps.add(
            new Step(
                provider.name(),
                there.genuine(provider, type, id(), hookset.clock().instant()),
                Receipt.Outcome.ACCEPTED));
      }
    } catch (IllegalArgumentException e) {
      throw new Problem(String.valueOf(e.getMessage()));
    }
    Step first = steps.getFirst();
    Step second = steps.get(Math.min(1, steps.size() - 1));
    steps.add(new Step(first.name() + ", again", first.request(), Receipt.Outcome.DUPLICATE));
    if (second.request().provider().scheme().isSigned()) {
      steps.add(
          new Step(
              second.name() + ", forged", all.forged(second.request()), Receipt.Outcome.REFUSED));
    }
    Provider dated =
        stack.providers().stream()
            .filter(each -> each.scheme().hasTimestamp() || !each.timePaths().isEmpty())
            .findFirst()
            .orElse(null);
    if (dated != null) {
      Deliveries there = all.to(stack.url(dated.name()));
      steps.add(
          new Step(
              dated.name() + ", stale",
              there.stale(
                  dated, there.samples().defaultType(dated), id(), hookset.clock().instant()),
              Receipt.Outcome.REFUSED));
    }
    return steps;
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private Taken take(Sender sender, LocalStack stack, Step step) {
    URI url = stack.url(step.request().provider().name());
    Sender.Delivered delivered = sender.deliver(url, step.request(), DemoCommand::pause);
    Receipt receipt = null;
    for (int i = 0; i < delivered.tries(); i++) {
      receipt = poll(receipts, PATIENCE);
    }
    return new Taken(step, delivered.tries(), delivered.last(), receipt);
  }

  private static void pause() {
    try {
      Thread.sleep(AGAIN_AFTER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the worker is through with every event that was accepted. */
  private Map<EventKey, Report> await(List<Taken> taken) {
    Set<EventKey> open = new HashSet<>();
    for (Taken one : taken) {
      Receipt receipt = one.receipt();
      if (receipt != null && receipt.key() != null && one.isRecorded()) {
        open.add(receipt.key());
      }
    }
    Map<EventKey, Report> handled = new HashMap<>();
    while (!open.isEmpty()) {
      Report report = poll(reports, PATIENCE);
      if (report == null) {
        break;
      }
      EventKey key = report.key();
      if (key != null && report.attempt() > 0) {
        handled.put(key, report);
        open.remove(key);
      }
    }
    return handled;
  }

  private static Row row(Taken one, Map<EventKey, Report> handled, Inbox inbox) {
    EventKey key = one.receipt() == null ? null : one.receipt().key();
    String record = key == null ? null : inbox.find(key).map(DemoCommand::status).orElse(null);
    Report report = key == null ? null : handled.get(key);
    return new Row(one, key, record, report, isAsItShould(one, record, report));
  }

  private void print(PrintWriter out, List<Row> rows) {
    Table table =
        width.isWide()
            ? new Table(
                "delivery", "answer", "outcome", "event ID", "type", "record", "handler", "")
            : new Table("delivery", "answer", "outcome", "record", "handler", "");
    for (Row row : rows) {
      Receipt receipt = row.taken().receipt();
      String name = row.taken().step().name();
      String record = Objects.requireNonNullElse(row.record(), "-");
      String answer = Integer.toString(row.taken().answer().status());
      String outcome = receipt == null ? "-" : outcome(receipt);
      String handler = row.report() == null ? "-" : String.join(", ", row.report().handlers());
      String verdict = row.asItShould() ? "ok" : "NOT AS IT SHOULD BE";
      if (width.isWide()) {
        String type =
            receipt == null || receipt.type() == null ? "-" : Printable.of(receipt.type());
        String id = row.key() == null ? "-" : Printable.of(row.key().eventId());
        table.add(name, answer, outcome, id, type, record, handler, verdict);
      } else {
        table.add(name, answer, outcome, record, handler, verdict);
      }
    }
    out.println();
    table.print(out, width.or(Table.Fit.SHORTENED));
    out.println();
    out.println(
        rows.stream().allMatch(Row::asItShould)
            ? "All went as it should. Next: ./hookset dev"
            : "Something did not go as it should; the last column says where.");
    out.flush();
  }

  private static Json json(Row row) {
    Receipt receipt = row.taken().receipt();
    return new Json()
        .put("delivery", row.taken().step().name())
        .put("provider", row.taken().step().request().provider().name())
        .put("status", row.taken().answer().status())
        .put("outcome", receipt == null ? null : receipt.outcome().word())
        .put("reason", receipt == null ? null : receipt.detail())
        .put("eventId", row.key() == null ? null : row.key().eventId())
        .put("type", receipt == null ? null : receipt.type())
        .put("record", row.record() == null ? null : row.record().toLowerCase(Locale.ROOT))
        .put("handlers", row.report() == null ? null : row.report().handlers())
        .put("asExpected", row.asItShould());
  }

  private static boolean isAsItShould(Taken one, @Nullable String record, @Nullable Report report) {
    Receipt receipt = one.receipt();
    Provider provider = one.step().request().provider();
    boolean isExpected =
        one.step().expected() == Receipt.Outcome.ACCEPTED
            ? one.isRecorded()
            : receipt != null && receipt.outcome() == one.step().expected();
    if (receipt == null || !isExpected) {
      return false;
    }
    if (receipt.outcome() == Receipt.Outcome.REFUSED) {
      return one.answer().status() == provider.refusalStatus() && record == null;
    }
    return one.answer().status() == provider.successStatus()
        && Status.DONE.name().equals(record)
        && report != null
        && report.outcome() == Report.Outcome.DONE;
  }

  private static String outcome(Receipt receipt) {
    return receipt.detail() == null ? receipt.outcome().word() : receipt.detail();
  }

  private static String status(InboxRecord record) {
    return record.status().name();
  }

  private static <T> @Nullable T poll(BlockingQueue<T> queue, Duration patience) {
    try {
      return queue.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
