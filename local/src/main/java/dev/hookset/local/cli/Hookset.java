package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code ./hookset}. */
@Command(
    name = "hookset",
    mixinStandardHelpOptions = true,
    version = "hookset 1.0.0-SNAPSHOT",
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Receives signed webhooks on AWS Lambda and makes sure that each one is handled, once.",
      "These commands run the same functions on your laptop, and look after a stack, there or in"
          + " AWS."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset demo",
      "  ./hookset dev",
      "  ./hookset send lemma incident.resolved",
      "  ./hookset event lamba | sam local invoke LambaFunction -e - --env-vars events/env.json",
      "  ./hookset list --status failed --stack hookset",
      "  ./hookset doctor --stack hookset",
      "",
      "Exit codes: 0 all went as it should, 1 it did not, 2 the command line is wrong,",
      "3 something is in the way (a taken port, an unreadable file); the message says what to do.",
      "1 is also the answer no: `show` finds no record, `verify` a signature that does not hold,",
      "`doctor` something broken, and a question is not answered with yes. 70 is a fault of"
          + " hookset's own.",
      "Colours are for terminals alone; NO_COLOR=1 turns them off."
    },
    subcommands = {
      DemoCommand.class,
      DevCommand.class,
      SendCommand.class,
      EventCommand.class,
      ListCommand.class,
      ShowCommand.class,
      ReplayCommand.class,
      RedriveCommand.class,
      VerifyCommand.class,
      UrlsCommand.class,
      StatsCommand.class,
      TailCommand.class,
      DoctorCommand.class,
      RotateCommand.class,
      StatusCommand.class,
      ClearCommand.class,
      ReviseCommand.class,
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

  /** The command itself is at fault: EX_SOFTWARE of sysexits.h. */
  static final int CRASHED = 70;

  private static final String STATE = ".hookset";

  private final Path home;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  private Hookset(
      Path home, Map<String, String> environment, InstantSource clock, Terminal terminal) {
    this.home = home;
    this.environment = environment;
    this.clock = clock;
    this.terminal = terminal;
  }

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    Path home = Path.of(System.getProperty("hookset.home", "."));
    Map<String, String> environment = System.getenv();
    CommandLine commandLine =
        commandLine(home, environment, InstantSource.system(), Terminal.ofProcess(environment));
    int code;
    try {
      code = commandLine.execute(arguments);
    } catch (
        Error e) { // picocli hands on exceptions only; out of memory must not look like a "no".
      code = Crash.report(e, home.resolve(STATE), commandLine.getErr());
    }
    System.exit(code);
  }

  /**
   * Returns the command line.
   *
   * @param home the folder with {@code template.yaml}; {@code .hookset} lies beside it
   */
  static CommandLine commandLine(
      Path home, Map<String, String> environment, InstantSource clock, Terminal terminal) {
    Hookset hookset = new Hookset(home, environment, clock, terminal);
    CommandLine commandLine = new CommandLine(hookset);
    commandLine.setUsageHelpAutoWidth(true);
    // An argument such as an event's ID comes from outside: @name must not print the file of that
    // name.
    commandLine.setExpandAtFiles(false);
    commandLine.setExecutionExceptionHandler((e, command, _) -> hookset.explain(e, command));
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

  /** Returns where the local stack and its settings are kept. */
  Path state() {
    return home.resolve(STATE);
  }

  Map<String, String> environment() {
    return environment;
  }

  InstantSource clock() {
    return clock;
  }

  Terminal terminal() {
    return terminal;
  }

  private int explain(Exception e, CommandLine commandLine) {
    if (!(e instanceof Problem problem)) {
      return Crash.report(e, state(), commandLine.getErr());
    }
    commandLine.getErr().println("hookset: " + problem.getMessage());
    return problem.isOfTheCommandLine() ? WRONG_COMMAND_LINE : IN_THE_WAY;
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
