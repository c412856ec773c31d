package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The machine that something was measured on.
 *
 * @param load what it was doing besides, as the kernel tells it: the mean over a minute
 */
record Machine(
    LocalDate date,
    String processor,
    int cpus,
    long memoryMib,
    String kernel,
    String java,
    @Nullable String node,
    @Nullable String python,
    double load) {

  static Machine look() throws IOException, InterruptedException {
    String processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown");
    long memory =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
            .findFirst()
            .orElse(0);
    return new Machine(
        LocalDate.now(ZoneOffset.UTC),
        processor,
        Runtime.getRuntime().availableProcessors(),
        memory,
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        said(List.of("node", "--version")),
        said(
            List.of(
                "python3",
                "-c",
                "import boto3, platform;"
                    + " print(platform.python_version() + ', boto3 ' + boto3.__version__)")),
        Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]));
  }

  /** Returns what a command prints, or null if there is no such command or it fails. */
  static @Nullable String said(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return process.waitFor() == 0 ? text : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns a description in Markdown, with the commit that `benchmarks/run` names. */
  String markdown() {
    return String.format(
        Locale.ROOT,
        """
        Of commit %s.

        Measured on %s: %s, %d CPUs, %,d MiB, %s; Java %s; Node.js %s; Python %s. The machine's own
        load when it began: %.1f.
        """,
        System.getProperty("hookset.commit", "unknown"),
        date,
        processor,
        cpus,
        memoryMib,
        kernel,
        java,
        node == null ? "none" : node,
        python == null ? "none with boto3" : python,
        load);
  }
}
