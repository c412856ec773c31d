package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes down a comparison: tables, ratios and a plot. Nobody edits what it writes. */
final class Report {
  private Report() {}

  static void write(
      Path results,
      Machine before,
      Machine after,
      List<Comparison.Cold> starts,
      List<Comparison.Warm> invocations,
      List<String> notes)
      throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# Contenders side by side\n\n<!-- Written by benchmarks/run. -->\n\n");
    text.append(before.markdown());
    text.append(String.format(Locale.ROOT, "When it ended: %.1f. ", after.load()));
    text.append(
        starts.stream().allMatch(Comparison.Cold::limited)
            ? "After its init, a process that is started has "
                + Comparison.CPUS
                + " of a CPU, as 1,024 MB give it.\n"
            : "No limit on CPU could be set here: there are no control groups to write to.\n");
    notes.forEach(note -> text.append('\n').append(note).append('\n'));
    text.append("\n## Starts\n\n");
    text.append(
        """
        *Init* is the time from the start of the process to its first request for work; *first* the first invocation after it,
        over TLS. For a restored function, *init* is what happens before its snapshot, and *first* counts from the restore on:
        its hooks, its credentials, its connections and both versions of its secret, which it asks Secrets Manager for as in the
        stack, are in it, but not what Lambda itself takes; all others have the secret in a variable. Medians, and in brackets
        the middle half.

        """);
    text.append(
        """
        | contender | starts | init ms | first ms | total ms | CPU ms to the answer | of it, first | RSS MiB | package MB |
        |---|---|---|---|---|---|---|---|---|
        """);
    for (Comparison.Cold row : starts) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s | %s | %s | %s | %s | %.0f | %.2f |%n",
              row.contender().name(),
              row.init().count(),
              spread(row.init()),
              spread(row.first()),
              row.contender().start() == Contender.Start.RESTORED ? "–" : spread(row.total()),
              spread(row.cpu()),
              spread(row.firstCpu()),
              row.resident().median(),
              zippedBytes(row.contender()) / 1e6));
    }
    text.append("\n![Starts](starts.svg)\n\n## Warm\n\n");
    text.append(
        """
        One invocation at a time, in turns, on a whole CPU.

        | contender | invocations | p50 ms | p99 ms | CPU ms an invocation | RSS MiB |
        |---|---|---|---|---|---|
        """);
    for (Comparison.Warm row : invocations) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s | %.2f | %.2f | %.0f |%n",
              row.contender().name(),
              row.latency().count(),
              spread(row.latency()),
              row.latency().p99(),
              row.cpu(),
              row.residentMib()));
    }
    text.append("\n## Ratios\n\n| what | ratio | bar |\n|---|---|---|\n");
    Comparison.Cold node = cold(starts, Contenders.NODE);
    for (Comparison.Cold row : starts) {
      if (row.contender().start() == Contender.Start.RESTORED && node != null) {
        ratio(
            text,
            row.contender().name() + ", first ÷ Node.js",
            row,
            node,
            r -> r.first().median(),
            0.6);
      }
    }
    Comparison.Cold ours = cold(starts, Contenders.OURS);
    Comparison.Cold java = cold(starts, Contenders.JAVA);
    Comparison.Cold cached = cold(starts, Contenders.CACHED);
    Comparison.Cold python = cold(starts, Contenders.PYTHON);
    if (ours != null && java != null) {
      ratio(text, "Hookset, total ÷ Java", ours, java, r -> r.total().median(), 0.45);
      ratio(text, "Hookset, CPU to the answer ÷ Java", ours, java, r -> r.cpu().median(), 0.45);
    }
    if (cached != null && python != null) {
      ratio(
          text,
          "Hookset with a cache, total ÷ Python",
          cached,
          python,
          r -> r.total().median(),
          1.15);
    }
    Comparison.Warm warmNode = warm(invocations, Contenders.NODE);
    for (Comparison.Warm row : invocations) {
      if (warmNode != null && row.contender().name().startsWith(Contenders.OURS)) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s, warm p50 ÷ Node.js | %.2f | 0.60 |%n| %s, CPU ÷ Node.js | %.2f | 0.60 |%n",
                row.contender().name(),
                row.latency().median() / warmNode.latency().median(),
                row.contender().name(),
                row.cpu() / warmNode.cpu()));
      }
    }
    Files.writeString(results.resolve("comparison.md"), text);
    Files.writeString(results.resolve("starts.svg"), Plot.of(starts));
  }

  /** Writes how starts of this checkout stand beside those of another. */
  static void pair(Path results, Machine machine, String other, List<Comparison.Cold> both)
      throws IOException {
    StringBuilder text = new StringBuilder("# Starts, before and after\n\n");
    text.append("<!-- Written by benchmarks/run. -->\n\n").append(machine.markdown());
    text.append(
        String.format(
            Locale.ROOT,
            """

            A receiver without a snapshot, started %d times in turn with that of commit %s. Medians, and in brackets the middle half.

            | | init ms | first ms | total ms | CPU ms to the answer |
            |---|---|---|---|---|
            """,
            both.getFirst().total().count(),
            other));
    for (Comparison.Cold row : both) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s |%n",
              row.contender().name(),
              spread(row.init()),
              spread(row.first()),
              spread(row.total()),
              spread(row.cpu())));
    }
    text.append("\n| what | ratio | bar |\n|---|---|---|\n");
    Comparison.Cold now = both.getFirst();
    Comparison.Cold before = both.getLast();
    ratio(text, "total", now, before, r -> r.total().median(), 1.03);
    ratio(text, "CPU to the answer", now, before, r -> r.cpu().median(), 1.03);
    Files.writeString(results.resolve("before.md"), text);
  }

  private static void ratio(
      StringBuilder text,
      String what,
      Comparison.Cold one,
      Comparison.Cold other,
      Function<Comparison.Cold, Double> figure,
      double bar) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %.2f | %.2f |%n",
            what,
            figure.apply(one) / figure.apply(other),
            bar));
  }

  private static Comparison.@Nullable Cold cold(List<Comparison.Cold> rows, String name) {
    return rows.stream()
        .filter(row -> row.contender().name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static Comparison.@Nullable Warm warm(List<Comparison.Warm> rows, String name) {
    return rows.stream()
        .filter(row -> row.contender().name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static String spread(Spread spread) {
    String form = spread.median() < 10 ? "%.2f (%.2f–%.2f)" : "%.0f (%.0f–%.0f)";
    return String.format(Locale.ROOT, form, spread.median(), spread.low(), spread.high());
  }

  private static long zippedBytes(Contender contender) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip, UTF_8)) {
      int root = 0;
      for (Path part : contender.files()) {
        try (Stream<Path> files = Files.walk(part)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            out.putNextEntry(new ZipEntry(root + "/" + part.relativize(file)));
            Files.copy(file, out);
            out.closeEntry();
          }
        }
        root++;
      }
    }
    return zip.size();
  }
}
