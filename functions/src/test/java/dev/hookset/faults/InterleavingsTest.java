package dev.hookset.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hookset.faults.Interleaving.Outcome;
import dev.hookset.providers.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Draws orders in which the steps of several processes come, and holds the invariants of {@link
 * Ledger} after each step. {@code -Dhookset.interleavings} says how many ({@code -Dproof}: very
 * many), {@code -Dhookset.seed} which is the first: with the seed of a failure and one interleaving
 * it fails again, the same way.
 */
final class InterleavingsTest {
  private static final int RUNS =
      Integer.getInteger(
          "hookset.interleavings", System.getProperty("proof") == null ? 3_000 : 100_000);
  private static final long FIRST_SEED = Long.getLong("hookset.seed", 1);

  @Test
  void steps_inAnyOrder_keepTheInvariants() throws IOException {
    Sender sender = new Sender(Providers.named("lucid").orElseThrow());
    int events = drawn(sender, Interleaving.deliveries(sender), false);
    report(
        "2-interleavings.md",
        "## Interleavings",
        "Deliveries, retries, other bytes under the same ID, pushes, claims, crashes, lapses,"
            + " settlements, replays, redrives and deletions in orders drawn at random; the rules"
            + " are looked at after every step.",
        events);
  }

  @Test
  void steps_onEventsOfOneSubject_keepThemInTurnAndInOrder() throws IOException {
    Sender sender = new Sender(Providers.named("lucid").orElseThrow());
    int events = drawn(sender, Interleaving.inDisorder(sender), true);
    report(
        "2-interleavings-of-a-subject.md",
        "### Of one subject",
        "Likewise, with routes that want the latest alone: three events of one subject, two of"
            + " them of the same, earlier time. Besides the other rules: no two of them are in a"
            + " handler at once, none is handled after a newer one, and what is SUPERSEDED has a"
            + " newer one that was handled.",
        events);
  }

  private static int drawn(Sender sender, List<Sender.Outgoing> deliveries, boolean oneSubject) {
    int events = 0;
    int superseded = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      Outcome outcome = new Interleaving(seed, sender, deliveries, oneSubject).run();
      if (!outcome.violations().isEmpty()) {
        fail(
            "with -Dhookset.seed="
                + seed
                + " -Dhookset.interleavings=1: "
                + outcome.violations()
                + " after\n"
                + String.join("\n", outcome.trace()));
      }
      events += outcome.events();
      superseded += outcome.superseded();
    }
    assertTrue(events > 0, "nothing was accepted in any run");
    assertTrue(superseded > 0 || !oneSubject || RUNS < 100, "nothing was superseded");
    return events;
  }

  private static void report(String file, String title, String words, int events)
      throws IOException {
    Files.writeString(
        Files.createDirectories(Path.of("target", "proof")).resolve(file),
        String.format(
            Locale.ROOT,
            "%s%n%n%s%n%n| runs | first seed | events accepted | violations |%n"
                + "|---:|---:|---:|---:|%n| %d | %d | %d | 0 |%n",
            title,
            words,
            RUNS,
            FIRST_SEED,
            events));
  }

  @Test
  void run_drawnAgain_goesTheSameWay() {
    Sender sender = new Sender(Providers.named("lucid").orElseThrow());
    List<Sender.Outgoing> deliveries = Interleaving.deliveries(sender);
    for (long seed = 1; seed <= 20; seed++) {
      assertEquals(
          new Interleaving(seed, sender, deliveries, false).run(),
          new Interleaving(seed, sender, deliveries, false).run());
    }
  }
}
