package dev.hookset.local.stack;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Delivery;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.DeliveryLog;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.relay.Relay;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.HandlerLogs;
import dev.hookset.work.Margins;
import dev.hookset.work.Message;
import dev.hookset.work.Routes;
import dev.hookset.work.WorkLog;
import dev.hookset.work.Worker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * How much an event has logged, which is a large part of what it costs: {@code docs/cost.md}
 * reckons with these numbers. The samples are those of the providers' documentation, the mean of
 * all providers counts.
 */
final class LogBytesTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.123456789Z");
  private static final Duration RETENTION = Duration.ofDays(30);
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final Deliveries DELIVERIES =
      new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES);
  private static final String ID = "5d0c3a86-6a31-4be6-9d5e-6f0a1c2b3d4e";
  private static final String TRACE =
      "Root=1-6842d2a0-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

  /** What Lambda itself logs of an invocation, at level INFO, as its documentation shows it. */
  private static final String PLATFORM_LINES =
      """
      {"time":"2026-06-01T12:00:00.123Z","type":"platform.start","record":{"requestId":"%1$s",\
      "functionArn":"arn:aws:lambda:us-east-1:123456789012:function:hookset-LemmaFunction-0123456789AB:live",\
      "version":"17","tracing":{"spanId":"53995c3f42cd8ad8","type":"X-Amzn-Trace-Id","value":"%2$s"}}}
      {"time":"2026-06-01T12:00:00.143Z","type":"platform.report","record":{"requestId":"%1$s",\
      "metrics":{"durationMs":19.402,"billedDurationMs":20,"memorySizeMB":1024,"maxMemoryUsedMB":187},\
      "tracing":{"spanId":"53995c3f42cd8ad8","type":"X-Amzn-Trace-Id","value":"%2$s"},"status":"success"}}
      """
          .formatted(ID, TRACE);

  /** What API Gateway puts in the place of its variables; an address of IPv6, a usual agent. */
  private static final Map<String, String> ACCESS =
      Map.ofEntries(
          Map.entry("requestId", "LkXm0gTBoAMEPJw="),
          Map.entry("requestTimeEpoch", "1780315200123"),
          Map.entry("routeKey", "POST /webhooks/lemma"),
          Map.entry("status", "200"),
          Map.entry("responseLatency", "27"),
          Map.entry("responseLength", "21"),
          Map.entry("error.message", "-"),
          Map.entry("integration.requestId", ID),
          Map.entry("integration.status", "200"),
          Map.entry("integration.integrationStatus", "200"),
          Map.entry("integration.latency", "24"),
          Map.entry("integration.error", "-"),
          Map.entry("identity.sourceIp", "2001:db8:85a3:8d3:1319:8a2e:370:7348"),
          Map.entry(
              "identity.userAgent", "lemma-webhooks/2.4 (+https://docs.lemma.example/hooks)"));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final JsonLog log =
      new JsonLog(new PrintStream(bytes, true, UTF_8), CLOCK, "Hookset/hookset");

  @Test
  void cost_ofTheLog_isReckonedWithTheBytesThatAreLogged() throws IOException {
    // The page said 2 kB an event where 3.6 kB were logged: its logs cost nearly twice as much.
    assertBytes("receiver's line", mean(this::received));
    assertBytes("receiver's line about a refusal", mean(this::refused));
    assertBytes("worker's line", mean(provider -> worked(provider, log, new CapturedLog())));
    assertBytes("line of a handler", mean(provider -> worked(provider, _ -> {}, log)));
    assertBytes("Lambda's own two lines", PLATFORM_LINES.getBytes(UTF_8).length);
    assertBytes("API's access line", accessLine().getBytes(UTF_8).length);
    log.note(new Relay.Sweep(0, 0, 0, List.of()));
    assertBytes("relay's line", taken());

    long invocation = told("Lambda's own two lines") + told("API's access line");
    assertEquals(
        told("an event"),
        told("receiver's line") + invocation + told("worker's line") + told("line of a handler"));
    assertEquals(told("a refusal"), told("receiver's line about a refusal") + invocation);
  }

  @Test
  void cost_inEachTable_isTheSumOfItsRows() throws IOException {
    // Rows were mended one by one, and the sum that everybody quotes stayed as it was.
    List<List<Double>> above = new ArrayList<>();
    int tables = 0;
    for (String line : page().split("\n", -1)) {
      List<Double> cells = dollars(line);
      if (line.startsWith("| **together**")) {
        for (int column = 0; column < cells.size(); column++) {
          int at = column;
          double sum = above.stream().mapToDouble(row -> row.get(at)).sum();
          assertEquals(cells.get(column), sum, 0.005, line);
        }
        tables++;
      }
      if (cells.isEmpty()) {
        above.clear();
      } else {
        above.add(cells);
      }
    }
    assertEquals(3, tables, "tables with a sum");
  }

  private static List<Double> dollars(String line) {
    return Pattern.compile("\\| \\**(\\d+\\.\\d\\d)\\**(?= \\|)")
        .matcher(line)
        .results()
        .map(cell -> Double.valueOf(cell.group(1)))
        .toList();
  }

  private long mean(Consumer<Provider> logged) {
    Providers.deployed().forEach(logged);
    return taken() / Providers.deployed().size();
  }

  private long taken() {
    long taken = bytes.size();
    bytes.reset();
    return taken;
  }

  private void received(Provider provider) {
    receive(genuine(provider), new InMemoryInbox(RETENTION), new InMemoryWorkQueue(CLOCK), log);
  }

  private void refused(Provider provider) {
    receive(
        genuine(provider).tampered(),
        new InMemoryInbox(RETENTION),
        new InMemoryWorkQueue(CLOCK),
        log);
  }

  private void worked(Provider provider, WorkLog workLog, HandlerLogs handlerLogs) {
    InMemoryInbox inbox = new InMemoryInbox(RETENTION);
    InMemoryWorkQueue queue = new InMemoryWorkQueue(CLOCK);
    receive(genuine(provider), inbox, queue, _ -> {});
    Worker worker =
        new Worker(
            inbox,
            queue::push,
            Routes.builder()
                .otherwise(
                    (event, context) ->
                        context.log().info("event of " + event.body().size() + " bytes"))
                .build(),
            Lifecycle.DEFAULT_MAX_ATTEMPTS,
            new Margins(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(2)),
            CLOCK,
            _ -> {
              throw new AssertionError("nothing fails here");
            },
            workLog,
            handlerLogs);
    worker.work(List.of(new Message(ID, queue.receive().getFirst())), ID, NOW.plusSeconds(60));
  }

  private static DeliveryRequest genuine(Provider provider) {
    return DELIVERIES.genuine(provider, SAMPLES.defaultType(provider), ID, NOW);
  }

  private static void receive(
      DeliveryRequest request, InMemoryInbox inbox, InMemoryWorkQueue queue, DeliveryLog log) {
    Provider provider = request.provider();
    String key =
        new DevelopmentKeys(Map.of()).verificationVariables(provider).values().iterator().next();
    List<VerificationKey> keys = provider.scheme().readKeys(key);
    new Receiver(
            provider,
            new Verifier(provider.scheme(), () -> keys, Duration.ofMinutes(5), 4 << 20, CLOCK),
            inbox,
            queue,
            new Subscription("", null),
            Duration.ofDays(29),
            log)
        .receive(new Delivery(request.headers(), request.body(), NOW), TRACE);
  }

  /** The template's format of the access log, filled in. */
  private static String accessLine() throws IOException {
    String template = Files.readString(Path.of("..", "template.yaml"));
    int start = template.indexOf("{\"requestId\":\"$context.requestId\"");
    assertTrue(start > 0, "the access log's format begins otherwise");
    String format =
        template.substring(start, template.indexOf('}', start) + 1).replaceAll("\\s+", " ");
    Matcher variable = Pattern.compile("\\$context\\.([a-zA-Z.]+)").matcher(format);
    return variable.replaceAll(
        found -> Matcher.quoteReplacement(ACCESS.getOrDefault(found.group(1), "")));
  }

  /** The page gives bytes to the next ten; a version may add or save a little. */
  private static void assertBytes(String what, long bytes) throws IOException {
    long told = told(what);
    assertEquals((double) told, (double) bytes, told * 0.05, what);
  }

  private static long told(String what) throws IOException {
    Matcher row =
        Pattern.compile("(?m)^\\| " + Pattern.quote(what) + " \\| (\\d+) \\|").matcher(page());
    assertTrue(row.find(), () -> "docs/cost.md has no row '" + what + "'");
    return Long.parseLong(row.group(1));
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "cost.md"));
  }
}
