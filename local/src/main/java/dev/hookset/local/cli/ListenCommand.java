package dev.hookset.local.cli;

import dev.hookset.TypePattern;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.listen.Bookmark;
import dev.hookset.local.listen.Bookmarks;
import dev.hookset.local.listen.Listener;
import dev.hookset.local.listen.LocalCopies;
import dev.hookset.local.listen.Outcome;
import dev.hookset.local.listen.StackSource;
import dev.hookset.local.listen.Waits;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Plays a deployed stack's events into the local one. */
@Command(
    name = "listen",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Play a deployed stack's events into the running `./hookset dev`: past ones, then live.",
      "",
      "In the order in which they came, long bodies too, under their own keys: an event"
          + " that was played is not handled twice. The deployed stack is only read"
          + " (docs/permissions.md has the policy). Where it stopped it goes on the next"
          + " time, for each stack and filter; it waits for a network or credentials that"
          + " are away. Runs until Ctrl-C.",
      "",
      "Handlers run with the local settings, which are named at the start."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset listen --stack hookset",
      "  ./hookset listen lemma --type 'incident.*' --since 2h --stack hookset",
      "  ./hookset listen --since 7d --again --no-follow --stack hookset"
    })
final class ListenCommand implements Callable<Integer> {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration WITHOUT_BOOKMARK = Duration.ofDays(1);
  private static final int WIDEST_ID = 60;

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      description = "Whose (default: everybody's).")
  private @Nullable String provider;

  @Option(
      names = "--type",
      paramLabel = "PATTERN",
      description = "Of this type; * stands for any characters.")
  private @Nullable String type;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Begin at this time: 2026-06-01T12:00:00Z, or 2h for two hours ago (default: where it"
              + " stopped, else a day ago).")
  private @Nullable String since;

  @Option(names = "--again", description = "Have what is here already handled once more.")
  private boolean again;

  @Option(names = "--no-follow", description = "End with what there is.")
  private boolean noFollow;

  @Option(names = "--json", description = "One JSON object a line for each event.")
  private boolean json;

  @Mixin private Target target;

  @Override
  public Integer call() {
    if (provider != null) {
      provider = ProviderNames.named(provider).name();
    }
    Instant now = hookset.clock().instant();
    Instant from = Times.readIfGiven(since, now);
    return target.withBoth(
        hookset,
        DeployedStack::findToWaitFor,
        (deployed, there, here) -> {
          List<String> providers =
              provider == null
                  ? deployed.providers().stream().map(Provider::name).toList()
                  : List.of(provider);
          Bookmarks bookmarks =
              new Bookmarks(
                  hookset.state(),
                  String.join(
                      " ",
                      deployed.name(),
                      deployed.region(),
                      Objects.requireNonNullElse(provider, "*"),
                      Objects.requireNonNullElse(type, "*")));
          try {
            Bookmark kept = from == null ? bookmarks.read() : Bookmark.at(from);
            Bookmark start = kept == null ? Bookmark.at(now.minus(WITHOUT_BOOKMARK)) : kept;
            begin(deployed, start);
            return follow(
                new Listener(
                    new StackSource(there.records(), there.inbox(), providers),
                    new LocalCopies(
                        here.inbox(),
                        new SqsWorkQueue(here.sqs(), here.queueUrl()),
                        deployed.name(),
                        again,
                        hookset.clock()),
                    bookmarks,
                    type == null ? null : TypePattern.of(type),
                    start,
                    hookset.clock()));
          } catch (IOException e) {
            throw new Problem(
                "cannot keep how far it came in "
                    + hookset.state().resolve(Bookmarks.FOLDER)
                    + ": "
                    + e.getMessage());
          }
        });
  }

  private void begin(DeployedStack deployed, Bookmark start) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "Plays what came to stack "
            + deployed.name()
            + " ("
            + deployed.region()
            + ") since "
            + Times.shownToTheSecond(start.from())
            + " UTC; the stack is only read."
            + (noFollow ? "" : " Ctrl-C ends."));
    List<String> settings = NamedSettings.shown(hookset.state());
    err.println(
        settings.isEmpty()
            ? "Which settings the local handlers have is not known; start `./hookset dev` again."
            : "The local handlers have the local settings: " + String.join(", ", settings) + ".");
    err.flush();
  }

  private int follow(Listener listener) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    Waits waits = new Waits();
    String waitsFor = null;
    while (true) {
      Duration pause = EVERY;
      try {
        listener.look(this::print);
        spec.commandLine().getOut().flush();
        if (waitsFor != null) {
          err.println("Goes on.");
          waitsFor = null;
        }
        waits.reset();
        if (noFollow) {
          return Hookset.OK;
        }
      } catch (RuntimeException e) {
        String reason = Waits.forWhat(e);
        if (reason == null) {
          throw e;
        }
        if (!reason.equals(waitsFor)) {
          err.println("Waits for " + Printable.of(reason) + ".");
        }
        waitsFor = reason;
        pause = waits.next();
      }
      err.flush();
      if (!hookset.terminal().pause(pause)) {
        return waitsFor == null ? Hookset.OK : Hookset.IN_THE_WAY;
      }
    }
  }

  private void print(Listener.Played played) {
    PrintWriter out = spec.commandLine().getOut();
    String id = played.arrival().key().eventId();
    String name = played.arrival().key().provider();
    if (json) {
      out.println(
          new Json()
              .put("receivedAt", played.arrival().receivedAt())
              .put("provider", name)
              .put("eventId", id)
              .put("type", played.arrival().type())
              .put("outcome", played.outcome().word())
              .put("detail", played.detail()));
      return;
    }
    out.println(
        Times.shown(played.arrival().receivedAt())
            + "  "
            + Printable.of(name)
            + "  "
            + colour(played.outcome())
                .of(played.outcome().word().replace('_', ' '), hookset.terminal())
            + "  "
            + Printable.of(id, WIDEST_ID)
            + " ("
            + Printable.of(played.arrival().type())
            + ")"
            + (played.detail() == null ? "" : ": " + Printable.of(played.detail())));
  }

  private static Colour colour(Outcome outcome) {
    return switch (outcome) {
      case PLAYED, PLAYED_AGAIN -> Colour.GOOD;
      case RECORDED, ALREADY_HERE -> Colour.FAINT;
      case DIFFERS_HERE -> Colour.WARNING;
      case GONE, UNREADABLE, NOT_REDACTED -> Colour.BAD;
    };
  }
}
