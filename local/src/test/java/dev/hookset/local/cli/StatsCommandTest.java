package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.aws.watch.Metric;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.history.LogLine;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.providers.Providers;
import dev.hookset.work.Report;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code urls}, {@code stats} and {@code tail}, on a local stack, and on a deployed one that has
 * the same records.
 */
final class StatsCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @Test
  void urls_areThoseOfTheStack() {
    Shell.Run here = new Shell(home).run("urls", "--port", "9");
    Shell.Run there = operated.deployed("urls", "--json");

    assertTrue(here.out().contains("lamba     http://127.0.0.1:9/webhooks/lamba\n"), here::out);
    assertTrue(
        there.out().contains("\"lamba\":\"" + operated.stack().url("lamba") + "\""), there::out);
  }

  @Test
  void stats_inTheCloud_areWhatInsightsCounts() throws IOException {
    operated
        .cloud()
        .results
        .add(
            List.of(
                Map.of(
                    "provider",
                    "lemma",
                    "message",
                    "delivery accepted",
                    "outcome",
                    "accepted",
                    "why",
                    "",
                    "lines",
                    "12"),
                Map.of(
                    "provider",
                    "lemma",
                    "message",
                    "delivery refused",
                    "outcome",
                    "refused",
                    "why",
                    "invalid_signature",
                    "lines",
                    "3"),
                Map.of(
                    "provider",
                    "lemma",
                    "message",
                    "delivery quarantined",
                    "outcome",
                    "quarantined",
                    "why",
                    "",
                    "conflict",
                    "true",
                    "lines",
                    "2"),
                Map.of(
                    "provider",
                    "lemma",
                    "message",
                    "event done",
                    "outcome",
                    "done",
                    "why",
                    "",
                    "lines",
                    "11")));
    operated
        .cloud()
        .results
        .add(
            List.of(
                Map.of(
                    "provider",
                    "lemma",
                    "median",
                    "1500",
                    "p95",
                    "61000.5",
                    "longest",
                    "7200000")));
    TestTerminal terminal = new TestTerminal().inAPause(() -> {}).inAPause(() -> {});

    Shell.Run run =
        new Shell(home, operated.cloud().environment())
            .run(terminal, "stats", "--since", "2h", "--json", "--stack", "shop");

    assertEquals(Hookset.OK, run.code(), run::err);
    JsonNode lemma = JSON.readTree(run.out().lines().toList().get(1));
    assertEquals(12, lemma.path("accepted").asInt(), run::out);
    assertEquals(2, lemma.path("conflict").asInt());
    assertEquals(3, lemma.path("refusals").path("invalid_signature").asInt());
    assertEquals(11, lemma.path("done").asInt());
    assertEquals(61_000, lemma.path("lag95Millis").asInt());
    JsonNode asked = operated.cloud().requests("StartQuery").getFirst().input();
    assertEquals(6, asked.path("logGroupNames").size());
    assertEquals(7200, asked.path("endTime").asLong() - asked.path("startTime").asLong());
    assertTrue(
        operated
            .cloud()
            .requests("StartQuery")
            .getLast()
            .input()
            .path("queryString")
            .asText()
            .contains("pct(" + Metric.LAG.word() + ", 95)"),
        "asks for the member that the functions write");
  }

  @Test
  void stats_here_areWhatTheKeptLogCounts() throws IOException {
    Path log = home.resolve(".hookset/log/hookset.jsonl");
    Files.createDirectories(log.getParent());
    String line =
        "{\"timestamp\":\"%s\",\"message\":\"delivery refused\",\"outcome\":\"refused\","
            + "\"provider\":\"lucid\",\"detail\":\"missing_signature\"}%n";
    Files.writeString(
        log,
        String.format(line, Instant.now()) + String.format(line, Instant.now().minusSeconds(7200)));

    Shell.Run run = new Shell(home).run("stats", "--since", "1h");

    assertTrue(run.out().contains("lucid     missing_signature  1\n"), run::out);
  }

  /** What the functions write as the metric {@code Lag} is what is read back as lag. */
  @Test
  void stats_here_tellTheLagThatTheFunctionsMeasured() throws Exception {
    BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
    Path state = home.resolve(".hookset");
    Instant sent;
    try (PrintStream log = new LogFile(state).open();
        LocalStack own =
            OperatedStack.start(
                new DevelopmentKeys(Map.of())
                    .verificationVariables(Providers.named("lemma").orElseThrow()),
                new KeptLog(heard(reports), log, InstantSource.system()))) {
      sent = Instant.now();
      Shell.checkOutInto(home);
      Shell.Run send = new Shell(home).run("send", "lemma", "--url", own.url("lemma").toString());
      assertEquals(Hookset.OK, send.code(), send::err);
      Report done = reports.poll(30, TimeUnit.SECONDS);
      assertEquals(Report.Outcome.DONE, done == null ? null : done.outcome());
    }

    Shell.Run json = new Shell(home).run("stats", "--since", "1h", "--json");
    Shell.Run shown = new Shell(home).run("stats", "--since", "1h");

    JsonNode lemma =
        json.out()
            .lines()
            .map(StatsCommandTest::json)
            .filter(line -> line.path("provider").asText().equals("lemma"))
            .findFirst()
            .orElseThrow();
    LogLine line =
        new LogFile(state)
            .read().stream()
                .filter(each -> each.kind() == LogLine.Kind.EVENT)
                .findFirst()
                .orElseThrow();
    long metric = json(line.json()).path(Metric.LAG.word()).asLong(-1);
    assertEquals(1, lemma.path("done").asInt(), json::out);
    assertEquals(metric, lemma.path("lagMedianMillis").asLong(-2));
    assertEquals(metric, lemma.path("lagLongestMillis").asLong(-2));
    assertTrue(
        metric >= 0 && metric <= Duration.between(sent, line.at()).toMillis() + 1000,
        () -> "from the event's own time, in milliseconds: " + metric);
    assertTrue(
        shown.out().lines().anyMatch(row -> row.matches("lemma +1 +0 +0 +0( +\\S+ m?s){3}")),
        shown::out);
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  @Test
  void tail_inTheCloud_printsEachLineOnce() {
    long now = Instant.now().toEpochMilli();
    String group = "/aws/lambda/shop-LemmaFunction";
    Map<String, Object> first = event("1", now, "accepted", "evt_1");
    Map<String, Object> second = event("2", now - 3000, "duplicate", "evt\u001B_2");
    operated.cloud().logs.put(group, List.of(first));
    TestTerminal terminal =
        new TestTerminal()
            .inAPause(() -> operated.cloud().logs.put(group, List.of(second, first)))
            .inAPause(() -> {});

    Shell.Run run =
        new Shell(home, operated.cloud().environment())
            .run(terminal, "tail", "lemma", "--since", "1m", "--stack", "shop");

    assertEquals(
        List.of("lemma  delivery accepted  evt_1", "lemma  delivery duplicate  evt\\u{1B}_2"),
        run.out().lines().map(line -> line.substring(25)).toList(),
        run::err);
  }

  private static StackListener heard(BlockingQueue<Report> reports) {
    return new Attempts(reports);
  }

  private static Map<String, Object> event(String id, long at, String outcome, String eventId) {
    return Map.of(
        "eventId",
        id,
        "timestamp",
        at,
        "message",
        new Json()
            .put("timestamp", Instant.ofEpochMilli(at))
            .put("message", "delivery " + outcome)
            .put("outcome", outcome)
            .put("provider", "lemma")
            .put("eventId", eventId)
            .toString());
  }
}
