package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  // `replay --help` showed ID as if it had to be there, `send --help` PROVIDER as if it had not,
  // and
  // `verify --help` its two files.
  @ParameterizedTest
  @CsvSource({
    "replay, false, hookset replay [OPTIONS] [PROVIDER] ID",
    "replay --failed, true, hookset replay [OPTIONS] --failed [PROVIDER]",
    "replay lemma --from 2h, true, hookset replay [OPTIONS] PROVIDER --from TIME [--to TIME]",
    "replay --from 2h, false, hookset replay [OPTIONS] PROVIDER --from TIME [--to TIME]",
    "replay evt_1, true, hookset replay [OPTIONS] [PROVIDER] ID",
    "show, false, [PROVIDER] ID",
    "show evt_1, true, [PROVIDER] ID",
    "send, false, ' PROVIDER [TYPE]'",
    "event, false, hookset event [OPTIONS] PROVIDER [TYPE]",
    "event lemma, true, hookset event [OPTIONS] PROVIDER [TYPE]",
    "verify, false, hookset verify [OPTIONS] PROVIDER --headers FILE --body FILE",
    "verify lemma, false, hookset verify [OPTIONS] PROVIDER --headers FILE --body FILE",
    "list, true, [PROVIDER]",
    "tail --no-follow, true, [PROVIDER]",
    "secret, true, [PROVIDER]"
  })
  void usage_ofEachCommand_saysWhatItTakesAndWhatItNeeds(
      String arguments, boolean taken, String usage) {
    List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
    if (Set.of("replay", "show", "list").contains(words.getFirst())) {
      // Not on a stack that happens to run.
      words.addAll(List.of("--dynamodb-port=1", "--sqs-port=1", "--s3-port=1"));
    }

    // Samples are files of the checkout.
    Path folder = words.getFirst().equals("event") ? Shell.REPOSITORY : home;
    int code = new Shell(folder).run(words.toArray(String[]::new)).code();

    assertEquals(taken, code != Hookset.WRONG_COMMAND_LINE, () -> arguments + ": " + code);
    String synopsis = command(words.getFirst()).getHelp().synopsis(0).replaceAll("\\s+", " ");
    assertTrue(synopsis.contains(usage), synopsis);
  }

  private CommandLine command(String word) {
    CommandLine all = new Shell(home).commandLine();
    return word.isEmpty() ? all : Objects.requireNonNull(all.getSubcommands().get(word), word);
  }
}
