package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * HTTP clients under the SDK, side by side: a whole start to the first delivery, a delivery every
 * so many seconds, and the first one after a restore. Each has a process of its own, and each round
 * has one turn of each, so that whatever disturbs the machine disturbs them all.
 */
enum HttpClients {
  /** What the functions have. */
  FUNCTION("Apache 5, as the functions have it, kept 50 s"),
  /** The JDK's, by the SDK. */
  URL_CONNECTION_KEPT("UrlConnection, kept 50 s"),
  /** The same, its connections kept for as long as the JDK does of itself. */
  URL_CONNECTION("UrlConnection, kept 5 s"),
  /** AWS's own, in C. */
  CRT("CRT, kept 50 s, certificates not checked");

  static final String KEPT_SECONDS = "50";

  private static final int COLD_ROUNDS = 7;
  private static final int RESTORED_ROUNDS = 5;

  /** Seconds between two deliveries, and how many of them. */
  private static final Map<Integer, Integer> GAPS = Map.of(0, 60, 3, 8, 10, 6, 60, 3);

  private final String words;

  HttpClients(String words) {
    this.words = words;
  }

  /** What one turn took. */
  private record Turn(double wall, double cpu, double cpuOfProcess) {}

  static void run(Path directory, Path results)
      throws IOException, InterruptedException, GeneralSecurityException {
    Machine machine = Machine.look();
    // As long as no client closes it, a connection stays open.
    System.setProperty("sun.net.httpserver.idleInterval", "600");
    Certificates certificates = Certificates.make(directory);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        TlsProxy door =
            TlsProxy.open(
                Certificates.serverContext(certificates.keyStore()),
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()))) {
      server.setExecutor(threads);
      server.createContext("/", HttpClients::answer);
      server.start();
      StringBuilder text = new StringBuilder();
      text.append("# HTTP clients side by side\n\n<!-- Written by benchmarks/run. -->\n\n");
      text.append(machine.markdown());
      text.append(
          """

          A delivery is one PutItem and one SendMessage over TLS. Medians in ms; in brackets the CPU of the process, in ms.

          | client | start to the first answer | first answer after a restore |\
          """);
      List<Integer> gaps = GAPS.keySet().stream().sorted().toList();
      gaps.forEach(gap -> text.append(" every ").append(gap).append(" s |"));
      text.append("\n|---|---|---|").append("---|".repeat(gaps.size())).append('\n');
      Map<HttpClients, List<Turn>> cold = cold(certificates, door);
      Map<HttpClients, List<Turn>> restored = restored(certificates, door);
      Map<Integer, Map<HttpClients, List<Turn>>> idle = idle(certificates, door, gaps);
      for (HttpClients each : values()) {
        text.append("| ").append(each.words).append(" | ");
        text.append(cell(cold.get(each))).append(" | ").append(cell(restored.get(each)));
        gaps.forEach(
            gap ->
                text.append(" | ").append(cell(Objects.requireNonNull(idle.get(gap)).get(each))));
        text.append(" |\n");
      }
      text.append(
          String.format(
              Locale.ROOT,
              "%nStarts: %d each; restores: %d; deliveries: %s. The machine's load when it ended:"
                  + " %.1f.%n",
              COLD_ROUNDS,
              RESTORED_ROUNDS,
              gaps.stream().map(gap -> deliveries(gap) + " every " + gap + " s").toList(),
              Machine.look().load()));
      Files.writeString(results.resolve("http-clients.md"), text);
    } finally {
      server.stop(0);
    }
  }

  private static Map<HttpClients, List<Turn>> cold(Certificates certificates, TlsProxy door)
      throws IOException, InterruptedException {
    Map<HttpClients, List<Turn>> turns = new EnumMap<>(HttpClients.class);
    for (int round = 0; round <= COLD_ROUNDS; round++) {
      for (HttpClients each : values()) {
        long start = System.nanoTime();
        try (Probe probe = Probe.start(each, 1, certificates, door)) {
          Turn turn = probe.say("deliver");
          double wall = (System.nanoTime() - start) / 1e6;
          if (round > 0) {
            note(turns, each, new Turn(wall, turn.cpuOfProcess(), turn.cpuOfProcess()));
          }
        }
      }
      Progress.say("HTTP clients, starts, round " + round + " of " + COLD_ROUNDS);
    }
    return turns;
  }

  private static Map<HttpClients, List<Turn>> restored(Certificates certificates, TlsProxy door)
      throws IOException, InterruptedException {
    Map<HttpClients, List<Turn>> turns = new EnumMap<>(HttpClients.class);
    for (int round = 0; round < RESTORED_ROUNDS; round++) {
      for (HttpClients each : values()) {
        try (Probe probe = Probe.start(each, 4, certificates, door)) {
          probe.say("warm");
          Thread.sleep(1000);
          probe.say("renew");
          door.cut();
          note(turns, each, probe.say("deliver"));
        }
      }
      Progress.say("HTTP clients, restores, round " + (round + 1) + " of " + RESTORED_ROUNDS);
    }
    return turns;
  }

  private static Map<Integer, Map<HttpClients, List<Turn>>> idle(
      Certificates certificates, TlsProxy door, List<Integer> gaps)
      throws IOException, InterruptedException {
    Map<Integer, Map<HttpClients, List<Turn>>> all = new TreeMap<>();
    Map<HttpClients, Probe> probes = new EnumMap<>(HttpClients.class);
    try {
      for (HttpClients each : values()) {
        Probe probe = Probe.start(each, 1, certificates, door);
        probes.put(each, probe);
        probe.say("warm");
      }
      for (int gap : gaps) {
        Map<HttpClients, List<Turn>> turns = new EnumMap<>(HttpClients.class);
        for (int round = 0; round <= deliveries(gap); round++) {
          for (HttpClients each : values()) {
            Turn turn = Objects.requireNonNull(probes.get(each)).say("deliver");
            if (round > 0) {
              note(turns, each, turn);
            }
          }
          Thread.sleep(gap * 1000L);
        }
        all.put(gap, turns);
        Progress.say("HTTP clients, a delivery every " + gap + " s: done");
      }
      return all;
    } finally {
      for (Probe probe : probes.values()) {
        probe.close();
      }
    }
  }

  private static int deliveries(int gap) {
    return Objects.requireNonNull(GAPS.get(gap));
  }

  private static void note(Map<HttpClients, List<Turn>> turns, HttpClients client, Turn turn) {
    turns.computeIfAbsent(client, _ -> new ArrayList<>()).add(turn);
  }

  private static String cell(@Nullable List<Turn> measured) {
    List<Turn> turns = Objects.requireNonNull(measured);
    return String.format(
        Locale.ROOT,
        "%.1f (%.1f)",
        Spread.of(turns.stream().map(Turn::wall).toList()).median(),
        Spread.of(turns.stream().map(Turn::cpu).toList()).median());
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
      byte[] body =
          (target.endsWith("SendMessage") ? "{\"MessageId\":\"1\"}" : "{}").getBytes(UTF_8);
      CRC32 crc = new CRC32();
      crc.update(body);
      exchange.getResponseHeaders().add("x-amz-crc32", Long.toString(crc.getValue()));
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** A process with one client. */
  private static final class Probe implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    private Probe(Process process) {
      this.process = process;
      this.out = process.inputReader(UTF_8);
    }

    static Probe start(HttpClients client, int compilers, Certificates certificates, TlsProxy door)
        throws IOException {
      return new Probe(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx870m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=" + compilers,
                  "-Djava.net.preferIPv4Stack=true",
                  "--enable-native-access=ALL-UNNAMED",
                  "-Djavax.net.ssl.trustStore=" + certificates.trustStore(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  HttpClientProbe.class.getName(),
                  client.name(),
                  door.endpoint().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start());
    }

    Turn say(String command) throws IOException {
      process.getOutputStream().write((command + "\n").getBytes(UTF_8));
      process.getOutputStream().flush();
      String line = out.readLine();
      if (line == null) {
        throw new IOException("the process has ended");
      }
      String[] parts = line.split(" ", 3);
      return new Turn(
          Long.parseLong(parts[0]) / 1e6,
          Long.parseLong(parts[1]) / 1e6,
          Long.parseLong(parts[2]) / 1e6);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
