package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that are given while the stack runs. */
final class SecretReloadTest {
  private static final String FIRST = "whsec_4f2a9c1b7d";
  private static final String SECOND = "whsec_4f2a9c0000";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private final StringWriter printed = new StringWriter();
  private final DeliveryLines lines =
      new DeliveryLines(new PrintWriter(printed, true), InstantSource.system(), ZoneOffset.UTC);
  private Instant now = Instant.now();

  @Test
  void secret_givenWhileTheStackRuns_isTakenWithoutARestart() throws IOException {
    Shell.checkOutInto(home);
    // `send` signed with the new secret at once, and the stack that ran refused that until somebody
    // thought of starting it anew.
    try (LocalStack stack = OperatedStack.start(OperatedStack.keys(), new StackListener() {})) {
      SecretReload reload =
          reload(kept -> stack.useKeys(LocalVariables.of(kept, new DevelopmentKeys(kept))));

      give(FIRST);
      assertEquals(Hookset.NOT_AS_IT_SHOULD, send(stack, FIRST));
      reload.look();
      assertEquals(Hookset.OK, send(stack, FIRST));

      give(SECOND);
      reload.look();
      assertEquals(Hookset.OK, send(stack, SECOND));
      assertEquals(Hookset.OK, send(stack, FIRST), "the one before is good for the grace");

      now = now.plus(Duration.ofDays(3));
      reload.look();
      assertEquals(Hookset.OK, send(stack, SECOND));
      assertEquals(Hookset.NOT_AS_IT_SHOULD, send(stack, FIRST));
      reload.look();
      assertEquals(
          3,
          printed
              .toString()
              .lines()
              .filter(line -> line.endsWith("  the secret of lemma is another from now on"))
              .count(),
          printed::toString);
    }
  }

  @Test
  void file_thatCannotBeRead_isToldOnceAndTheSecretsBeforeGoOn() throws IOException {
    SecretReload reload =
        reload(
            _ -> {
              throw new AssertionError("there is nothing to take");
            });
    Path file = Files.createDirectories(home.resolve(".hookset")).resolve("secrets.properties");
    Files.writeString(file, "lemma.current=x");

    reload.look();
    reload.look();

    assertEquals(1, printed.toString().lines().count(), printed::toString);
    assertTrue(
        printed.toString().contains("trouble: the secrets before go on: cannot read " + file),
        printed::toString);
  }

  private SecretReload reload(Consumer<Map<String, String>> take) {
    return new SecretReload(
        () -> new KeptSecrets(home.resolve(".hookset")).under(Map.of(), now),
        Map.of(),
        take,
        lines);
  }

  private void give(String secret) {
    Shell.Run run =
        new Shell(home, Map.of(), () -> now)
            .run(new TestTerminal(true, false).answering(secret), "secret", "lemma");
    assertTrue(run.out().contains("A `./hookset dev` that runs takes it at once"), run::out);
  }

  private int send(LocalStack stack, String secret) {
    return new Shell(home, Map.of("LEMMA_WEBHOOK_SECRET", secret))
        .run("send", "lemma", "--url", stack.url("lemma").toString())
        .code();
  }
}
