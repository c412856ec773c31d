package dev.hookset.local.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.fuzz.Targets;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each target under Jazzer, in a JVM of its own that is small enough for a leak to show, beginning
 * with the inputs that were kept. Usually it makes a fixed number of inputs from a fixed seed, and
 * does not look at what they reach; with {@code -Dfuzz.seconds} it has time, looks, and leaves what
 * is worth keeping in {@code target/fuzz}, in the form of the files of kept inputs.
 */
final class FuzzTest {
  private static final int SECONDS = Integer.getInteger("hookset.fuzz.seconds", 0);
  private static final int INPUTS = 1000;
  private static final int LONGEST_INPUT = 16 * 1024;
  private static final Pattern NEEDED =
      Pattern.compile(
          "[/\\\\](jazzer|hookset-functions|jspecify|bcprov|aws-lambda-java-(core|events)|joda-time|slf4j|crac"
              + "|jackson-(annotations|core|databind))[^/\\\\]*$");
  private static final Path DIRECTORY = Path.of("target", "fuzz").toAbsolutePath();

  static List<String> targets() {
    return Targets.all().stream().map(Class::getSimpleName).toList();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void target_inputsMadeUp_holdsItsContract(String name) throws IOException, InterruptedException {
    Class<?> target =
        Targets.all().stream()
            .filter(each -> each.getSimpleName().equals(name))
            .findFirst()
            .orElseThrow();
    Path directory = fresh(DIRECTORY.resolve(name));
    Path kept = Files.createDirectories(directory.resolve("kept"));
    Path made = Files.createDirectories(directory.resolve("made"));
    List<byte[]> inputs = Targets.inputs(target);
    for (int i = 0; i < inputs.size(); i++) {
      Files.write(kept.resolve(Integer.toString(i)), inputs.get(i));
    }

    String limit = SECONDS == 0 ? "-runs=" + INPUTS : "-max_total_time=" + SECONDS;
    String log = run(target, directory, limit, "-seed=1", made.toString(), kept.toString());

    assertTrue(log.contains("Done "), log);
    if (SECONDS > 0) {
      Path merged = Files.createDirectories(directory.resolve("merged"));
      run(target, directory, "-merge=1", merged.toString(), kept.toString(), made.toString());
      Files.write(DIRECTORY.resolve(name + ".txt"), lines(merged));
    }
  }

  private static String run(Class<?> target, Path directory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                // What is loaded is instrumented, and runs for seconds.
                "-XX:TieredStopAtLevel=1",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=dev.hookset.**:com.fasterxml.jackson.core.**",
                "--reproducer_path=" + directory,
                "-artifact_prefix=" + directory + "/finding-",
                "-len_control=0",
                "-max_len=" + LONGEST_INPUT,
                // Linux hands the peak of this process down to its child, and the fuzzer took that
                // for its own: it ended at once, out of memory. The heap above is the limit.
                "-rss_limit_mb=0",
                // The first input waits until all that it needs is loaded and instrumented, which
                // on
                // a busy machine took more than 20 s.
                "-timeout=120",
                "-print_final_stats=1"));
    if (SECONDS == 0) {
      // To instrument all classes takes four times as long as to try these few inputs.
      command.add("--hooks=false");
    }
    command.addAll(List.of(arguments));
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertTrue(process.waitFor(SECONDS + 300L, TimeUnit.SECONDS), "the fuzzer does not end");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(log, UTF_8);
    assertEquals(0, process.exitValue(), () -> findings(directory) + text);
    return text;
  }

  /**
   * What the targets need, and the fuzzer. Jazzer looks through all of a class path, in its small
   * heap and for seconds, and of the SDK, the browser's driver and the embedded servers no target
   * knows.
   */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.endsWith(".jar") || NEEDED.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** What to put into the file of kept inputs, once it is mended. */
  private static String findings(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("finding-"))
          .map(FuzzTest::line)
          .collect(Collectors.joining("\n", "Found an input:\n", "\n"));
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> lines(Path inputs) throws IOException {
    try (Stream<Path> files = Files.list(inputs)) {
      return files
          .map(FuzzTest::line)
          .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
          .toList();
    }
  }

  private static String line(Path input) {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(input));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path fresh(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> old = Files.walk(directory)) {
        for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
    return Files.createDirectories(directory);
  }
}
