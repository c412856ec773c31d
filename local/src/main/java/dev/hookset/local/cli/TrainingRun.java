package dev.hookset.local.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.local.cli.terminal.Output;
import dev.hookset.local.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The process that {@code ./hookset} has the JVM make its cache from, after a build: it calls the
 * commands that people wait for, so that what they load is in it. What they print does not matter:
 * their servers are one that knows of a single record.
 */
final class TrainingRun {
  private TrainingRun() {}

  /** Runs the commands; or only those that are named. */
  public static void main(String[] arguments) throws IOException {
    Proxies.install(Map.of());
    int _ = run(Path.of(System.getProperty("hookset.home", ".")), List.of(arguments));
  }

  /** Runs the commands in a checkout, and returns the highest of their exit codes. */
  static int run(Path home, List<String> named) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", TrainingRun::answer);
    server.start();
    try {
      String port = Integer.toString(server.getAddress().getPort());
      Map<String, String> environment = Map.of();
      List<List<String>> commands =
          List.of(
              List.of("--help"),
              List.of("status"),
              List.of("send", "lemma", "--url", "http://127.0.0.1:" + port + "/"),
              List.of("list", "--dynamodb-port", port),
              List.of("list", "--json", "--dynamodb-port", port),
              List.of("show", "lemma", "evt-1", "--dynamodb-port", port, "--sqs-port", port));
      int highest = 0;
      for (List<String> command : commands) {
        if (!named.isEmpty() && !named.contains(command.getFirst())) {
          continue;
        }
        String[] words = command.toArray(String[]::new);
        Hookset hookset =
            new Hookset(home, environment, InstantSource.system(), Terminal.ofProcess(environment));
        PrintWriter nowhere = Output.over(OutputStream.nullOutputStream());
        int code =
            Hookset.run(
                hookset.commandLine(Subcommand.called(words)).setOut(nowhere).setErr(nowhere),
                words);
        highest = Math.max(highest, code);
      }
      return highest;
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String action = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    String item =
        """
        {"pk": {"S": "lemma#evt-1"}, "provider": {"S": "lemma"}, "eventId": {"S": "evt-1"}, \
        "type": {"S": "incident.resolved"}, "status": {"S": "DONE"}, "attempts": {"N": "1"}, \
        "receivedAt": {"S": "2026-01-01T00:00:00Z"}, "receiptShard": {"S": "lemma#0"}, \
        "statusShard": {"S": "OPEN#0"}, "dueAt": {"N": "0"}, "digest": {"S": "44136fa3"}, \
        "body": {"B": "e30="}}\
        """;
    String answer =
        action == null
            ? ""
            : action.endsWith(".GetItem")
                ? "{\"Item\": " + item + "}"
                : "{\"Items\": [" + item + "], \"Count\": 1, \"ScannedCount\": 1}";
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
    try (var body = exchange.getResponseBody()) {
      body.write(bytes);
    }
  }
}
