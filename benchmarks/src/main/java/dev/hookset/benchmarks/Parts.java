package dev.hookset.benchmarks;

import dev.hookset.receive.ReadingParts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The pure parts alone, under JMH: verifying beside the bare digest, reading, and making a key. */
final class Parts {
  private Parts() {}

  static void run(Path results) throws IOException, InterruptedException, RunnerException {
    Machine machine = Machine.look();
    Options options =
        new OptionsBuilder()
            .include(PureParts.class.getName())
            .include(ReadingParts.class.getName())
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .build();
    Collection<RunResult> runs = new Runner(options).run();
    StringBuilder text =
        new StringBuilder("# The pure parts\n\n<!-- Written by benchmarks/run. -->\n\n");
    text.append(machine.markdown());
    text.append("\nMean time of one call, with JMH's error at 99.9 %.\n\n");
    text.append("| what | scheme | body | µs | ± |\n|---|---|---|---|---|\n");
    List<String[]> rows = new ArrayList<>();
    for (RunResult run : runs) {
      Result<?> result = run.getPrimaryResult();
      String method = run.getParams().getBenchmark();
      rows.add(
          new String[] {
            method.substring(method.lastIndexOf('.') + 1),
            param(run, "provider"),
            param(run, "size"),
            Double.toString(result.getScore()),
            Double.toString(result.getScoreError())
          });
    }
    for (String[] row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %.2f | %.2f |%n",
              row[0],
              row[1],
              row[2],
              Double.parseDouble(row[3]),
              Double.parseDouble(row[4])));
    }
    text.append("\n| verify ÷ bare digest | body | ratio | bar |\n|---|---|---|---|\n");
    for (String[] verify : rows) {
      for (String[] bare : rows) {
        if (verify[0].equals("verify")
            && bare[0].equals("bareDigest")
            && verify[1].equals(bare[1])
            && verify[2].equals(bare[2])) {
          text.append(
              String.format(
                  Locale.ROOT,
                  "| %s | %s | %.2f | 1.15 |%n",
                  verify[1],
                  verify[2],
                  Double.parseDouble(verify[3]) / Double.parseDouble(bare[3])));
        }
      }
    }
    Files.writeString(results.resolve("parts.md"), text);
  }

  private static String param(RunResult run, String name) {
    String value = run.getParams().getParam(name);
    return value == null ? "–" : value;
  }
}
