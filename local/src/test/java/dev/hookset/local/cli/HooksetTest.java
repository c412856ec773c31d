package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.cli.terminal.Terminal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help and errors of the command line as a whole. */
final class HooksetTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private static Path home;

  static List<String> commands() {
    return List.copyOf(new TreeSet<>(new Shell(home).commandLine().getSubcommands().keySet()));
  }

  @Test
  void commands_thatAreDocumented_areThere() {
    assertTrue(
        commands().containsAll(List.of("clear", "demo", "dev", "event", "send", "status")),
        () -> commands().toString());
  }

  @Test
  void help_ofTheWhole_namesEveryCommandAndTheExitCodes() {
    Shell.Run run = new Shell(home).run("--help");

    assertEquals(0, run.code());
    assertEquals("", run.err());
    for (String command : commands()) {
      assertTrue(run.out().lines().anyMatch(line -> line.startsWith("  " + command)), command);
    }
    assertTrue(run.out().contains("Exit codes: 0 "), run::out);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEveryCommand_hasExamplesOfIt(String command) {
    Shell.Run run = new Shell(home).run(command, "--help");

    assertEquals(0, run.code());
    assertEquals("", run.err());
    String examples = run.out().substring(Math.max(run.out().indexOf("Example"), 0));
    assertTrue(examples.startsWith("Example"), run::out);
    assertTrue(examples.contains("./hookset " + command), run::out);
  }

  @Test
  void examples_inTheHelp_canBeCalled() {
    for (String command : commands()) {
      for (String line : new Shell(home).run(command, "--help").out().lines().toList()) {
        Calls.in(line).forEach(call -> Calls.parse(new Shell(home).commandLine(), call));
      }
    }
  }

  // Paragraphs were broken by hand at 95 columns, and again by the terminal at 80.
  @Test
  void help_ofEveryCommand_leavesTheBreakingOfLinesToTheTerminal() {
    CommandLine all = new Shell(home).commandLine();
    List<CommandLine> each = new ArrayList<>(all.getSubcommands().values());
    each.add(all);
    for (CommandLine command : each) {
      String[] paragraphs = command.getCommandSpec().usageMessage().description();
      for (int i = 1; i < paragraphs.length; i++) {
        assertTrue(
            paragraphs[i].isEmpty() != paragraphs[i - 1].isEmpty(),
            command.getCommandName() + ": " + paragraphs[i]);
      }
    }
  }

  // A fault of our own ended with 1, which `verify` and `show` use for "no", and a stack trace.
  // Then it was the throwable's message, which quoted an argument: a secret stood in a job's log.
  @Test
  void fault_ofOurOwn_isASentenceWithACodeOfItsOwn() throws IOException {
    List<Throwable> faults =
        List.of(
            new IllegalStateException("of whsec_4f2a9c1b7d"),
            new StackOverflowError("of whsec_4f2a9c1b7d"));
    for (Throwable fault : faults) {
      Shell.Run run = new Shell(home).run(new FailingTerminal(fault), "tail");

      assertEquals(70, run.code());
      assertEquals(1, run.errorLines().size(), run::err);
      assertTrue(run.err().contains(fault.getClass().getSimpleName()), run::err);
      assertTrue(run.err().contains("(HooksetTest.java:"), run::err);
      assertFalse((run.out() + run.err()).contains("4f2a9c"), run::err);
      Path details = home.resolve(".hookset/crash.txt");
      assertTrue(run.err().contains(details.toString()), run::err);
      assertTrue(Files.readString(details).contains("4f2a9c"), "the details are all there");
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(details)));
    }
  }

  /** Fails as soon as a command waits. */
  private record FailingTerminal(Throwable fault) implements Terminal {
    @Override
    public boolean isInteractive() {
      return false;
    }

    @Override
    public boolean isColoured() {
      return false;
    }

    @Override
    public @Nullable String ask(String question) {
      return null;
    }

    @Override
    public byte @Nullable [] secret(String question) {
      return null;
    }

    @Override
    public boolean pause(Duration duration) {
      fault.setStackTrace(new Throwable().getStackTrace());
      if (fault instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) fault;
    }
  }

  // The version stands in each pom and again in the command line: a release may forget one.
  @Test
  void version_isThatOfEachPom() throws IOException {
    String printed = new Shell(home).run("--version").out();

    for (String module : List.of(".", "functions", "local", "benchmarks")) {
      String pom = Files.readString(Shell.REPOSITORY.resolve(module).resolve("pom.xml"));
      String version = pom.replaceFirst("(?s).*?<version>([^<]+)</version>.*", "$1");
      assertEquals("hookset " + version + "\n", printed, module);
    }
  }

  @Test
  void noCommand_isAWrongCommandLine() {
    Shell.Run run = new Shell(home).run();

    assertEquals(2, run.code());
    assertEquals(List.of("hookset: which command?", "Try './hookset --help'."), run.errorLines());
  }

  @Test
  void unknownCommand_isNamedWithAHint() {
    Shell.Run run = new Shell(home).run("dmeo");

    assertEquals(2, run.code());
    assertEquals("", run.out());
    assertEquals(2, run.errorLines().size(), run::err);
    assertTrue(run.errorLines().getFirst().contains("'dmeo'"), run::err);
    assertEquals("Try './hookset --help'.", run.errorLines().getLast());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void unknownOption_isNamedWithAHint(String command) {
    Shell.Run run = new Shell(home).run(command, "--nonsense");

    assertEquals(2, run.code());
    assertEquals("", run.out());
    assertEquals(2, run.errorLines().size(), run::err);
    assertTrue(run.errorLines().getFirst().contains("'--nonsense'"), run::err);
    assertEquals("Try './hookset " + command + " --help'.", run.errorLines().getLast());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--port", "--dynamodb-port", "--sqs-port", "--s3-port"})
  void dev_onAPortThatIsTaken_namesTheOptionThatChoosesAnother(String option) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      Shell.Run run = new Shell(home).run(dev(option, port));
      assertEquals(3, run.code());
      assertEquals(
          List.of(
              "hookset: port "
                  + port
                  + " cannot be used; stop what uses it, or choose another with "
                  + option),
          run.errorLines());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"70000", "-1"})
  void dev_onAPortThatIsNone_isRefusedInOneLine(String port) {
    Shell.Run run = new Shell(home).run("dev", "--port=" + port);

    assertEquals(3, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(run.err().contains("--port"), run::err);
  }

  @Test
  void dev_withAPortThatIsNoNumber_isAWrongCommandLine() {
    Shell.Run run = new Shell(home).run("dev", "--port", "http");

    assertEquals(2, run.code());
    assertTrue(run.err().contains("--port"), run::err);
  }

  @Test
  void dev_saveDefaultWithoutAUrl_isAWrongCommandLine() {
    Shell.Run run = new Shell(home).run("dev", "--save-default");

    assertEquals(2, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(run.err().contains("--public-url"), run::err);
  }

  @Test
  void dev_withAPublicUrlThatIsNone_isAWrongCommandLine() {
    Shell.Run run = new Shell(home).run("dev", "--public-url", "ftp://example.com");

    assertEquals(2, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
  }

  @Test
  void dev_withoutATemplate_saysWhichFileIsMissing() {
    Shell.Run run = new Shell(home).run(dev("", ""));

    assertEquals(3, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(run.err().contains("template.yaml"), run::err);
  }

  private static String[] dev(String option, String port) {
    List<String> arguments = new ArrayList<>(List.of("dev"));
    for (String name : List.of("--port", "--dynamodb-port", "--sqs-port", "--s3-port")) {
      arguments.add(name + "=" + (name.equals(option) ? port : "0"));
    }
    return arguments.toArray(String[]::new);
  }
}
