package dev.hookset.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.faults.Simulation.Outcome;
import dev.hookset.faults.Simulation.Path;
import dev.hookset.inbox.Status;
import dev.hookset.providers.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Kills a process at every point before and after every call, for every provider, and lets the rest
 * run on. Its report is {@code target/proof/1-crash-matrix.md}.
 */
final class CrashMatrixTest {
  private static final List<Sender> SENDERS =
      Providers.deployed().stream().map(Sender::new).toList();

  /** Where two deaths in one run are tried, each at every point; the attempts last for both. */
  private static final List<Path> TWICE =
      List.of(Path.HANDLED, Path.DUPLICATED, Path.FAILED_AND_REPLAYED, Path.OUT_OF_ORDER);

  /** With {@code -Dproof} every pair of points for every provider; otherwise for one of them. */
  private static final boolean EVERY_PAIR = System.getProperty("proof") != null;

  private static final Map<Path, Row> ONCE = new LinkedHashMap<>();
  private static final Map<Path, Row> PAIRS = new LinkedHashMap<>();
  private static final Set<String> POINTS = new TreeSet<>();

  /** What came of the runs of one path. */
  private static final class Row {
    private int points;
    private int runs;
    private int events;
    private int doubled;
    private int window;
    private final List<String> lost = new ArrayList<>();
    private final List<String> doubledElsewhere = new ArrayList<>();
    private final List<String> doublesByPoint = new ArrayList<>();

    void add(Sender sender, Outcome outcome) {
      String where = sender.provider().name() + ", died " + outcome.deaths() + ": ";
      runs++;
      events += outcome.events();
      doubled += outcome.doubledInWindow();
      if (outcome.deaths().stream().anyMatch(Point::isBetweenEffectAndNote)) {
        window++;
      }
      if (outcome.doubledInWindow() > 0) {
        doublesByPoint.add(
            outcome.deaths().stream()
                .filter(Point::isBetweenEffectAndNote)
                .map(Point::toString)
                .collect(Collectors.joining(", then ")));
      }
      outcome.lost().forEach(words -> lost.add(where + words));
      outcome.doubledElsewhere().forEach(words -> doubledElsewhere.add(where + words));
    }
  }

  @BeforeAll
  static void killEverywhere() throws IOException {
    for (Path path : Path.values()) {
      Row row = ONCE.computeIfAbsent(path, _ -> new Row());
      for (Sender sender : SENDERS) {
        Outcome undisturbed = run(sender, path, Set.of());
        assertEquals(List.of(), undisturbed.lost(), "without any fault");
        assertEquals(List.of(), undisturbed.doubledElsewhere(), "without any fault");
        undisturbed.passed().forEach(point -> POINTS.add(point.side() + " " + point.call()));
        row.points += undisturbed.passed().size();
        IntStream.range(0, undisturbed.passed().size())
            .forEach(i -> row.add(sender, run(sender, path, Set.of(i))));
      }
    }
    for (Path path : TWICE) {
      Row row = PAIRS.computeIfAbsent(path, _ -> new Row());
      for (Sender sender : SENDERS) {
        int points = run(sender, path, Set.of()).passed().size();
        row.points += points;
        for (int first = 0; first < points; first++) {
          // What the first death brings about has points of its own.
          int all = run(sender, path, Set.of(first)).passed().size();
          for (int second = first + 1; second < all; second++) {
            if (EVERY_PAIR || (first + second) % SENDERS.size() == SENDERS.indexOf(sender)) {
              row.add(sender, run(sender, path, Set.of(first, second)));
            }
          }
        }
      }
    }
    java.nio.file.Path proof = Files.createDirectories(java.nio.file.Path.of("target", "proof"));
    Files.writeString(proof.resolve("1-crash-matrix.md"), report());
  }

  private static Outcome run(Sender sender, Path path, Set<Integer> deathsAt) {
    return new Simulation(sender, path, deathsAt, true).run();
  }

  @Test
  void events_processKilledAtAnyPoint_areNeverLost() {
    assertEquals(List.of(), all(ONCE).flatMap(row -> row.lost.stream()).toList());
  }

  @Test
  void events_twoProcessesKilledAtAnyPoints_areNeverLost() {
    assertEquals(List.of(), all(PAIRS).flatMap(row -> row.lost.stream()).toList());
  }

  @Test
  void effects_processKilledAtAnyPoint_areDoubledOnlyBetweenEffectAndNote() {
    assertEquals(
        List.of(),
        Stream.concat(all(ONCE), all(PAIRS))
            .flatMap(row -> row.doubledElsewhere.stream())
            .toList());
    // Had there been none, the harness would not have killed where it says it did.
    assertTrue(all(ONCE).mapToInt(row -> row.doubled).sum() > 0);
  }

