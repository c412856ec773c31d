package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.receive.QueueUnavailable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Long work that ends before its time. */
final class BatchTest {
  private static final List<EventKey> KEYS =
      List.of(new EventKey("lemma", "a"), new EventKey("lemma", "b"), new EventKey("lemma", "c"));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void run_endedByAnOutage_saysHowFarItCameAndHowToGoOn() {
    assertThrows(
        QueueUnavailable.class,
        () ->
            batch()
                .run(
                    KEYS,
                    key -> {
                      if (key.eventId().equals("b")) {
                        throw new QueueUnavailable("SQS is down", new IllegalStateException());
                      }
                      return true;
                    },
                    () -> "The same command takes the rest.",
                    Batch.lines(new PrintWriter(out, true), KEYS.size())));

    assertEquals("replayed lemma#a\n", out.toString());
    assertTrue(
        err.toString().contains("Stopped after 1 of 3. The same command takes the rest.\n"),
        err::toString);
  }

  @Test
  void run_toItsEnd_saysNothingOfTheRest() {
    int replayed =
        batch()
            .run(
                KEYS,
                key -> !key.eventId().equals("b"),
                () -> "never",
                Batch.lines(new PrintWriter(out, true), KEYS.size()));

    assertEquals(2, replayed);
    assertEquals("", err.toString());
    assertTrue(out.toString().contains("not replayed lemma#b"), out::toString);
  }

  private Batch batch() {
    Hookset hookset = new Shell(Shell.REPOSITORY).commandLine().getCommand();
    return new Batch(hookset, new PrintWriter(err, true), false);
  }
}
