package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What makes the cache of the commands' classes. A command that crashed in it was missing half of
 * them, left a report in the checkout as if somebody had called it, and nobody was told.
 */
final class TrainingRunTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @Test
  void commands_allSucceed() throws IOException {
    Shell.checkOutInto(home);

    for (String command : List.of("--help", "status", "send", "list", "show")) {
      assertEquals(Hookset.OK, TrainingRun.run(home, List.of(command)), command);
    }
    assertFalse(Files.exists(home.resolve(".hookset/crash.txt")));
  }
}
