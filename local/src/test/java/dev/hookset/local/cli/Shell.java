package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Terminal;
import dev.hookset.local.cli.terminal.TestTerminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Runs commands as {@code ./hookset} does, in this JVM. */
final class Shell {
  /** The folder with {@code template.yaml}. */
  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  private final Path home;
  private final Map<String, String> environment;
  private final InstantSource clock;

  /** What a command printed, and the code that it ended with. */
  record Run(int code, String out, String err) {
    List<String> errorLines() {
      return err.lines().toList();
    }
  }

  Shell(Path home, Map<String, String> environment, InstantSource clock) {
    this.home = home;
    this.environment = environment;
    this.clock = clock;
  }

  Shell(Path home, Map<String, String> environment) {
    this(home, environment, InstantSource.system());
  }

  Shell(Path home) {
    this(home, Map.of());
  }

  /** Puts into {@code home} what commands read of a checkout. */
  static void checkOutInto(Path home) throws IOException {
    Files.copy(REPOSITORY.resolve("template.yaml"), home.resolve("template.yaml"));
    Path samples = Path.of("functions/src/test/resources/samples");
    Files.createDirectories(home.resolve(samples));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(REPOSITORY.resolve(samples))) {
      for (Path file : files) {
        Files.copy(file, home.resolve(samples).resolve(file.getFileName()));
      }
    }
  }

  Run run(String... arguments) {
    return run(new TestTerminal(), arguments);
  }

  Run run(Terminal terminal, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Hookset.run(
            commandLine(terminal)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true)),
            arguments);
    return new Run(code, out.toString(), err.toString());
  }

  CommandLine commandLine() {
    return commandLine(new TestTerminal());
  }

  CommandLine commandLine(Terminal terminal) {
    return Hookset.commandLine(home, environment, clock, terminal);
  }
}