  @Test
  void points_ofAllPaths_areBeforeAndAfterEveryCall() {
    Set<String> every =
        Arrays.stream(Point.Call.values())
            .flatMap(call -> Arrays.stream(Point.Side.values()).map(side -> side + " " + call))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(every, POINTS);
  }

  @Test
  void events_ofOneSubjectWithoutAnyFault_theLatestWinsAndNobodyWaitsForAFailingOne() {
    for (Sender sender : SENDERS) {
      Simulation outOfOrder = new Simulation(sender, Path.OUT_OF_ORDER, Set.of(), true);
      outOfOrder.run();
      assertEquals(List.of(Status.DONE, Status.SUPERSEDED), outOfOrder.statuses());

      Simulation failsMeanwhile = new Simulation(sender, Path.FAILS_MEANWHILE, Set.of(), true);
      failsMeanwhile.run();
      assertEquals(List.of(Status.DONE, Status.DONE), failsMeanwhile.statuses());
    }
  }

  @Test
  void event_receiverKilledBeforeItsPush_isPushedForTheRetryWithoutTheRelay() {
    for (Sender sender : SENDERS) {
      List<Point> passed = run(sender, Path.HANDLED, Set.of()).passed();
      int push = passed.indexOf(new Point(Point.Call.PUSH, Point.Side.BEFORE, null));

      Outcome outcome = new Simulation(sender, Path.HANDLED, Set.of(push), false).run();

      assertEquals(1, outcome.deaths().size());
      assertEquals(List.of(), outcome.lost(), sender.provider().name());
    }
  }

  @Test
  void event_receiverKilledBeforeItsPushAndNotRetried_isPushedByTheRelay() {
    for (Sender sender : SENDERS) {
      List<Point> passed = run(sender, Path.ABANDONED, Set.of()).passed();
      int push = passed.indexOf(new Point(Point.Call.PUSH, Point.Side.BEFORE, null));

      Outcome outcome = run(sender, Path.ABANDONED, Set.of(push));

      assertEquals(1, outcome.events());
      assertEquals(List.of(), outcome.lost(), sender.provider().name());
      assertEquals(1, outcome.sweeps());
    }
  }

  private static Stream<Row> all(Map<Path, Row> rows) {
    return rows.values().stream();
  }

  private static String report() {
    StringBuilder text = new StringBuilder();
    text.append("## Crash matrix\n\n")
        .append("A process killed at every point before and after every call, in memory; ")
        .append(SENDERS.size())
        .append(" providers, two handlers for each event.\n");
    table(text, "One death in each run", ONCE);
    table(
        text,
        "Two deaths in each run, every pair of points for "
            + (EVERY_PAIR ? "every provider" : "one provider or another"),
        PAIRS);
    text.append("\n### Where effects were doubled\n\n")
        .append("The one window that the design admits: the process dies between a handler's")
        .append(" effect and the note of it (mark, or settle for the last).\n\n")
        .append("| died | doubled |\n|---|---:|\n");
    all(ONCE)
        .flatMap(row -> row.doublesByPoint.stream())
        .collect(Collectors.groupingBy(point -> point, TreeMap::new, Collectors.counting()))
        .forEach(
            (point, doubled) ->
                text.append("| ").append(point).append(" | ").append(doubled).append(" |\n"));
    return text.toString();
  }

  private static void table(StringBuilder text, String title, Map<Path, Row> rows) {
    text.append("\n### ")
        .append(title)
        .append(
            "\n\n| path | points | runs | events | lost | doubled in the window | runs that died")
        .append(" in it | doubled elsewhere |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
    rows.forEach((path, row) -> line(text, path.words(), List.of(row)));
    line(text, "**all**", List.copyOf(rows.values()));
  }

  private static void line(StringBuilder text, String name, List<Row> rows) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %d | %d | %d | %d | %d | %d | %d |%n",
            name,
            rows.stream().mapToInt(row -> row.points).sum(),
            rows.stream().mapToInt(row -> row.runs).sum(),
            rows.stream().mapToInt(row -> row.events).sum(),
            rows.stream().mapToInt(row -> row.lost.size()).sum(),
            rows.stream().mapToInt(row -> row.doubled).sum(),
            rows.stream().mapToInt(row -> row.window).sum(),
            rows.stream().mapToInt(row -> row.doubledElsewhere.size()).sum()));
  }
}
