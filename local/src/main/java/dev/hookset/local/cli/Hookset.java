package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Output;
import dev.hookset.local.cli.terminal.OutputLost;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Terminal;
import dev.hookset.local.crash.CrashReport;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.reload.HandlerSources;
import dev.hookset.local.reload.SenderSources;
import dev.hookset.local.samples.Samples;
import dev.hookset.providers.Providers;
import dev.hookset.providers.UnusableSenders;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ./hookset}. */
@Command(
    name = "hookset",
    mixinStandardHelpOptions = true,
    version = "hookset 2.0.0",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Receives signed webhooks on AWS Lambda and makes sure that each one is handled,"
          + " once. These commands run the same functions on your laptop, and look after a"
          + " stack, there or in AWS."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset demo",
      "  ./hookset dev",
      "  ./hookset send lemma incident.resolved",
      "  ./hookset event lamba |",
      "    sam local invoke LambaFunction -e - --env-vars events/env.json",
      "  ./hookset list --status failed --stack hookset",
      "  ./hookset doctor --stack hookset",
      "",
      "Exit codes: 0 success; 1 no: `show` finds no record, `verify` a signature that does not"
          + " hold, `doctor` something broken, or a question was not answered with yes; 2 the"
          + " command line is wrong; 3 something is in the way (a taken port, a full disk), and the"
          + " message says what to do; 70 a fault of Hookset's own; 141 the reader of its output"
          + " has gone.",
      "",
      "Colours are for terminals alone; NO_COLOR=1 turns them off."
    })
public final class Hookset implements Runnable {
  /** All went as it should. */
  static final int OK = 0;

  /** It did not. */
  static final int NOT_AS_IT_SHOULD = 1;

  /** The command line is wrong. */
  static final int WRONG_COMMAND_LINE = CommandLine.ExitCode.USAGE;

  /** Something is in the way. */
  static final int IN_THE_WAY = 3;

  /** A fault of our own: what sysexits.h calls EX_SOFTWARE. */
  static final int CRASHED = 70;

  /** The reader of our output has gone; what a shell reports of a program that SIGPIPE ends. */
  static final int PIPE_CLOSED = 128 + 13;

  private final Path home;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  Hookset(Path home, Map<String, String> environment, InstantSource clock, Terminal terminal) {
    this.home = home;
    this.environment = environment;
    this.clock = clock;
    this.terminal = terminal;
    Providers.lookForOwnIn(new OwnSenders(this::senderSources, this::warn));
  }

  /** Returns the sources of the user's own senders, which lie beside the handlers. */
  SenderSources senderSources() {
    return new SenderSources(handlerSources());
  }

  private void warn(String sentence) {
    tell(spec.commandLine(), sentence);
  }

