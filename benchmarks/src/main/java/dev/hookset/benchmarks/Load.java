package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hookset.Body;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.local.samples.Samples;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The local stack under a sustained load from this process, and a small function under large
 * bodies.
 */
final class Load {
  private static final int SENDERS = 4;
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int LARGEST_BODY = 4 * 1024 * 1024;
  private static final int LARGE_ONES = 30;
  private static final Set<String> OURS_TO_SET = Set.of("content-length", "host");

  private final Deliveries deliveries;
  private final List<Double> latencies = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong accepted = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private Load(Path checkout) {
    this.deliveries = new Deliveries(new DevelopmentKeys(Map.of()), new Samples(checkout));
  }

  static void run(Path checkout, Path directory, Path results, int seconds)
      throws IOException, InterruptedException, TimeoutException {
    Machine machine = Machine.look();
    String load = new Load(checkout).sustain(checkout, seconds);
    String large = large(checkout, Files.createDirectories(directory.resolve("large")));
    Files.writeString(
        results.resolve("load.md"),
        "# Under load\n\n<!-- Written by benchmarks/run. -->\n\n"
            + machine.markdown()
            + "\n"
            + load
            + "\n"
            + large);
  }

  private String sustain(Path checkout, int seconds) throws IOException, InterruptedException {
    Process target =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                LoadTarget.class.getName(),
                checkout.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = target.inputReader(UTF_8)) {
      String base = out.readLine();
      if (base == null) {
        throw new IOException("the stack did not start");
      }
      long start = System.nanoTime();
      Instant end = Instant.now().plusSeconds(seconds);
      // The senders end first: the one that was opened last is closed first.
      try (HttpClient http = HttpClient.newHttpClient();
          ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
        for (int i = 0; i < SENDERS; i++) {
          senders.execute(() -> send(http, base, end));
        }
      }
      double elapsed = (System.nanoTime() - start) / 1e9;
      Duration cpu = target.info().totalCpuDuration().orElse(Duration.ZERO);
      long[] counted = awaitHandled(target, out);
      Spread spread = Spread.of(List.copyOf(latencies));
      return String.format(
          Locale.ROOT,
          """
          %d senders in another process posted deliveries of all five providers, each an event of its own and signed, to
          `./hookset dev`'s stack (its embedded DynamoDB and SQS in the same process) for %.0f s.

          | events | events/s | events/s a CPU | p50 ms | p99 ms | refused | handled | handled twice | lost |
          |---|---|---|---|---|---|---|---|---|
          | %d | %.0f | %.0f | %.1f | %.1f | %d | %d | %d | %d |

          The stack's process took %.1f s of CPU for them; a CPU in the table is one of those that it took.
          """,
          SENDERS,
          elapsed,
          accepted.get(),
          accepted.get() / elapsed,
          accepted.get() / (cpu.toMillis() / 1e3),
          spread.median(),
          spread.p99(),
          refused.get(),
          counted[0],
          counted[1],
          accepted.get() - counted[0],
          cpu.toMillis() / 1e3);
    } finally {
      target.destroyForcibly();
    }
  }

  private void send(HttpClient http, String base, Instant end) {
    List<Provider> providers = Providers.deployed();
    for (int i = 0; Instant.now().isBefore(end); i++) {
      Provider provider = providers.get(i % providers.size());
      String id = UUID.randomUUID().toString();
      DeliveryRequest delivery =
          deliveries.genuine(
              provider, deliveries.samples().defaultType(provider), id, Instant.now());
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(base + provider.name()))
              .timeout(Duration.ofSeconds(30))
              .POST(HttpRequest.BodyPublishers.ofByteArray(delivery.body().toByteArray()));
      delivery
          .headers()
          .forEach(
              (name, value) -> {
                if (!OURS_TO_SET.contains(name.toLowerCase(Locale.ROOT))) {
                  request.header(name, value);
                }
              });
      long start = System.nanoTime();
      try {
        int status =
            http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        latencies.add((System.nanoTime() - start) / 1e6);
        (status < 300 ? accepted : refused).incrementAndGet();
      } catch (IOException e) {
        refused.incrementAndGet();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Waits until as many events were handled as were accepted, or no more are to be expected. */
  private long[] awaitHandled(Process target, BufferedReader out) throws IOException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      target.getOutputStream().write('\n');
      target.getOutputStream().flush();
      String line = out.readLine();
      if (line == null) {
        throw new IOException("the stack is gone");
      }
      String[] parts = line.split(" ", 2);
      long handled = Long.parseLong(parts[0]);
      if (handled >= accepted.get() || Instant.now().isAfter(end)) {
        return new long[] {handled, Long.parseLong(parts[1])};
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
    }
  }

  private static String noise(int length) {
    byte[] bytes = new byte[length];
    new Random(42).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes).substring(0, length);
  }

  private static String large(Path checkout, Path directory)
      throws IOException, InterruptedException, TimeoutException {
    Certificates certificates = Certificates.make(directory);
    Deliveries deliveries = new Deliveries(new DevelopmentKeys(Map.of()), new Samples(checkout));
    Provider provider = Providers.named("lymnus").orElseThrow();
    int answered = 0;
    double resident;
    try (Backend backend = Backend.start(checkout, certificates.keyStore());
        Instance instance =
            Instance.start(
                new Contenders(checkout, directory, certificates).small(),
                backend.variables(),
                directory)) {
      instance.awaitReady();
      for (int i = 0; i < LARGE_ONES; i++) {
        Instant now = Instant.now();
        String id = UUID.randomUUID().toString();
        String frame =
            "{\"id\":\"%s\",\"event\":\"report.generated\",\"created\":\"%s\",\"data\":\"%%s\"}"
                .formatted(id, now);
        // Every second pair does not compress, and goes to the bucket.
        int length = LARGEST_BODY - frame.length() + 2;
        Body body = Body.ofUtf8(frame.formatted(i % 4 < 2 ? "-".repeat(length) : noise(length)));
        RuntimeApi.Answer answer =
            instance.invoke(
                LambdaEvent.httpApi(
                        deliveries.genuine(provider, body, id, now),
                        id,
                        now,
                        i % 2 == 0 ? LambdaEvent.BodyForm.TEXT : LambdaEvent.BodyForm.BASE64)
                    .compact());
        if (answer.successful().contains("accepted")) {
          answered++;
        }
      }
      resident = instance.residentBytes() / 1024.0 / 1024.0;
    }
    return String.format(
        Locale.ROOT,
        """
        A receiver of 512 MB was given %d bodies of 4 MiB in turn, half of them in base64, half of them
        too long for a record even compressed: %d were accepted, and %.0f MiB
        were resident at the end.
        """,
        LARGE_ONES,
        answered,
        resident);
  }
}
