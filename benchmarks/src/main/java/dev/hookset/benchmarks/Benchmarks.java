package dev.hookset.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.openjdk.jmh.runner.RunnerException;

/** The command behind {@code benchmarks/run}. */
public final class Benchmarks {
  private static final Set<String> ALL =
      new TreeSet<>(
          Set.of("before", "clients", "compare", "load", "page", "parts", "past", "starts"));

  /**
   * More than this many starts are asked for by the project; environment variables ask for less.
   */
  private static final int COLD = number("HOOKSET_BENCHMARK_COLD", 15);

  private static final int WARM = number("HOOKSET_BENCHMARK_WARM", 2_000);
  private static final int WARM_UNCOUNTED = number("HOOKSET_BENCHMARK_WARM_UNCOUNTED", 1_000);
  private static final int LOAD_SECONDS = number("HOOKSET_BENCHMARK_LOAD_SECONDS", 60);

  private Benchmarks() {}

  /** Runs what is asked for, in a checkout; everything if nothing is. */
  public static void main(String[] arguments)
      throws IOException,
          InterruptedException,
          TimeoutException,
          RunnerException,
          GeneralSecurityException {
    Path checkout = Path.of(arguments[0]).toAbsolutePath().normalize();
    Set<String> wanted = new TreeSet<>(List.of(arguments).subList(1, arguments.length));
    if (!ALL.containsAll(wanted)) {
      System.err.println("benchmarks: one or more of " + String.join(", ", ALL) + " is expected");
      System.exit(2);
    }
    String before = System.getenv("HOOKSET_BENCHMARK_BEFORE");
    if (before == null && wanted.contains("before")) {
      System.err.println(
          "benchmarks: HOOKSET_BENCHMARK_BEFORE is to name a checkout that is built");
      System.exit(2);
    }
    Path results = Files.createDirectories(checkout.resolve("benchmarks/results"));
    Path directory = Files.createTempDirectory("hookset-benchmarks");
    try {
      if (wanted.isEmpty() || wanted.contains("compare")) {
        compare(checkout, directory, results);
      }
      if (before != null && wanted.contains("before")) {
        before(checkout, Path.of(before), directory, results);
      }
      if (wanted.isEmpty() || wanted.contains("clients")) {
        HttpClients.run(directory, results);
      }
      if (wanted.isEmpty() || wanted.contains("load")) {
        Load.run(checkout, directory, results, LOAD_SECONDS);
      }
      if (wanted.isEmpty() || wanted.contains("page")) {
        PageInChromium.run(checkout, results);
      }
      if (wanted.isEmpty() || wanted.contains("past")) {
        PastEvents.run(checkout, directory, results);
      }
      if (wanted.isEmpty() || wanted.contains("starts")) {
        CommandStarts.run(checkout, results, COLD);
      }
      if (wanted.isEmpty() || wanted.contains("parts")) {
        Parts.run(results);
      }
    } finally {
      delete(directory);
    }
  }

  private static void compare(Path checkout, Path directory, Path results)
      throws IOException, InterruptedException, TimeoutException {
    Machine machine = Machine.look();
    List<String> notes = new ArrayList<>();
    Certificates certificates = Certificates.make(directory);
    Contenders contenders = new Contenders(checkout, directory, certificates);
    try (Backend backend = Backend.start(checkout, certificates.keyStore())) {
      Comparison comparison = new Comparison(backend, checkout, directory);
      List<Contender> others = new ArrayList<>(List.of(contenders.java(), contenders.node()));
      Contender python = contenders.python();
      if (python == null) {
        notes.add("Python is left out: no `python3` with boto3 was found.");
      } else {
        others.add(python);
      }
      Path cache = directory.resolve("hookset.aot");
      comparison.train(contenders.cached(cache, true));
      List<Contender> cold = new ArrayList<>(List.of(contenders.ours()));
      cold.addAll(others);
      cold.add(contenders.cached(cache, false));
      String secrets =
          Objects.requireNonNull(backend.variables().get("AWS_ENDPOINT_URL_SECRETS_MANAGER"));
      List<Contender> restored = contenders.restored(secrets);
      cold.addAll(restored);
      List<Comparison.Cold> starts = comparison.cold(cold, COLD);
      List<Contender> warm = new ArrayList<>(List.of(contenders.ours(), restored.getLast()));
      warm.addAll(others);
      List<Comparison.Warm> invocations = comparison.warm(warm, WARM_UNCOUNTED, WARM);
      Report.write(results, machine, Machine.look(), starts, invocations, notes);
    }
  }

  /** Starts another checkout, which has been built, in turn with this one. */
  private static void before(Path checkout, Path other, Path directory, Path results)
      throws IOException, InterruptedException, TimeoutException {
    Machine machine = Machine.look();
    Certificates certificates = Certificates.make(directory);
    Contenders contenders = new Contenders(checkout, directory, certificates);
    try (Backend backend = Backend.start(checkout, certificates.keyStore())) {
      Comparison comparison = new Comparison(backend, checkout, directory);
      List<Contender> both = List.of(contenders.ours(), contenders.ours(other));
      String said = Machine.said(List.of("git", "-C", other.toString(), "describe", "--always"));
      Report.pair(results, machine, String.valueOf(said), comparison.cold(both, COLD));
    }
  }

  private static int number(String variable, int usual) {
    Map<String, String> environment = System.getenv();
    return Integer.parseInt(environment.getOrDefault(variable, Integer.toString(usual)));
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