  /** Returns the user's sources, to be compiled against what runs here. */
  HandlerSources handlerSources() {
    return new HandlerSources(
        home, state().resolve("handlers"), System.getProperty("java.class.path", ""));
  }

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    Path home = Path.of(System.getProperty("hookset.home", "."));
    Map<String, String> environment = System.getenv();
    Proxies.install(environment);
    CommandLine commandLine =
        new Hookset(home, environment, InstantSource.system(), Terminal.ofProcess(environment))
            .commandLine(Subcommand.called(arguments));
    System.exit(run(commandLine.setOut(Output.ofProcess()), arguments));
  }

  /**
   * Runs a command and returns its code, whatever happens. The only place that catches everything.
   */
  static int run(CommandLine commandLine, String... arguments) {
    try {
      int code = commandLine.execute(arguments);
      commandLine.getOut().flush();
      return code;
    } catch (Throwable e) {
      return explain(e, commandLine);
    }
  }

  /**
   * Returns the command line, with every command.
   *
   * @param home the folder with {@code template.yaml}; {@code .hookset} lies beside it
   */
  static CommandLine commandLine(
      Path home, Map<String, String> environment, InstantSource clock, Terminal terminal) {
    return new Hookset(home, environment, clock, terminal).commandLine();
  }

  /** Returns the command line, with every command. */
  CommandLine commandLine() {
    return commandLine(EnumSet.allOf(Subcommand.class));
  }

  /** Returns the command line; of the commands that are not built, name and summary are there. */
  CommandLine commandLine(Set<Subcommand> built) {
    CommandLine commandLine = new CommandLine(this);
    for (Subcommand subcommand : Subcommand.values()) {
      commandLine.addSubcommand(
          subcommand.word(),
          built.contains(subcommand) ? subcommand.build() : subcommand.nameAndSummary());
    }
    commandLine.setUsageHelpAutoWidth(true);
    // An argument such as an event's ID comes from outside: @name must not print that file.
    commandLine.setExpandAtFiles(false);
    commandLine.setExecutionStrategy(result -> executed(result, commandLine));
    commandLine.setExecutionExceptionHandler((e, failed, _) -> explain(e, failed));
    commandLine.setParameterExceptionHandler(Hookset::correct);
    return commandLine;
  }

  /** Prints how to call it. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  /** Returns the folder with {@code template.yaml}. */
  Path home() {
    return home;
  }

  /** Returns the samples of the checkout. */
  Samples samples() {
    return new Samples(home);
  }

  /** Returns where the local stack and its settings are kept. */
  Path state() {
    return home.resolve(".hookset");
  }

  Map<String, String> environment() {
    return environment;
  }

  /** Returns the environment with the secrets that are kept for the local stack. */
  Map<String, String> localEnvironment() {
    return new KeptSecrets(state()).under(environment, clock.instant());
  }

  InstantSource clock() {
    return clock;
  }

  Terminal terminal() {
    return terminal;
  }

  /** Of what fails outside a command, such as the printing of help, picocli makes a 1. */
  private static int executed(CommandLine.ParseResult result, CommandLine commandLine) {
    try {
      return new CommandLine.RunLast().execute(result);
    } catch (ParameterException | CommandLine.ExecutionException e) {
      throw e;
    } catch (RuntimeException e) {
      return explain(e, commandLine);
    }
  }

  private static int explain(Throwable e, CommandLine commandLine) {
    return switch (e) {
      case OutputLost lost when lost.isOfAClosedPipe() -> PIPE_CLOSED;
      case OutputLost lost -> {
        tell(commandLine, String.valueOf(lost.getMessage()));
        yield IN_THE_WAY;
      }
      case UnusableSenders senders -> {
        tell(commandLine, String.valueOf(senders.getMessage()));
        yield IN_THE_WAY;
      }
      case Problem problem -> {
        tell(commandLine, String.valueOf(problem.getMessage()));
        yield problem.isOfTheCommandLine() ? WRONG_COMMAND_LINE : IN_THE_WAY;
      }
      default -> {
        tell(commandLine, crash(e, commandLine));
        yield CRASHED;
      }
    };
  }

  private static void tell(CommandLine commandLine, String sentence) {
    commandLine.getErr().println("hookset: " + sentence);
    commandLine.getErr().flush();
  }

  private static String crash(Throwable e, CommandLine commandLine) {
    String sentence =
        "this is a fault of Hookset's own, please report it: " + CrashReport.summary(e);
    if (!(commandLine.getCommandSpec().root().userObject() instanceof Hookset hookset)) {
      return sentence;
    }
    try {
      return sentence
          + "; "
          + CrashReport.keep(e, hookset.state())
          + " has the details, and may hold a secret";
    } catch (IOException unwritable) {
      return sentence
          + "; its details cannot be kept: "
          + FileFailure.said(hookset.state(), unwritable);
    }
  }

  private static int correct(ParameterException e, String[] arguments) {
    CommandLine commandLine = e.getCommandLine();
    commandLine.getErr().println("hookset: " + WrongArgument.explain(e));
    commandLine
        .getErr()
        .println(
            "Try '"
                + commandLine.getCommandSpec().qualifiedName().replaceFirst("^hookset", "./hookset")
                + " --help'.");
    return WRONG_COMMAND_LINE;
  }
}
