package dev.hookset.local.cli;

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
import dev.hookset.Origin;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.work.Report;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a provider never delivered, nobody told. The providers' APIs are stood in for by a real HTTP
 * server, with pages, holes, duplicates, limits and keys that it does not know.
 */
final class ReconcileCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = "sk_live_4f2a9c1b7d";
  private final Instant now = Instant.now();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private final BlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, List<String>> answers = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private LocalStack stack;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private HttpServer api;

  @BeforeEach
  void start() throws IOException {
    stack = OperatedStack.start(Map.of(), new Attempts(reports));
    Ports.save(home.resolve(".hookset"), stack);
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.createContext("/", this::answer);
    api.start();
  }

  @AfterEach
  void stop() {
    api.stop(0);
    stack.close();
  }

  private String url() {
    return "http://127.0.0.1:" + api.getAddress().getPort();
  }

  /** Answers with what a test has put under the path with its query, each once. */
  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    asked.add(path);
    List<String> next = answers.getOrDefault(path, List.of());
    String answer = next.isEmpty() ? "404 {}" : next.getFirst();
    if (next.size() > 1) {
      answers.put(path, next.subList(1, next.size()));
    }
    if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer = "401 {}";
    }
    int status = Integer.parseInt(answer.substring(0, 3));
    String body = answer.substring(4);
    if (body.startsWith("<")) {
      exchange.getResponseHeaders().add("Link", body.substring(0, body.indexOf('\n')));
      body = body.substring(body.indexOf('\n') + 1);
    } else if (status == 429) {
      exchange.getResponseHeaders().add("Retry-After", body);
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void answers(String path, String... bodies) {
    answers.put(path, List.of(bodies));
  }

  private Shell.Run reconcile(TestTerminal terminal, String... arguments) {
    List<String> all = new ArrayList<>(List.of("reconcile"));
    all.addAll(List.of(arguments));
    return new Shell(home, Map.of(), () -> now).run(terminal, all.toArray(String[]::new));
  }

  private Shell.Run reconcile(String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--api-url",
            url(),
            "--api-key",
            Files.writeString(home.resolve("key"), KEY + "\n").toString()));
    return reconcile(new TestTerminal(), all.toArray(String[]::new));
  }

  private void here(
      String provider, String id, String type, String body, @Nullable String delivery) {
    EventKey key = new EventKey(provider, id);
    Instant at = now.minus(Duration.ofHours(1));
    stack
        .inbox()
        .record(
            new NewRecord(
                new Event(key, type, at, null, Body.ofUtf8(body), new Origin(delivery, null, null)),
                at,
                Status.SKIPPED,
                Map.of(),
                null));
  }

  private String stripe(String id, String type, Duration ago) {
    return "{\n  \"id\": \""
        + id
        + "\",\n  \"object\": \"event\", \"created\": "
        + now.minus(ago).getEpochSecond()
        + ", \"livemode\": true, \"pending_webhooks\": 1,\"amount\": 1.10,\n \"type\": \""
        + type
        + "\"}";
  }

  private static String page(boolean more, String... events) {
    return "200 {\"object\":\"list\",\"has_more\":"
        + more
        + ",\"data\":["
        + String.join(",", events)
        + "]}";
  }

  private String stripePath(boolean undelivered) {
    return "/v1/events?"
        + (undelivered ? "delivery_success=false&" : "")
        + "limit=100&created%5Bgte%5D="
        + now.minus(Duration.ofDays(2)).getEpochSecond();
  }

  /**
   * Missing evt_3; evt_1 is here, evt_2 says something else; evt_x is of a type that never came.
   */
  private void stripeHasSent() {
    Duration hour = Duration.ofHours(1);
    answers(stripePath(true), page(false, stripe("evt_3", "charge.failed", hour)));
    answers(
        stripePath(false),
        page(
            true,
            stripe("evt_1", "charge.ok", hour),
            "null",
            stripe("evt_x", "payout.paid", hour)));
    answers(
        stripePath(false) + "&starting_after=evt_x",
        "429 3",
        page(
            true,
            stripe("evt_x", "payout.paid", hour),
            stripe("evt_2", "charge.ok", hour),
            stripe("evt_3", "charge.failed", hour)));
    answers(
        stripePath(false) + "&starting_after=evt_3",
        page(false, stripe("evt_new", "charge.ok", Duration.ofMinutes(1))));
    here(
        "stripe",
        "evt_1",
        "charge.ok",
        stripe("evt_1", "charge.ok", hour)
            .replace("\"pending_webhooks\": 1", "\"pending_webhooks\": 0"),
        null);
    here("stripe", "evt_2", "charge.ok", "{\"id\":\"evt_2\",\"amount\":2}", null);
    here("stripe", "evt_gone", "charge.ok", "{}", null);
  }

  @Test
  void stripe_withPagesHolesAndDuplicates_isComparedEventByEvent() throws IOException {
    stripeHasSent();
    TestTerminal terminal = new TestTerminal().inAPause(() -> {});
    Path key = Files.writeString(home.resolve("key"), KEY);

    Shell.Run run =
        reconcile(
            terminal,
            "stripe",
            "--since",
            "2d",
            "--json",
            "--api-url",
            url(),
            "--api-key",
            key.toString());

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::err);
    assertEquals("Waits 3 s for Stripe: it answered 429.\n", run.err());
    JsonNode json = JSON.readTree(run.out());
    assertEquals(1, json.path("same").asInt(), run::out);
    assertEquals(List.of("evt_3"), json.path("missing").findValuesAsText("id"));
    assertFalse(json.path("missing").path(0).path("delivered").asBoolean(true));
    assertEquals("[\"evt_gone\"]", json.path("extra").toString());
    assertEquals("[\"evt_2\"]", json.path("differing").toString());
    assertEquals(1, json.path("notSubscribed").asInt());
    assertEquals(1, json.path("onTheirWay").asInt());
    assertFalse((run.out() + run.err()).contains(KEY), "the key");
  }

  @Test
  void backfill_recordsWhatIsMissing_andItIsHandledOnce() throws Exception {
    stripeHasSent();
    answers(
        stripePath(false) + "&starting_after=evt_x",
        page(
            true,
            stripe("evt_2", "charge.ok", Duration.ofHours(1)),
            stripe("evt_3", "charge.failed", Duration.ofHours(1))));

    Shell.Run run = reconcile("stripe", "--since", "2d", "--backfill", "--yes");

    assertTrue(run.out().contains("backfilled evt_3\n"), run.out() + run.err());
    Report report = reports.poll(30, TimeUnit.SECONDS);
    assertTrue(report != null && report.outcome() == Report.Outcome.DONE, "handled");
    assertEquals("backfill", report.via());
    EventKey key = new EventKey("stripe", "evt_3");
    InboxRecord record = stack.inbox().find(key).orElseThrow();
    assertEquals("backfill", record.via());
    assertEquals("live", record.environment());
    assertEquals("charge.failed", record.type());
    String body = stack.inbox().body(record).utf8();
    assertTrue(body.contains("\"amount\":1.10"), body);
    assertFalse(body.contains("\n"), body);
    Shell.Run show = new Shell(home).run("show", "stripe", "evt_3", "--wide");
    assertTrue(show.out().contains("backfill, not by a delivery"), show::out);
    assertEquals(
        new Recording.Existing(false, record.digest()),
        stack
            .inbox()
            .record(
                new NewRecord(
                    new Event(key, "charge.failed", null, null, Body.ofUtf8("{}")),
                    now,
                    Status.RECEIVED,
                    Map.of(),
                    null)),
        "whatever is delivered later is not handled");
    reconcile("stripe", "--since", "2d", "--backfill", "--yes");
    assertEquals(0, reports.size(), "once");
  }

  // What it needs in AWS was written down and never counted.
  @Test
  void stack_isCalledByWhatThePolicyNames() throws IOException {
    stripeHasSent();
    byte[] random = new byte[60_000]; // What is alike is kept compressed, beside its record.
    new Random(7).nextBytes(random);
    String large = "\"" + HexFormat.of().formatHex(random) + "\"";
    String kept = stripe("evt_kept", "charge.ok", Duration.ofHours(1)).replace("1.10", large);
    here("stripe", "evt_kept", "charge.ok", kept, null);
    answers(
        stripePath(false),
        page(false, kept, kept.replace("evt_kept", "evt_new"), kept.replace("evt_kept", "evt_3")));
    Path key = Files.writeString(home.resolve("key"), KEY);
    Set<String> reading;
    try (CloudStandIn cloud = new CloudStandIn(stack)) {
      Shell shell = new Shell(home, cloud.environment(), () -> now);
      List<String> call =
          new ArrayList<>(
              List.of("reconcile", "stripe", "--since", "2d", "--api-url", url(), "--api-key"));
      call.addAll(List.of(key.toString(), "--stack", CloudStandIn.STACK));

      shell.run(call.toArray(String[]::new));
      reading = cloud.operations();
      call.addAll(List.of("--backfill", "--yes"));
      Shell.Run run = shell.run(call.toArray(String[]::new));

      assertTrue(run.out().contains("backfilled evt_3\n"), run.out() + run.err());
      assertEquals(
          ListenCommandTest.actions("reconcile"), cloud.operations(), run.out() + run.err());
    }
    assertEquals(Set.of("DescribeStacks", "Query", "GetItem", "GetObject"), reading, "only reads");
  }

  @Test
  void backfill_thatIsNotAnsweredWithYes_recordsNothing() {
    stripeHasSent();
    answers(stripePath(false), page(false));
    TestTerminal terminal = new TestTerminal(true, false).answering(KEY).answering("n");

    Shell.Run run =
        reconcile(terminal, "stripe", "--since", "2d", "--backfill", "--api-url", url());

    assertEquals(
        List.of(
            "API key of Stripe (not shown): ", "Record this event, and have it handled? [y/N] "),
        terminal.questions());
    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(
        stack.inbox().find(new EventKey("stripe", "evt_3")).isEmpty(), "nothing is recorded");
  }

  @Test
  void github_isKnownByItsDeliverysId_andTheMissingPayloadIsFetched() throws Exception {
    String path = "/repos/me/mine/hooks/7/deliveries";
    String time = now.minus(Duration.ofHours(1)).toString();
    String old = now.minus(Duration.ofDays(3)).toString();
    answers(
        path + "?per_page=100",
        "200 <"
            + url()
            + path
            + "?cursor=b>; rel=\"next\"\n[{\"id\":12,\"guid\":\"g-2\",\"delivered_at\":\""
            + time
            + "\",\"redelivery\":true,\"status_code\":502,\"event\":\"push\"},{\"id\":1}]");
    answers(
        path + "?cursor=b",
        "200 [{\"id\":11,\"guid\":\"g-2\",\"delivered_at\":\""
            + time
            + "\",\"status_code\":500,\"event\":\"push\"},{\"id\":10,\"guid\":\"g-1\",\"delivered_at\":\""
            + time
            + "\",\"status_code\":200,\"event\":\"issues\"},{\"id\":9,\"guid\":\"g-0\",\"delivered_at\":\""
            + old
            + "\",\"event\":\"push\"}]");
    answers(
        path + "/12",
        "200 {\"request\": {\"payload\": {\"ref\": \"a b\", \"repository\": {\"full_name\": \"me/mine\"}}}}");
    here("github", "sha256:abc", "issues", "{}", "g-1");

    Shell.Run run =
        reconcile(
            "github", "--hook", "repos/me/mine/hooks/7", "--since", "2d", "--backfill", "--yes");

    String body = "{\"ref\":\"a b\",\"repository\":{\"full_name\":\"me/mine\"}}";
    EventKey key = new EventKey("github", "sha256:" + Body.ofUtf8(body).sha256());
    assertTrue(run.out().contains("backfilled " + key.eventId()), run.out() + run.err());
    assertTrue(run.out().contains("1 are here and at GitHub; 1 missing, 0 extra, 0 differing."));
    InboxRecord record = stack.inbox().find(key).orElseThrow();
    assertEquals("g-2", record.origin().deliveryId());
    assertEquals("me/mine", record.origin().project());
    Shell.Run again = reconcile("github", "--hook", "repos/me/mine/hooks/7", "--since", "2d");
    assertEquals(Hookset.OK, again.code(), again.out() + again.err());
  }

  @Test
  void svix_isListedToItsEnd_andKnownByTheMessagesId() throws Exception {
    String path =
        "/api/v1/app/app_1/endpoint/ep_1/msg?limit=250&with_content=true&after="
            + now.minus(Duration.ofDays(2)).toString().replace(":", "%3A");
    String time = now.minus(Duration.ofHours(1)).toString();
    String message =
        "{\"id\":\"%s\",\"eventType\":\"user.made\",\"status\":%d,\"timestamp\":\""
            + time
            + "\",\"payload\": {\"n\": 1}}";
    answers(
        path,
        "200 {\"done\":false,\"iterator\":\"i 2\",\"data\":["
            + String.format(message, "msg_1", 0)
            + "]}");
    answers(
        path + "&iterator=i%202",
        "200 {\"done\":true,\"iterator\":\"i 2\",\"data\":["
            + String.format(message, "msg_1", 0)
            + ","
            + String.format(message, "msg_2", 2)
            + "]}");
    here("svix", "msg_1", "user.made", "{\"n\":1}", null);

    Shell.Run run = reconcile("svix", "--hook", "app/app_1/endpoint/ep_1", "--since", "2d");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::err);
    assertTrue(run.out().startsWith("missing    "), run::out);
    assertTrue(run.out().contains("  msg_2 (user.made)\n"), run::out);
    assertTrue(run.out().contains("1 are here and at Svix; 1 missing, 0 extra, 0 differing."));
  }

  @Test
  void api_thatRefusesTheKeyOrLeadsAstray_saysSo() throws IOException {
    Path other = Files.writeString(home.resolve("other"), "sk_wrong");

    Shell.Run refused =
        reconcile(new TestTerminal(), "stripe", "--api-url", url(), "--api-key", other.toString());
    answers(stripePath(true), page(true));
    Shell.Run endless = reconcile("stripe", "--since", "2d");
    answers(
        "/repos/a/b/hooks/1/deliveries?per_page=100",
        "200 <https://elsewhere.example.com/x>; rel=\"next\"\n[]");
    Shell.Run astray = reconcile("github", "--hook", "repos/a/b/hooks/1");
    answers(stripePath(true), "200 <html>");
    answers(stripePath(true), "200 none");
    Shell.Run html = reconcile("stripe", "--since", "2d");

    for (Shell.Run run : List.of(refused, endless, astray, html)) {
      assertEquals(Hookset.IN_THE_WAY, run.code(), run::out);
      assertEquals(1, run.errorLines().size(), run::err);
    }
    assertTrue(refused.err().contains("Stripe does not accept the key (401)"), refused::err);
    assertFalse(refused.err().contains("sk_wrong"), refused::err);
    assertTrue(endless.err().contains("more events, and not which"), endless::err);
    assertTrue(astray.err().contains("another server, which gets no key"), astray::err);
    assertTrue(html.err().contains("no JSON"), html::err);
  }

  @Test
  void api_thatIsDownOrWantsPeaceForLong_isAskedAgainOnlySoOften() throws IOException {
    answers(stripePath(true), "503 {}");
    TestTerminal terminal = new TestTerminal();
    for (int i = 0; i < 9; i++) {
      terminal.inAPause(() -> {});
    }
    Path key = Files.writeString(home.resolve("key"), KEY);
    String[] call = {"stripe", "--since", "2d", "--api-url", url(), "--api-key", key.toString()};

    Shell.Run down = reconcile(terminal, call);
    answers(stripePath(true), "429 7200");
    Shell.Run peace = reconcile(terminal, call);

    assertEquals(Hookset.IN_THE_WAY, down.code());
    assertEquals(6, asked.size(), "five times, and once");
    assertTrue(down.err().contains("Stripe does not answer (it answered 503)"), down::err);
    assertTrue(peace.err().contains("left in peace for 120 minutes"), peace::err);
  }

  // What nobody can be asked about, the inbox still tells something of.
  @Test
  void provider_withoutAnApi_isSeenByItsSilences() throws IOException {
    List<Integer> hoursAgo = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      hoursAgo.add(100 + i);
    }
    for (int i = 0; i < 25; i++) {
      hoursAgo.add(40 + i);
    }
    for (int ago : hoursAgo) {
      Instant at = now.minus(Duration.ofHours(ago));
      stack
          .inbox()
          .record(
              new NewRecord(
                  new Event(new EventKey("lucid", "evt_" + ago), "t", at, null, Body.ofUtf8("{}")),
                  at,
                  Status.SKIPPED,
                  Map.of(),
                  null));
    }

    Shell.Run run = reconcile(new TestTerminal(), "lucid", "--since", "7d");
    Shell.Run json = reconcile(new TestTerminal(), "lucid", "--since", "7d", "--json");
    Shell.Run few = reconcile(new TestTerminal(), "lemma");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::err);
    assertTrue(run.out().startsWith("Lucid documents no list of deliveries;"), run::out);
    assertTrue(run.out().contains("50 events came since "), run::out);
    List<String> silences =
        run.out().lines().filter(line -> line.startsWith("silent from ")).toList();
    assertEquals(2, silences.size(), run::out);
    assertTrue(silences.getFirst().contains("what failed then is given up since"), run::out);
    JsonNode found = JSON.readTree(json.out()).path("silences");
    assertEquals(
        Duration.ofHours(36),
        Duration.between(
            Instant.parse(found.path(0).path("from").asText()),
            Instant.parse(found.path(0).path("to").asText())));
    assertFalse(found.path(1).has("to"), "it lasts");
    assertEquals(Hookset.OK, few.code());
    assertTrue(few.out().contains("Delivery log") && few.out().contains("too few"), few::out);
  }

  @Test
  void call_thatCannotBeAnswered_isAWrongCommandLine() throws IOException {
    for (String call :
        List.of(
            "",
            "nobody",
            "github",
            "github --hook repos/x",
            "svix --hook repos/a/b/hooks/1",
            "stripe --hook x",
            "lemma --backfill")) {
      Shell.Run run = reconcile(call.split(" ", -1));
      assertEquals(Hookset.WRONG_COMMAND_LINE, run.code(), call);
    }
    Shell.Run keyless = reconcile(new TestTerminal(), "stripe");
    assertEquals(Hookset.WRONG_COMMAND_LINE, keyless.code());
    assertTrue(keyless.err().contains("STRIPE_API_TOKEN"), keyless::err);
  }
}
