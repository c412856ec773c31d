package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

// An example longer than a terminal was broken in two, and what was copied ran its first half:
// `sam local invoke … --env-vars`; a sentence was broken inside of `./hookset dev`.
final class HelpTest {
  private static final int WIDTH = 80;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  static Stream<String> commands() {
    return Stream.concat(Stream.of(""), Stream.of(Subcommand.values()).map(Subcommand::word));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void example_inTheHelp_standsOnLinesOfItsOwn(String command) {
    CommandLine commandLine = command(command);

    for (String line : commandLine.getCommandSpec().usageMessage().footer()) {
      assertTrue(!line.startsWith("  ") || line.length() < WIDTH, line);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_isNotBrokenInsideOfACommand(String command) {
    List<String> broken =
        command(command)
            .getUsageMessage()
            .lines()
            .filter(line -> line.strip().startsWith("/hookset"))
            .toList();

    assertEquals(List.of(), broken);
  }

  private CommandLine command(String word) {
    CommandLine all = new Shell(home).commandLine();
    return word.isEmpty() ? all : Objects.requireNonNull(all.getSubcommands().get(word), word);
  }
}
