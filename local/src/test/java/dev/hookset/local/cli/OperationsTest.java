package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.watch.Metric;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.history.LogLine;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands that look after a stack, against a local one, and against an account that stands in
 * for AWS and has the same records.
 */
final class OperationsTest {
  private static final Shell SHELL = new Shell(Shell.REPOSITORY);
  private static final ObjectMapper JSON = new ObjectMapper();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static LocalStack stack;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static Inbox inbox;

  @SuppressWarnings("NullAway.Init") // JUnit calls open() first.
  private CloudStandIn cloud;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  /** The records of each test are told from the others' by their type, as the stack is shared. */
  private final String type = "t." + UUID.randomUUID();

  @BeforeAll
  static void start() throws IOException {
    Map<String, String> variables = new HashMap<>();
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    Providers.all().forEach(provider -> variables.putAll(keys.verificationVariables(provider)));
    stack =
        LocalStack.start(
            Template.read(Shell.REPOSITORY.resolve("template.yaml")),
            new LocalStack.Settings(
                null, 0, 0, 0, 0, variables, Routes.builder().otherwise((_, _) -> {}).build()),
            InstantSource.system(),
            new StackListener() {});
    inbox = stack.inbox();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @BeforeEach
  void open() throws IOException {
    cloud = new CloudStandIn(stack);
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  // --- list

  @Test
  void list_byStatusAndType_showsThoseAlone_here_andInTheCloud() {
    recorded("lucid", "evt_skipped", Status.SKIPPED);
    recorded("lucid", "evt_odd", Status.QUARANTINED);

    for (Shell.Run run :
        List.of(
            local("list", "lucid", "--type", type, "--status", "quarantined"),
            deployed("list", "lucid", "--type", type, "--status", "quarantined"))) {
      assertEquals(Hookset.OK, run.code(), run::err);
      List<String> lines = run.out().lines().toList();
      assertEquals(2, lines.size(), run::out);
      assertTrue(lines.getFirst().startsWith("received (UTC)"), run::out);
      assertTrue(lines.getLast().endsWith("  evt_odd"), run::out);
    }
    assertEquals(
        "shop", cloud.requests("DescribeStacks").getFirst().input().path("StackName").asText());
  }

  @Test
  void list_json_isAnObjectALine() throws IOException {
    recorded("lucid", "evt\u0007\u2028", Status.SKIPPED);

    Shell.Run run = local("list", "lucid", "--type", type, "--json");

    assertEquals(1, run.out().lines().count(), run::out);
    assertTrue(run.out().chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')), run::out);
    JsonNode json = JSON.readTree(run.out());
    assertEquals("evt\u0007\u2028", json.path("eventId").asText());
    assertEquals("skipped", json.path("status").asText());
    assertEquals(type, json.path("type").asText());
  }

  /** Issue 4 relies on it: whoever names an event must not command the operator's terminal. */
  @Test
  void listAndShow_ofHostileIds_leaveTheTerminalAlone() {
    String hostile = "a\u001B[2J\u001B]0;x\u0007\r\n\u202Eb\u0000\u007F\u009B31m";
    String huge = "h".repeat(256);
    String tenKilobytes = "\u001B[31m".repeat(2048);
    for (String id : List.of(hostile, huge, "sha256:" + Body.ofUtf8(tenKilobytes).sha256())) {
      recorded("lucid", id, Status.QUARANTINED);
    }

    List<Shell.Run> runs = new ArrayList<>();
    runs.add(local("list", "--type", type));
    runs.add(local("list", "--type", type, "--json"));
    for (String id : List.of(hostile, huge, tenKilobytes)) {
      Shell.Run shown = local("show", "lucid", id, "--body");
      assertEquals(Hookset.OK, shown.code(), shown::err);
      runs.add(shown);
      runs.add(local("show", "lucid", id, "--json"));
      runs.add(local("show", "lucid", id + "nope"));
    }

    for (Shell.Run run : runs) {
      String all = run.out() + run.err();
      assertTrue(
          all.codePoints().allMatch(c -> c == '\n' || c == '\u2026' || (c >= ' ' && c <= '~')),
          () -> "something else in: " + all);
      assertTrue(all.lines().allMatch(line -> line.length() < 8000), "a line without end");
    }
    assertEquals(4, runs.getFirst().out().lines().count(), runs.getFirst()::out);
  }

  @Test
  void list_watch_addsWhatIsNewOrChanged() {
    recorded("lucid", "first", Status.SKIPPED);
    TestTerminal terminal =
        new TestTerminal()
            .inAPause(() -> {})
            .inAPause(() -> recorded("lucid", "second", Status.SKIPPED));

    Shell.Run run = SHELL.run(terminal, ports("list", "--type", type, "--watch"));

    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size(), run::out);
    assertTrue(lines.getFirst().endsWith("first"), run::out);
    assertTrue(lines.getLast().endsWith("second"), run::out);
  }

  @Test
  void list_watchOnATerminal_isDrawnAnewEachTime() {
    recorded("lucid", "drawn_first", Status.SKIPPED);
    TestTerminal terminal =
        new TestTerminal(true, false)
            .inAPause(() -> recorded("lucid", "drawn_second", Status.SKIPPED));

    Shell.Run run = SHELL.run(terminal, ports("list", "--type", type, "--watch"));

    String[] drawings = run.out().split("\u001B\\[H\u001B\\[2J", -1);
    assertEquals(3, drawings.length, run::out);
    assertEquals("", drawings[0], "nothing before the first");
    for (String drawing : List.of(drawings[1], drawings[2])) {
      assertTrue(drawing.lines().findFirst().orElse("").endsWith("every 2 s; Ctrl-C ends"));
      assertTrue(drawing.contains("\nreceived (UTC) "), drawing);
      assertFalse(drawing.contains("\u001B"), drawing);
    }
    assertEquals(List.of("drawn_first"), lastWords(drawings[1]));
    assertEquals(List.of("drawn_second", "drawn_first"), lastWords(drawings[2]));
  }

  private static List<String> lastWords(String drawing) {
    return drawing.lines().skip(3).map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList();
  }

  @Test
  void list_onATerminal_isColouredUnlessThatIsNotWanted() {
    recorded("lucid", "evt_" + type, Status.QUARANTINED);

    Shell.Run coloured = SHELL.run(new TestTerminal(true, true), ports("list", "--type", type));
    Shell.Run plain = SHELL.run(new TestTerminal(true, false), ports("list", "--type", type));

    assertTrue(coloured.out().contains("\u001B[33mquarantined\u001B[0m"), coloured::out);
    assertFalse(plain.out().contains("\u001B"), plain::out);
    assertEquals(plain.out(), coloured.out().replaceAll("\u001B\\[[0-9;]*m", ""), "same columns");
  }

  @Test
  void list_ofWhatIsRare_saysHowFarItLooked() {
    for (int i = 0; i < 3; i++) {
      recorded("lymnus", "evt" + i + type, Status.SKIPPED);
    }

    Shell.Run run = local("list", "lymnus", "--status", "done", "--look", "2");

    assertEquals("There is none.\n", run.out());
    assertTrue(run.err().startsWith("Looked at the newest 2, back to "), run::err);
  }

  @Test
  void list_all_readsTheTable() {
    EventKey key = recorded("lucid", "evt_" + type, Status.SKIPPED);

    assertTrue(local("list", "--type", type, "--all").out().contains(key.eventId()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list --status open",
        "list nobody",
        "list --since yesterday",
        "list --limit 0",
        "list --region eu-central-1",
        "show lucid",
        "stats --since 1h --until 2h",
        "verify lucid --headers a"
      })
  void command_unclear_isAWrongCommandLine(String line) {
    Shell.Run run = SHELL.run(line.split(" ", -1));

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code(), run::err);
    assertEquals("", run.out());
  }

  // --- show

  @Test
  void show_aQuarantinedEvent_tellsItsStoryAndItsBody() throws IOException {
    EventKey key = recorded("lucid", "evt_" + type, Status.QUARANTINED);
    Path file = home.resolve("body");

    Shell.Run run = local("show", "lucid", key.eventId(), "--body", "--save", file.toString());

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().startsWith("lucid event " + key.eventId() + "  quarantined\n"), run::out);
    List<String> story =
        run.out()
            .lines()
            .filter(line -> line.matches(" {2}\\d{4}-.*"))
            .map(line -> line.substring(27).split(" {2,}", -1)[0])
            .toList();
    assertEquals(List.of("occurred", "received", "quarantined"), story, run::out);
    assertTrue(run.out().contains("{\n  \"a\": [\n    1\n  ]\n}\n"), run::out);
    assertEquals("{\"a\":[1]}", Files.readString(file));
  }

  @Test
  void show_aConflict_isNamedFromBothSides() {
    EventKey key = recorded("lucid", "evt_" + type, Status.SKIPPED);
    EventKey other = recorded("lucid", key.eventId() + "~0123456789abcdef", Status.QUARANTINED);
    recorded("lucid", key.eventId() + "~no", Status.QUARANTINED);

    Shell.Run first = local("show", "lucid", key.eventId());
    Shell.Run second = local("show", "lucid", other.eventId());

    assertTrue(first.out().contains("other bytes came under this ID: " + other + "\n"), first::out);
    assertFalse(first.out().contains("~no"), first::out);
    assertTrue(
        second.out().contains("because other bytes had come before, under " + key.eventId()),
        second::out);
  }

  @Test
  void show_withTheLog_addsEachAttempt() throws IOException {
    EventKey key = recorded("lucid", "evt_" + type, Status.SKIPPED);
    String attempt =
        "{\"timestamp\":\"2026-06-01T12:00:01Z\",\"message\":\"event retry\",\"outcome\":\"retry\","
            + "\"provider\":\"lucid\",\"eventId\":\""
            + key.eventId()
            + "\",\"attempt\":1,\"error\":\"boom \\u001b[31m\"}";
    Path log = home.resolve(".hookset/log/hookset.jsonl");
    Files.createDirectories(log.getParent());
    Files.writeString(log, attempt + "\n");
    long now = Instant.now().toEpochMilli();
    cloud.logs.put(
        "/aws/lambda/shop-WorkerFunction",
        List.of(Map.of("eventId", "1", "timestamp", now, "message", attempt)));

    for (Shell.Run run :
        List.of(
            new Shell(home).run(ports("show", "lucid", key.eventId(), "--log")),
            deployed("show", "lucid", key.eventId(), "--log"))) {
      assertTrue(run.out().contains("attempt 1 retry"), run::out);
      assertTrue(run.out().contains("boom \\u{1B}[31m"), run::out);
    }
    assertEquals(
        "{ $.eventId = \"" + key.eventId() + "\" }",
        cloud.requests("FilterLogEvents").getFirst().input().path("filterPattern").asText());
  }

  @Test
  void show_unknown_saysSoAndEndsWithOne() {
    Shell.Run run = local("show", "lucid", "nope");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(run.err().startsWith("There is no record of lucid#nope"), run::err);
  }

  // --- replay of many

  @Test
  void replay_ofMany_asksFirst_andShowsHowFarItIs() {
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    String provider = "p" + UUID.randomUUID();
    for (int i = 0; i <= Batch.FEW; i++) {
      recorded(provider, "evt" + i, Status.SKIPPED, from.plusSeconds(i));
    }
    String[] command = {
      "replay", provider, "--from", from.toString(), "--to", from.plusSeconds(1000).toString()
    };

    Shell.Run alone = local(command);
    TestTerminal no = new TestTerminal(true, false).answering("");
    Shell.Run refused = SHELL.run(no, ports(command));
    TestTerminal yes = new TestTerminal(true, false).answering("y");
    Shell.Run done = SHELL.run(yes, ports(command));

    assertEquals(Hookset.WRONG_COMMAND_LINE, alone.code());
    assertTrue(alone.err().contains("--yes"), alone::err);
    assertEquals(List.of("Replay 101 events? [y/N] "), no.questions());
    assertEquals(new Shell.Run(Hookset.NOT_AS_IT_SHOULD, "Nothing was replayed.\n", ""), refused);
    assertEquals(Hookset.OK, done.code(), done::err);
    assertEquals("101 replayed.\n", done.out());
    assertTrue(done.err().contains("101 of 101"), done::err);
  }

  @Test
  void replay_inTheCloud_isCountedInTheRecord() {
    EventKey key = recorded("lucid", "evt_" + type, Status.SKIPPED);

    Shell.Run run = deployed("replay", "lucid", key.eventId());

    assertEquals(new Shell.Run(Hookset.OK, "replayed " + key + "\n1 replayed.\n", ""), run);
    assertEquals(1, inbox.find(key).orElseThrow().replays());
  }

  // --- verify

  @Test
  void verify_genuine_holdsAndSaysWhatBecomesOfIt() throws IOException {
    Shell.Run run = verify(genuine("lemma"), "", "lemma");

    assertEquals(Hookset.OK, run.code(), run::out);
    assertTrue(run.out().contains("It holds: key "), run::out);
    assertTrue(run.out().contains("answers 200, accepted."), run::out);
  }

  @Test
  void verify_withANewlineTooMuch_saysSoAndEndsWithOne() throws IOException {
    Shell.Run run = verify(genuine("lymnus"), "\n", "lymnus");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(run.out().contains("It does not hold: invalid_signature"), run::out);
    assertTrue(
        run.out().contains("Proven cause: the signature holds over the body without the newline"),
        run::out);
    assertFalse(run.out().contains("whsec_hookset"), "no key");
  }

  @Test
  void verify_inTheCloud_takesTheKeysOfTheStack() throws IOException {
    String arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:s-AbCdEf";
    cloud.configure("shop-LemmaFunction:live", Map.of("LEMMA_WEBHOOK_SECRET_ARN", arn));
    cloud.secrets.put(arn + " AWSCURRENT", "whsec_newer");
    cloud.secrets.put(arn + " AWSPREVIOUS", "whsec_hookset_development_lemma");

    Shell.Run run = verify(genuine("lemma"), "", "lemma", "--stack", "shop");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::err);
    assertTrue(run.out().contains("the key of AWSPREVIOUS, which is out of use since"), run::out);
    assertFalse(run.out().contains("whsec_hookset") || run.out().contains("whsec_newer"), "no key");
  }

