package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a command takes, from the shell to its end: whole processes of {@code ./hookset}, each
 * of which is measured alone and in turn with the others.
 */
final class CommandStarts {
  /** In what {@code list --json} prints. */
  private static final Pattern EVENT_ID = Pattern.compile("\"eventId\":\\s*\"([^\"]+)\"");

  /** Prints seconds on the wall, of the program and of the kernel; then the code. */
  private static final String TIMED =
      "TIMEFORMAT='%R %U %S'; time \"$@\" >/dev/null 2>&1; echo $? >&2";

  private final Path hookset;

  private CommandStarts(Path checkout) {
    this.hookset = checkout.resolve("hookset");
  }

  /** A command, and how long it may take. */
  private record Command(double mostSeconds, List<String> words) {}

  static void run(Path checkout, Path results, int count) throws IOException, InterruptedException {
    CommandStarts starts = new CommandStarts(checkout);
    starts.timed(List.of("--help")); // builds what is not built
    Process dev =
        new ProcessBuilder(starts.hookset.toString(), "dev")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      BufferedReader out = dev.inputReader(UTF_8); // ends with the process, on the thread below
      String line = out.readLine();
      while (line != null && !line.contains("Ctrl-C")) {
        line = out.readLine();
      }
      Thread.ofPlatform().daemon().start(() -> drain(out));
      List<String> send = List.of("send", "lemma", "incident.resolved");
      starts.timed(send);
      String listed = Machine.said(List.of(starts.hookset.toString(), "list", "lemma", "--json"));
      Matcher eventId = EVENT_ID.matcher(listed == null ? "" : listed);
      if (!eventId.find()) {
        throw new IOException("what was sent is not listed: " + listed);
      }
      List<Command> commands =
          List.of(
              new Command(0.4, List.of("--help")),
              new Command(0.4, List.of("status")),
              new Command(0.8, List.of("list")),
              new Command(0.8, List.of("show", "lemma", eventId.group(1))),
              new Command(0.8, send));
      Machine machine = Machine.look();
      Files.writeString(
          results.resolve("command-starts.md"),
          "# The start of the command line\n\n<!-- Written by benchmarks/run. -->\n\n"
              + machine.markdown()
              + "\n"
              + starts.table(commands, count));
    } finally {
      dev.destroy();
      if (!dev.waitFor(30, TimeUnit.SECONDS)) {
        dev.destroyForcibly();
      }
    }
  }

  /** Nobody reads on, and the process must not wait for that. */
  private static void drain(BufferedReader out) {
    try {
      out.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // The process was ended.
    }
  }

  private String table(List<Command> commands, int count) throws IOException, InterruptedException {
    Map<Command, List<Double>> wall = new LinkedHashMap<>();
    Map<Command, List<Double>> cpu = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      for (Command command : commands) {
        double[] took = timed(command.words());
        wall.computeIfAbsent(command, _ -> new ArrayList<>()).add(took[0]);
        cpu.computeIfAbsent(command, _ -> new ArrayList<>()).add(took[1]);
      }
    }
    StringBuilder table =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                """
                %d whole processes of `./hookset` each, the commands in turn, what was built before; `list`, `show` and `send`
                while `./hookset dev` runs. Seconds, from the shell to the end.

                | command | goal | median | from a quarter on | to three quarters | CPU, median |
                |---|---|---|---|---|---|
                """,
                count));
    wall.forEach(
        (command, values) -> {
          Spread spread = Spread.of(values);
          table.append(
              String.format(
                  Locale.ROOT,
                  "| `%s` | %.1f | %.2f | %.2f | %.2f | %.2f |%n",
                  // An ID is long, and not the same twice.
                  String.join(" ", command.words()).replaceFirst("^(show \\S+) .*", "$1 ID"),
                  command.mostSeconds(),
                  spread.median(),
                  spread.low(),
                  spread.high(),
                  Spread.of(cpu.getOrDefault(command, List.of())).median()));
        });
    return table.toString();
  }

  /** Returns how many seconds a command took on the wall, and of CPU. */
  private double[] timed(List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "-c", TIMED, "bash"));
    command.add(hookset.toString());
    command.addAll(words);
    Process process = new ProcessBuilder(command).start();
    List<String> said = process.errorReader(UTF_8).readAllLines();
    if (process.waitFor() != 0 || said.size() != 2 || !said.getLast().equals("0")) {
      throw new IOException(String.join(" ", words) + " failed: " + said);
    }
    String[] seconds = said.getFirst().split(" ", 3);
    return new double[] {
      Double.parseDouble(seconds[0]),
      Double.parseDouble(seconds[1]) + Double.parseDouble(seconds[2])
    };
  }
}
