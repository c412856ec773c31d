package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.hookset.EventKey;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be written: each message names the file, and why. */
final class UnwritableFilesTest {
  private static final Path FULL = Path.of("/dev/full");

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @Test
  void show_toAFullDisk_saysSo() {
    // "cannot write to /dev/full", and nothing of why.
    assumeTrue(Files.exists(FULL), "only Linux has /dev/full");
    EventKey key = operated.recorded("lemma", UUID.randomUUID().toString(), Status.SKIPPED);

    for (String option : List.of("--save", "--fixture")) {
      Shell.Run run = operated.local("show", "lemma", key.eventId(), option, FULL.toString());

      assertEquals(Hookset.IN_THE_WAY, run.code(), run::out);
      assertEquals(
          List.of("hookset: cannot write /dev/full: no space left on device"), run.errorLines());
    }
    assertTrue(!Files.isRegularFile(FULL), "it is still the device");
  }

  @Test
  void show_whereAFileIsInTheWay_namesIt() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "x");
    EventKey key = operated.recorded("lemma", UUID.randomUUID().toString(), Status.SKIPPED);
    String below = file.resolve("b.json").toString();

    Shell.Run save = operated.local("show", "lemma", key.eventId(), "--save", below);
    Shell.Run fixture = operated.local("show", "lemma", key.eventId(), "--fixture", below);

    assertEquals(
        List.of("hookset: cannot write " + below + ": not a directory"), save.errorLines());
    assertEquals(
        List.of("hookset: cannot write " + below + ": a file is in the way (" + file + ")"),
        fixture.errorLines());
  }

  @Test
  void keptFiles_whereAFileIsInTheWay_areNamedWithTheReason() throws IOException {
    // Their message was a path, or the name of an exception.
    Shell.checkOutInto(home);
    Path state = Files.writeString(home.resolve(".hookset"), "a file");

    Shell.Run secret =
        new Shell(home)
            .run(new TestTerminal(true, false).answering("whsec_4f2a9c1b7d"), "secret", "lemma");
    Shell.Run dev =
        new Shell(home).run("dev", "--public-url", "https://example.ngrok.dev", "--save-default");
    Shell.Run samples = new Shell(home).run("event", "--samples", state.toString());

    assertEquals(
        List.of(
            "hookset: cannot write "
                + state.resolve("secrets.properties")
                + ": a file is in the way ("
                + state
                + ")"),
        secret.errorLines());
    assertTrue(dev.err().startsWith("hookset: cannot make " + state + " private"), dev::err);
    assertTrue(dev.err().contains("a file is in the way"), dev::err);
    assertEquals(
        List.of("hookset: cannot write " + state + ": a file is in the way"), samples.errorLines());
  }
}