  /** The functions ask for the key with the API key, so what judges as they do asks likewise. */
  @Test
  void verify_laminaWithAnApiKeyAlone_fetchesThePublishedKeys() throws IOException {
    DeliveryRequest request = genuine("lamina");
    String set =
        String.join(
            "", new DevelopmentKeys(Map.of()).verificationVariables(request.provider()).values());
    List<String> seen = new ArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/keys",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-api-key")));
          byte[] answer = set.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(seen.size() == 1 ? 200 : 403, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/keys";
    Map<String, String> environment =
        Map.of("LAMINA_API_KEY", "lma_4f2a9c1b", "LAMINA_SIGNING_KEY_URL", url);
    try {
      Shell.Run holds = verify(environment, request, "", "lamina");
      Shell.Run refused = verify(environment, request, "", "lamina");

      assertEquals(Hookset.OK, holds.code(), holds::err);
      assertTrue(holds.out().contains("It holds: key "), holds::out);
      assertEquals(List.of("lma_4f2a9c1b", "lma_4f2a9c1b"), seen);
      assertEquals(Hookset.IN_THE_WAY, refused.code());
      assertEquals(
          List.of(
              "hookset: "
                  + url
                  + " gives no signing key: its status is 403; give the public key in a file"
                  + " instead: --secret FILE"),
          refused.errorLines());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void verify_json_isOneObject() throws IOException {
    Shell.Run run = verify(genuine("lucid"), " ", "lucid", "--json");

    JsonNode json = JSON.readTree(run.out());
    assertFalse(json.path("holds").asBoolean(true));
    assertEquals("invalid_signature", json.path("reason").asText());
    assertTrue(json.path("steps").size() > 4);
  }

  // --- urls, stats, tail

  @Test
  void urls_areThoseOfTheStack() {
    Shell.Run here = new Shell(home).run("urls", "--port", "9");
    Shell.Run there = deployed("urls", "--json");

    assertTrue(here.out().contains("lamba     http://127.0.0.1:9/webhooks/lamba\n"), here::out);
    assertTrue(there.out().contains("\"lamba\":\"" + stack.url("lamba") + "\""), there::out);
  }

  @Test
  void stats_inTheCloud_areWhatInsightsCounts() throws IOException {
    cloud.results.add(
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
    cloud.results.add(
        List.of(
            Map.of("provider", "lemma", "median", "1500", "p95", "61000.5", "longest", "7200000")));
    TestTerminal terminal = new TestTerminal().inAPause(() -> {}).inAPause(() -> {});

    Shell.Run run =
        new Shell(home, cloud.environment())
            .run(terminal, "stats", "--since", "2h", "--json", "--stack", "shop");

    assertEquals(Hookset.OK, run.code(), run::err);
    JsonNode lemma = JSON.readTree(run.out().lines().toList().get(1));
    assertEquals(12, lemma.path("accepted").asInt(), run::out);
    assertEquals(2, lemma.path("conflict").asInt());
    assertEquals(3, lemma.path("refusals").path("invalid_signature").asInt());
    assertEquals(11, lemma.path("done").asInt());
    assertEquals(61_000, lemma.path("lag95Millis").asInt());
    JsonNode asked = cloud.requests("StartQuery").getFirst().input();
    assertEquals(6, asked.path("logGroupNames").size());
    assertEquals(7200, asked.path("endTime").asLong() - asked.path("startTime").asLong());
    assertTrue(
        cloud
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
            LocalStack.start(
                Template.read(Shell.REPOSITORY.resolve("template.yaml")),
                new LocalStack.Settings(
                    null,
                    0,
                    0,
                    0,
                    0,
                    new DevelopmentKeys(Map.of())
                        .verificationVariables(Providers.named("lemma").orElseThrow()),
                    Routes.builder().otherwise((_, _) -> {}).build()),
                InstantSource.system(),
                new KeptLog(heard(reports), log, InstantSource.system()))) {
      sent = Instant.now();
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
            .map(OperationsTest::json)
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
        shown.out().lines().anyMatch(row -> row.matches("lemma +1 +0 +0( +\\S+ m?s){3}")),
        shown::out);
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  private static StackListener heard(BlockingQueue<Report> reports) {
    return new StackListener() {
      @Override
      public void worked(Report report) {
        reports.add(report);
      }
    };
  }

  @Test
  void tail_inTheCloud_printsEachLineOnce() {
    long now = Instant.now().toEpochMilli();
    String group = "/aws/lambda/shop-LemmaFunction";
    Map<String, Object> first = event("1", now, "accepted", "evt_1");
    Map<String, Object> second = event("2", now - 3000, "duplicate", "evt\u001B_2");
    cloud.logs.put(group, List.of(first));
    TestTerminal terminal =
        new TestTerminal()
            .inAPause(() -> cloud.logs.put(group, List.of(second, first)))
            .inAPause(() -> {});

    Shell.Run run =
        new Shell(home, cloud.environment())
            .run(terminal, "tail", "lemma", "--since", "1m", "--stack", "shop");

    assertEquals(
        List.of("lemma  delivery accepted  evt_1", "lemma  delivery duplicate  evt\\u{1B}_2"),
        run.out().lines().map(line -> line.substring(25)).toList(),
        run::err);
  }

  // --- doctor

  @Test
  void doctor_ofAStackThatIsWell_findsNothingBad() {
    Shell.Run run = deployed("doctor");

    assertEquals(Hookset.OK, run.code(), run::out);
    assertFalse(run.out().contains("BAD"), run::out);
    assertTrue(run.out().contains("alarms: 1, each with an action"), run::out);
    assertTrue(
        run.out().contains("topic shop-alarms: alarms reach 1 confirmed subscription"), run::out);
    assertTrue(run.out().contains("lamina's URL: it has a key"), run::out);
    assertTrue(run.out().contains("clock: "), run::out);
  }

  @Test
  void doctor_ofAStackWhoseSecretsAreHardlyMeant_saysAsWhatTheyAre() {
    // Each of these refused every delivery with a signature that was good, and nothing said why.
    Map<String, String> odd =
        Map.of(
            "Lemma", "\"whsec_4f2a9c1b7d\"",
            "Lamba", "whsec_4f2a9c1b7d\r\n",
            "Lucid", "\uFEFFwhsec_4f2a9c1b7d",
            "Lymnus", "LYMNUS_WEBHOOK_SECRET=whsec_4f2a9c1b7d");
    odd.forEach(
        (name, text) -> {
          String arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name;
          String variable = name.toUpperCase(Locale.ROOT) + "_WEBHOOK_SECRET_ARN";
          cloud.configure("shop-" + name + "Function:", Map.of(variable, arn));
          cloud.configure("shop-" + name + "Function:live", Map.of(variable, arn));
          cloud.secrets.put(arn + " AWSCURRENT", text);
        });

    Shell.Run run = deployed("doctor");

    for (String seen :
        List.of(
            "look     lemma's secret: has quotes around it",
            "look     lamba's secret: ends with a carriage return and a line break",
            "look     lucid's secret: begins with a byte-order mark",
            "look     lymnus's secret: is written as NAME=value")) {
      assertTrue(run.out().contains(seen), () -> seen + " in " + run.out());
    }
    assertFalse(run.out().contains("4f2a9c"), "a secret");
  }

  @Test
  void doctor_here_findsNothingBad() {
    Shell.Run run = local("doctor", "--port", Integer.toString(stack.url("lemma").getPort()));

    assertEquals(Hookset.OK, run.code(), run::out);
    assertTrue(run.out().contains("work queue: hides a message for 360 s"), run::out);
  }

  @Test
  void doctor_ofAStackThatIsNotWell_namesEachFaultWithItsCure() {
    cloud.configure("shop-LambaFunction:", Map.of("LAMBA_WEBHOOK_EVENTS", "user.*"));
    cloud.configure(
        "shop-LucidFunction:live",
        Map.of("WEBHOOK_RETENTION_DAYS", "10", "LUCID_WEBHOOK_MAX_AGE_DAYS", "10"));
    cloud.functions.put("shop-WorkerFunction:", CloudStandIn.function("WorkerFunction", 120));
    cloud.functions.remove("shop-LymnusFunction:live");
    cloud.alarms.put("shop-Silent", Map.of("ActionsEnabled", false, "StateValue", "ALARM"));
    cloud.mappings.clear();

    Shell.Run run = deployed("doctor", "--json");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    for (String fault :
        List.of(
            "\"bad\",\"subject\":\"lamba's function\",\"seen\":\"what answers still has the old"
                + " INBOX_TABLE, LAMBA_WEBHOOK_EVENTS\"",
            "records are kept for 10 days",
            "less than six times the worker's timeout",
            "there is no alias live of shop-LymnusFunction",
            "without an action: shop-Silent",
            "ringing: shop-Silent",
            "no queue calls it")) {
      assertTrue(run.out().contains(fault), () -> fault + " in " + run.out());
    }
    run.out()
        .lines()
        .filter(line -> !line.contains("\"ok\""))
        .forEach(line -> assertTrue(line.contains("\"cure\":\""), line));
  }

  @Test
  void doctor_ofAlarmsThatReachNobody_saysWhatIsMissing() {
    String gone = "arn:aws:sns:eu-central-1:123456789012:gone";
    String empty = "arn:aws:sns:eu-central-1:123456789012:empty";
    cloud.topics.put(
        CloudStandIn.TOPIC, Map.of("SubscriptionsConfirmed", 0, "SubscriptionsPending", 1));
    cloud.topics.put(empty, Map.of("SubscriptionsConfirmed", 0, "SubscriptionsPending", 0));
    cloud.alarms.put("shop-Failed", Map.of("AlarmActions", List.of(CloudStandIn.TOPIC, empty)));
    cloud.alarms.put(
        "shop-Lag",
        Map.of("AlarmActions", List.of(gone, "arn:aws:lambda:eu-central-1:1:function:pager")));

    Shell.Run run = deployed("doctor");

    assertEquals(Hookset.OK, run.code(), run::out);
    List<String> lines = run.out().lines().toList();
    for (String fault :
        List.of(
            "look     topic shop-alarms: alarms reach nobody: its subscription is not confirmed",
            "look     topic empty: alarms reach nobody: it has no subscription",
            "look     topic gone: it cannot be looked at: NotFound")) {
      int at = lines.indexOf(fault);
      assertTrue(at >= 0, () -> fault + " in " + run.out());
      assertTrue(lines.get(at + 1).contains("aws sns "), "a cure that can be typed");
    }
    assertEquals(3, cloud.requests("GetTopicAttributes").size(), "each topic once");
  }

  @Test
  void doctor_onAMachineWhoseClockIsWrong_saysByHowMuch() {
    InstantSource late = () -> Instant.now().minusSeconds(90);

    Shell.Run run =
        new Shell(Shell.REPOSITORY, Map.of(), late)
            .run(ports("doctor", "--port", Integer.toString(stack.url("lemma").getPort())));

    assertEquals(Hookset.OK, run.code(), run::out);
    List<String> lines = run.out().lines().toList();
    int at =
        IntStream.range(0, lines.size())
            .filter(
                i -> lines.get(i).matches("look     clock: this machine's differs by \\d+ s .*"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(run.out()));
    int seconds = Integer.parseInt(lines.get(at).replaceAll(".*by (\\d+) s.*", "$1"));
    assertTrue(seconds >= 85 && seconds <= 95, () -> "about 90 s, and not " + seconds);
    assertTrue(lines.get(at + 1).contains("NTP"), lines.get(at + 1));
  }

  @Test
  void doctor_whereLaminasKeyCannotBeFetched_saysSo() throws IOException {
    Map<String, String> variables = new HashMap<>();
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    Providers.all().forEach(provider -> variables.putAll(keys.verificationVariables(provider)));
    variables.remove("LAMINA_WEBHOOK_PUBLIC_KEY");
    variables.put("LAMINA_API_KEY", "lma_4f2a9c1b");
    variables.put("LAMINA_SIGNING_KEY_URL", "http://127.0.0.1:1/keys");
    try (LocalStack own =
        LocalStack.start(
            Template.read(Shell.REPOSITORY.resolve("template.yaml")),
            new LocalStack.Settings(
                null, 0, 0, 0, 0, variables, Routes.builder().otherwise((_, _) -> {}).build()),
            InstantSource.system(),
            heard(new LinkedBlockingQueue<>()))) {
      Shell.Run run =
          SHELL.run(
              "doctor",
              "--port=" + own.url("lemma").getPort(),
              "--dynamodb-port=" + own.dynamoDbEndpoint().getPort(),
              "--sqs-port=" + own.sqsEndpoint().getPort(),
              "--s3-port=" + own.s3Endpoint().getPort());

      assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::out);
      List<String> bad = run.out().lines().filter(line -> line.startsWith("BAD")).toList();
      assertEquals(
          List.of(
              "BAD      lamina's URL: it cannot fetch its key, and answers 503 to every delivery"),
          bad);
      assertTrue(run.out().contains("the address of the signing key"), run::out);
      assertTrue(run.out().contains("ok       lemma's URL: it has a key"), run::out);
    }
  }

  // --- a stack that is not there

  @Test
  void stack_thatIsNotThere_isSaidInOneLine() {
    Shell.Run run = new Shell(home, cloud.environment()).run("list", "--stack", "nope");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertEquals(
        List.of(
            "hookset: there is no stack nope in eu-central-1; look at --region, and at"
                + " `aws cloudformation list-stacks`"),
        run.errorLines());
  }

  @Test
  void local_withoutAStack_saysHowToStartOne() {
    for (String command : List.of("list", "redrive", "doctor --port 1")) {
      Shell.Run run =
          SHELL.run((command + " --dynamodb-port 1 --sqs-port 1 --s3-port 1").split(" ", -1));

      assertEquals(Hookset.IN_THE_WAY, run.code());
      assertTrue(run.err().contains("./hookset dev"), run::err);
    }
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

  private Shell.Run verify(DeliveryRequest request, String added, String... arguments)
      throws IOException {
    boolean inTheCloud = List.of(arguments).contains("--stack");
    return verify(inTheCloud ? cloud.environment() : Map.of(), request, added, arguments);
  }

  private Shell.Run verify(
      Map<String, String> environment, DeliveryRequest request, String added, String... arguments)
      throws IOException {
    Path headers = home.resolve("headers");
    Path body = home.resolve("body");
    StringBuilder lines = new StringBuilder("POST /webhooks HTTP/1.1\n");
    request.headers().forEach((name, value) -> lines.append(name + ": " + value + "\n"));
    Files.writeString(headers, lines);
    Files.writeString(body, request.body().utf8() + added);
    List<String> all = new ArrayList<>(List.of("verify"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--headers", headers.toString(), "--body", body.toString()));
    return new Shell(home, environment).run(all.toArray(String[]::new));
  }

  private static DeliveryRequest genuine(String name) {
    Provider provider = Providers.named(name).orElseThrow();
    return new Deliveries(new DevelopmentKeys(Map.of()))
        .genuine(provider, Samples.defaultType(provider), "id", Instant.now());
  }

  private Shell.Run deployed(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--stack";
    all[arguments.length + 1] = CloudStandIn.STACK;
    return new Shell(Shell.REPOSITORY, cloud.environment()).run(all);
  }

  private static Shell.Run local(String... arguments) {
    return SHELL.run(ports(arguments));
  }

  private static String[] ports(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 6);
    all[arguments.length] = "--dynamodb-port";
    all[arguments.length + 1] = Integer.toString(stack.dynamoDbEndpoint().getPort());
    all[arguments.length + 2] = "--sqs-port";
    all[arguments.length + 3] = Integer.toString(stack.sqsEndpoint().getPort());
    all[arguments.length + 4] = "--s3-port";
    all[arguments.length + 5] = Integer.toString(stack.s3Endpoint().getPort());
    return all;
  }

  private EventKey recorded(String provider, String id, Status status) {
    return recorded(provider, id, status, Instant.now());
  }

  private EventKey recorded(String provider, String id, Status status, Instant receivedAt) {
    EventKey key = new EventKey(provider, id);
    Event event = new Event(key, type, receivedAt, null, Body.ofUtf8("{\"a\":[1]}"));
    inbox.record(new NewRecord(event, receivedAt, status, Map.of(), null));
    return key;
  }
}
