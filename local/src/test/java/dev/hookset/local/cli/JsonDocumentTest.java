package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Whoever wrote a script over {@code --json} had to guess the fields. Now {@code docs/json.md}
 * names them; here every command runs on a stack that has seen all that there is to tell of.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JsonDocumentTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> WITHOUT_JSON = Set.of("dev", "look", "test", "completion");

  /** No development secret, which would be refused. */
  private static final String LUCID = "whsec_4f2a9c1b7d3e8f60";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private static Path home;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private static Path other;

  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  private final Map<String, List<Shell.Run>> runs = new LinkedHashMap<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private PrintStream log;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private LocalStack stack;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private CloudStandIn cloud;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private JsonDocument document;

  @BeforeAll
  void start() throws Exception {
    document = JsonDocument.read();
    Shell.checkOutInto(home);
    Path state = home.resolve(".hookset");
    log = new LogFile(state).open();
    StackListener heard = new Attempts(reports);
    stack =
        LocalStack.start(
            Template.read(home.resolve("template.yaml")),
            new LocalStack.Settings(
                null,
                0,
                0,
                0,
                0,
                variables(),
                Routes.builder()
                    .on("lucid", "budget.*", "does-it", (_, _) -> {})
                    .on("lucid", "budget.warning", "fails", (_, _) -> fail())
                    .on("lucid", "budget.exceeded", "gives-up", (_, _) -> giveUp())
                    .otherwise((_, _) -> {})
                    .build()),
            InstantSource.system(),
            new CountedKeys(
                new KeyCounts(state),
                InstantSource.system(),
                new KeptLog(heard, log, InstantSource.system())));
    Ports.save(state, stack);
    cloud = new CloudStandIn(stack);
    for (Provider provider : Providers.deployed()) {
      String name = capitalized(provider.name());
      Map<String, String> variables =
          Map.of("PROVIDER", provider.name(), "WEBHOOK_SECRET_ARN", arn(name));
      cloud.configure("shop-" + name + "Function:live", variables);
      cloud.configure("shop-" + name + "Function:", variables);
    }
    runAll();
  }

  @AfterAll
  void stop() {
    cloud.close();
    stack.close();
    log.close();
  }

  private static void fail() throws IOException {
    throw new IOException("down");
  }

  private static void giveUp() throws PermanentFailure {
    throw new PermanentFailure("no such budget");
  }

  private List<String> sections() {
    return List.copyOf(document.sections());
  }

  @ParameterizedTest
  @MethodSource("sections")
  void section_ofTheDocument_saysWhatTheCommandPrints(String section) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (Shell.Run run : runs.getOrDefault(section, List.of())) {
      assertTrue(run.code() == Hookset.OK || run.code() == Hookset.NOT_AS_IT_SHOULD, run::err);
      for (String line : run.out().lines().toList()) {
        assertTrue(line.chars().allMatch(c -> c >= ' ' && c <= '~'), line);
        JsonNode object = JSON.readTree(line);
        assertTrue(object.isObject(), line);
        objects.add(object);
      }
    }

    assertFalse(objects.isEmpty(), "nothing was printed");
    assertEquals(List.of(), document.differences(section, objects));
  }

  @Test
  void command_anyThatPrintsFacts_hasTheOptionAndASection() {
    Set<String> documented =
        document.sections().stream()
            .map(section -> section.split(" ", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> having = new TreeSet<>();
    Set<String> wide = new TreeSet<>();
    for (CommandLine command : new Shell(home).commandLine().getSubcommands().values()) {
      CommandLine.Model.CommandSpec spec = command.getCommandSpec();
      if (spec.optionsMap().containsKey("--json")) {
        having.add(command.getCommandName());
      }
      if (spec.optionsMap().containsKey("--wide")) {
        wide.add(command.getCommandName());
      }
    }
    Set<String> all = new TreeSet<>(HooksetTest.commands());
    all.removeAll(WITHOUT_JSON);

    assertEquals(all, having);
    assertEquals(all, documented);
    assertEquals(
        Set.of("demo", "list", "provider", "secret", "show", "stats", "status", "urls", "verify"),
        wide);
  }

  // An error was a sentence here and an empty line there; a script could not tell.
  @Test
  void error_withJson_isOneSentenceOnTheStandardErrorAndTheSameCode() {
    for (String call :
        List.of(
            "list --status open",
            "show lucid evt_nope",
            "show lucid",
            "replay lucid evt_nope",
            "replay",
            "stats --since soon",
            "tail nobody",
            "send lucid budget.exceded",
            "event nobody",
            "verify lemma",
            "secret nobody",
            "urls --region eu-central-1",
            "redrive --sqs-port 1",
            "doctor --region eu-central-1")) {
      Shell shell = new Shell(home);
      Shell.Run plain = shell.run(call.split(" ", -1));
      Shell.Run json = shell.run((call + " --json").split(" ", -1));

      assertTrue(plain.code() >= 1 && plain.code() <= 3, call);
      assertEquals(plain.code(), json.code(), call);
      assertEquals("", json.out(), call);
      assertEquals(1, json.errorLines().size(), json::err);
      assertTrue(json.err().startsWith("hookset: "), json::err);
    }
  }

  // --- All that there is to tell of

  private void runAll() throws Exception {
    note("send", run("send", "lucid", "--duplicate"));
    note("send", run("send", "lamba", "--tamper"));
    note("send", run("send", "lucid", "budget.warning"));
    note("send", run("send", "lucid", "budget.exceeded"));
    awaitReports(3);
    EventKey done = listed("done", "lucid");
    EventKey failed = listed("failed", "lucid");
    note("replay", run("replay", "--failed", "--dry-run"));
    note("replay", run("replay", "lucid", done.eventId()));
    awaitReports(1);
    note("replay", run("replay", failed.eventId()));
    awaitReports(1);
    List<EventKey> unusual = unusual();
    note("list", run("list", "--limit", "100"));
    note("list", deployed(new TestTerminal(), "list"));
    note("listen", deployed(new TestTerminal(), "listen", "--no-follow"));
    note("tail", run("tail", "--since", "1h", "--no-follow"));
    note("stats", run("stats", "--since", "1h"));
    for (EventKey key : List.of(done, failed, listed("received", "lucid"))) {
      note("show", run("show", key.provider(), key.eventId(), "--log", "--body"));
    }
    for (EventKey key : unusual) {
      note("show", run("show", key.provider(), key.eventId(), "--body"));
    }
    EventKey personal =
        record("evt_personal", Instant.now(), Body.ofUtf8("{\"email\":\"al@x.org\"}"));
    String file = other.resolve("fixture.json").toString();
    note("show", run("show", personal.eventId(), "--fixture", file));
    note("pull", deployed(new TestTerminal(), "pull", "lamba", "--since", "3h"));
    note("pull", deployed(new TestTerminal(), "pull", "lamba", "--since", "3h", "--redact"));
    note("forget", deployed(new TestTerminal(), "forget", "lamba", "evt_twice", "--dry-run"));
    note("forget", deployed(new TestTerminal(), "forget", "lamba", "evt_twice", "--yes"));
    note("show", run("show", "lamba", "evt_twice"));
    stack.open(JsonDocumentTest::forgets);
    note("forget", run("forget", "lamba", "evt_twice", "--yes"));
    reconciled();
    note("redrive", run("redrive", "--dry-run"));
    note("redrive", run("redrive"));
    note("event", run("event", "lymnus"));
    note("event", run("event", "lamba", "--base64"));
    note("event --samples", run("event", "--samples", other.resolve("events").toString()));
    verifyAll();
    note("doctor", run("doctor"));
    note("doctor", deployed(new TestTerminal(), "doctor"));
    note("provider", run("provider"));
    note("provider", run("provider", "stripe"));
    note("urls", run("urls"));
    note("urls", deployed(new TestTerminal(), "urls"));
    note("status", run("status"));
    new Settings(other.resolve(".hookset")).savePublicUrl(URI.create("https://example.com"));
    note("status", new Shell(other).run("status", "--json"));
    note("clear", new Shell(other).run("clear", "--json"));
    note("demo", run("demo"));
    secrets();
  }

  /** A list of Stripe's, and of another's silences what an inbox tells. */
  private void reconciled() throws IOException {
    long now = Instant.now().getEpochSecond();
    String event = "{\"id\":\"%s\",\"created\":" + (now - 4000) + ",\"type\":\"a.b\"}";
    record("stripe", "evt_extra", Instant.ofEpochSecond(now - 4000), "{}");
    record("stripe", "evt_other", Instant.ofEpochSecond(now - 4000), "{}");
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext(
        "/",
        exchange ->
            answer(
                exchange,
                "{\"has_more\":false,\"data\":["
                    + String.format(event, "evt_missing")
                    + ","
                    + String.format(event, "evt_other")
                    + "]}"));
    api.start();
    Path key = Files.writeString(other.resolve("api-key"), "sk_4f2a9c1b7d");
    String url = "http://127.0.0.1:" + api.getAddress().getPort();
    note(
        "reconcile stripe",
        run(
            "reconcile",
            "stripe",
            "--api-url",
            url,
            "--api-key",
            key.toString(),
            "--backfill",
            "--yes"));
    api.stop(0);
    for (int i = 0; i < 40; i++) {
      record(
          "lymnus", "evt_" + i, Instant.ofEpochSecond(now - (i < 20 ? 50_000 : 90_000) - i), "{}");
    }
    note("reconcile lymnus", run("reconcile", "lymnus", "--since", "2d"));
  }

  private void record(String provider, String id, Instant at, String body) {
    Event event = new Event(new EventKey(provider, id), "a.b", at, null, Body.ofUtf8(body));
    stack.inbox().record(new NewRecord(event, at, Status.SKIPPED, Map.of(), null));
  }

  /** Stands in for the page of `dev`. */
  private static void forgets(HttpExchange exchange) throws IOException {
    answer(exchange, "{\"deliveries\":1}");
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] answer = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, answer.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer);
    }
  }

  private void verifyAll() throws IOException {
    Provider lemma = Providers.named("lemma").orElseThrow();
    DeliveryRequest request =
        new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES)
            .genuine(lemma, SAMPLES.defaultType(lemma), "id", Instant.now());
    String headers =
        request.headers().entrySet().stream()
            .map(header -> header.getKey() + ": " + header.getValue() + "\n")
            .collect(Collectors.joining());
    Path headersFile = Files.writeString(other.resolve("headers"), headers);
    Path body = Files.write(other.resolve("body"), request.body().toByteArray());
    String signedWith = OperatedStack.keys().get("LEMMA_WEBHOOK_SECRET");
    Path quoted = Files.writeString(other.resolve("quoted"), "\"" + signedWith + "\"");
    Path unknown = Files.writeString(other.resolve("unknown"), "whsec_another-secret");
    Path blank = Files.writeString(other.resolve("blank"), "\"   \"");
    List<String> call =
        List.of("verify", "lemma", "--headers", "" + headersFile, "--body", "" + body);
    for (List<Path> secrets : List.of(List.<Path>of(), List.of(quoted, blank), List.of(unknown))) {
      List<String> arguments = new ArrayList<>(call);
      secrets.forEach(file -> arguments.addAll(List.of("--secret", file.toString())));
      note("verify", run(arguments.toArray(String[]::new)));
    }
  }

  private void secrets() {
    Path mine = other.resolve("mine");
    Shell shell = new Shell(mine);
    for (String secret : List.of("whsec_first-secret", "whsec_second-secret")) {
      note("secret PROVIDER", shell.run(typing(secret), "secret", "lymnus", "--json"));
    }
    note("secret PROVIDER", shell.run("secret", "lymnus", "--forget-previous", "--json"));
    note("secret PROVIDER", shell.run("secret", "lucid", "--generate", "--json"));
    note("secret", shell.run("secret", "--json"));
    note("secret", run("secret"));
    cloud.secrets.put(arn("Lucid") + " AWSCURRENT", "whsec_before");
    note("secret PROVIDER", deployed(typing(LUCID), "secret", "lucid"));
    note("secret --stack", deployed(new TestTerminal(), "secret"));
  }

  private static TestTerminal typing(String secret) {
    return new TestTerminal().answering(secret);
  }

  /** Records that deliveries do not leave behind in a few seconds. */
  private List<EventKey> unusual() {
    Instant now = Instant.now();
    byte[] random = new byte[40_000];
    new Random(1).nextBytes(random);
    List<EventKey> keys = new ArrayList<>();
    keys.add(record("evt_long", now, text(random)));
    InboxRecord gone = stack.inbox().find(record("evt_gone", now, text(random))).orElseThrow();
    stack.s3().deleteObject(delete -> delete.bucket(LocalStack.BUCKET).key(gone.overflow()));
    keys.add(record("evt_binary", null, Body.wrap(new byte[] {(byte) 0xFF, 0})));
    keys.add(record("evt_twice", now, Body.ofUtf8("{}")));
    record(Status.QUARANTINED, "evt_twice~0123456789abcdef", now, Body.ofUtf8("[]"));
    EventKey held = record(Status.RECEIVED, "evt_held", now, Body.ofUtf8("{}"));
    claim(held, now);
    keys.add(held);
    EventKey givenUp = record(Status.RECEIVED, "evt_given_up", now, Body.ofUtf8("{}"));
    claim(givenUp, now.minus(Duration.ofHours(1)));
    InboxRecord found = stack.inbox().find(givenUp).orElseThrow();
    assertTrue(stack.inbox().exhaust(found, 1, "its worker died", now), "given up");
    keys.add(givenUp);
    return keys;
  }

  private void claim(EventKey key, Instant at) {
    stack
        .inbox()
        .claim(
            key, new ClaimTerms("request/message", at, at.plus(Duration.ofMinutes(1)), 1, false));
  }

  private static Body text(byte[] bytes) {
    return Body.ofUtf8("\"" + HexFormat.of().formatHex(bytes) + "\"");
  }

  private EventKey record(String id, @Nullable Instant occurredAt, Body body) {
    return record(Status.SKIPPED, id, occurredAt, body);
  }

  private EventKey record(Status status, String id, @Nullable Instant occurredAt, Body body) {
    Instant received = Instant.now().minus(Duration.ofHours(2));
    EventKey key = new EventKey("lamba", id);
    Event event = new Event(key, "user.created", occurredAt, "test", body);
    stack
        .inbox()
        .record(
            new NewRecord(
                event,
                received,
                status,
                Map.of("x-lamba-event", "user.created"),
                "1-abc-def",
                "stack there"));
    return key;
  }

  private EventKey listed(String status, String provider) throws IOException {
    String out = run("list", provider, "--status", status).out();
    return new EventKey(
        provider, JSON.readTree(out.lines().toList().getLast()).path("eventId").asText());
  }

  private void awaitReports(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      Report report = reports.poll(30, TimeUnit.SECONDS);
      assertTrue(report != null, "the worker did nothing");
    }
  }

  private void note(String section, Shell.Run run) {
    runs.computeIfAbsent(section, _ -> new ArrayList<>()).add(run);
  }

  private Shell.Run run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    return new Shell(home, Map.of("LUCID_WEBHOOK_SECRET", LUCID)).run(all.toArray(String[]::new));
  }

  private static Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(OperatedStack.keys());
    variables.put("LUCID_WEBHOOK_SECRET", LUCID);
    return variables;
  }

  private Shell.Run deployed(TestTerminal terminal, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--json", "--stack", CloudStandIn.STACK));
    return new Shell(home, cloud.environment()).run(terminal, all.toArray(String[]::new));
  }

  private static String arn(String name) {
    return "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name + "-AbCdEf";
  }

  private static String capitalized(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
