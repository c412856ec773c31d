package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
}
