package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SubcommandTest {
  // Every start built all commands, and took longer for it than most of them run.
  @ParameterizedTest
  @EnumSource
  void called_isWhatTheCommandLineNames(Subcommand subcommand) {
    assertEquals(EnumSet.of(subcommand), Subcommand.called(subcommand.word(), "--json"));
    assertEquals(Set.of(), Subcommand.called("--help"));
  }

  @ParameterizedTest
  @EnumSource
  void nameAndSummary_areThoseOfTheCommand(Subcommand subcommand) {
    assertEquals(subcommand.word(), subcommand.build().getCommandName());
    assertEquals(
        subcommand.build().getCommandSpec().usageMessage().description()[0],
        subcommand.nameAndSummary().getCommandSpec().usageMessage().description()[0]);
  }

  @Test
  void completion_knowsEveryCommandAndItsOptions(@TempDir Path home) {
    Shell.Run run = new Shell(home).run("completion");

    assertEquals(Hookset.OK, run.code());
    for (Subcommand subcommand : Subcommand.values()) {
      assertTrue(
          run.out().contains("function _picocli_hookset_" + subcommand.word() + "()"),
          subcommand::word);
    }
    assertTrue(run.out().contains("'--dynamodb-port'"), "the options of list");
  }

  // The script was never called: that it holds a word says nothing of what a shell makes of it.
  @ParameterizedTest
  @CsvSource({
    "list --wi, --wide",
    "list --js, --json",
    "status --w, --wide",
    "clear --j, --json",
    "secret --js, --json",
    "rep, replay"
  })
  void completion_inBash_completesCommandsAndOptions(
      String typed, String completed, @TempDir Path home) throws Exception {
    Path script = home.resolve("completion");
    Files.writeString(script, new Shell(home).run("completion").out());
    List<String> command = new ArrayList<>(List.of("bash", "-c"));
    command.add(
        "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
            + " _complete_hookset; echo \"${COMPREPLY[*]}\"");
    command.addAll(List.of("bash", script.toString(), "hookset"));
    command.addAll(List.of(typed.split(" ", -1)));
    Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
    bash.getOutputStream().close();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertTrue(List.of(said.strip().split("\\s+")).contains(completed), said);
  }
}
