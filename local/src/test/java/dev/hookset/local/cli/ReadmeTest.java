package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what is written about the commands to the commands there are. */
final class ReadmeTest {
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "events/README.md", "docs/runbook.md"})
  void codeBlock_thatCallsHookset_canBeCalled(String file) throws IOException {
    List<String> calls = new ArrayList<>();
    boolean inBlock = false;
    for (String line : Files.readAllLines(Shell.REPOSITORY.resolve(file))) {
      if (line.startsWith("```")) {
        inBlock = !inBlock;
      } else if (inBlock) {
        calls.addAll(Calls.in(line));
      }
    }

    assertTrue(calls.size() >= 2, () -> file + " shows " + calls);
    calls.forEach(call -> Calls.parse(new Shell(Shell.REPOSITORY).commandLine(), call));
  }

  @Test
  void sentence_thatCallsHookset_canBeCalled() throws IOException {
    for (String file :
        List.of("README.md", "RATIONALE.md", "events/README.md", "docs/runbook.md")) {
      for (String line : Files.readAllLines(Shell.REPOSITORY.resolve(file))) {
        Calls.in(line).stream()
            .filter(call -> line.contains("`./hookset " + call + "`"))
            .forEach(call -> Calls.parse(new Shell(Shell.REPOSITORY).commandLine(), call));
      }
    }
  }

  @Test
  void readme_showsTheTwoCommandsFirst() throws IOException {
    String readme = Files.readString(Shell.REPOSITORY.resolve("README.md"));

    assertTrue(readme.contains("```sh\n./hookset demo\n```"));
    assertTrue(readme.contains("```sh\nmvn verify\n```"));
  }
}
