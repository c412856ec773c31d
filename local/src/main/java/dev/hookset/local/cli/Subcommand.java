package dev.hookset.local.cli;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The commands. To read the annotations of them all takes longer than most of them run, so only the
 * one that is called is built; of the others a name and a summary are enough for the help, and to
 * guess which one is meant.
 */
enum Subcommand {
  DEMO(DemoCommand::new, "Show the whole way, once, and exit."),
  DEV(
      DevCommand::new,
      "Keep the stack up, and show each delivery: here as a line, on its page with all there is."),
  TEST(TestCommand::new, "Run the tests of your handlers, and nothing else."),
  SEND(SendCommand::new, "Sign a delivery and post it."),
  EVENT(
      EventCommand::new,
      "Sign a delivery and print it as the event that its function is invoked with."),
  LIST(ListCommand::new, "List events, the newest first."),
  SHOW(ShowCommand::new, "Show what is known of an event, in the order in which it happened."),
  LISTEN(
      ListenCommand::new,
      "Play a deployed stack's events into the running `./hookset dev`: past ones, then live."),
  PULL(
      PullCommand::new,
      "Bring a deployed stack's events into the running `./hookset dev`, to be looked at."),
  LOOK(
      LookCommand::new,
      "Show a deployed stack on the page that `./hookset dev` has: its newest events, live."),
  REPLAY(ReplayCommand::new, "Have events handled again."),
  REDRIVE(RedriveCommand::new, "Move the dead-letter queue back and replay what failed."),
  RECONCILE(
      ReconcileCommand::new,
      "Compare what a provider says it has sent with the inbox: missing, extra, differing."),
  FORGET(
      ForgetCommand::new,
      "Erase the body of an event and what is personal in its record, for good."),
  VERIFY(VerifyCommand::new, "Say whether a delivery's signature holds and, if not, why."),
  PROVIDER(
      ProviderCommand::new,
      "Describe a sender of your own, or show what is known of one; without NAME, list all."),
  URLS(UrlsCommand::new, "Print the URLs to paste into the providers' consoles."),
  STATS(
      StatsCommand::new,
      "Count what came and what became of it, by provider, over a span of time."),
  TAIL(TailCommand::new, "Follow deliveries and attempts as they happen, until Ctrl-C."),
  DOCTOR(DoctorCommand::new, "Check a stack, and say for each finding what to do."),
  SECRET(
      SecretCommand::new,
      "Give a provider's secret to a stack; without PROVIDER, list which are set."),
  STATUS(
      StatusCommand::new,
      "Show the saved public URL, and what `./hookset dev` keeps across restarts."),
  CLEAR(ClearCommand::new, "Forget the saved public URL."),
  COMPLETION(
      CompletionCommand::new, "Print the script that completes what is typed in bash or zsh.");

  @SuppressWarnings("ImmutableEnumChecker") // A constructor's reference, which cannot change.
  private final Supplier<Object> command;

  private final String summary;

  Subcommand(Supplier<Object> command, String summary) {
    this.command = command;
    this.summary = summary;
  }

  /**
   * Returns the command that these arguments call; none if they call for help, or none of these.
   */
  static Set<Subcommand> called(String... arguments) {
    Set<Subcommand> called = EnumSet.noneOf(Subcommand.class);
    Arrays.stream(values())
        .filter(each -> Arrays.asList(arguments).contains(each.word()))
        .forEach(called::add);
    return called;
  }

  /** Returns what is typed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the command. */
  CommandLine build() {
    return new CommandLine(command.get());
  }

  /** Returns what the list of commands shows. */
  CommandLine nameAndSummary() {
    return new CommandLine(
        CommandSpec.create().usageMessage(new UsageMessageSpec().description(summary)));
  }
}
