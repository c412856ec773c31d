package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.fuzz.Nonsense;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Nonsense that is authentic, over HTTP into a real table and through a real queue: it is recorded,
 * found again under its key, handled if it can be, and breaks neither a line nor a terminal.
 */
final class NonsenseTest {
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final BlockingQueue<Receipt> RECEIPTS = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Report> REPORTS = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack =
        OperatedStack.start(
            OperatedStack.keys(),
            new Attempts(REPORTS) {
              @Override
              public void delivered(Receipt receipt) {
                RECEIPTS.add(receipt);
              }
            });
  }

  @AfterAll
  static void stop() {
    stack.close();
    HTTP.close();
  }

  @TestFactory
  Stream<DynamicContainer> delivery_authenticNonsense_isRecordedAndBreaksNothing() {
    List<Nonsense> all = Nonsense.deliverable();
    return Providers.deployed().stream()
        .map(
            provider ->
                DynamicContainer.dynamicContainer(
                    provider.name(),
                    all.stream()
                        .filter(
                            nonsense ->
                                nonsense.isShort()
                                    || all.indexOf(nonsense) % Providers.deployed().size()
                                        == Providers.deployed().indexOf(provider))
                        .map(
                            nonsense ->
                                DynamicTest.dynamicTest(
                                    nonsense.name(), () -> check(provider, nonsense)))));
  }

  private static void check(Provider provider, Nonsense nonsense) throws Exception {
    DeliveryRequest request =
        new Deliveries(KEYS, SAMPLES).genuine(provider, nonsense.body(), "dlv_1", Instant.now());
    HttpRequest.Builder post =
        HttpRequest.newBuilder(stack.url(provider.name())).timeout(Duration.ofMinutes(2));
    request.headers().forEach(post::setHeader);

    HttpResponse<String> response =
        HTTP.send(
            post.POST(HttpRequest.BodyPublishers.ofByteArray(nonsense.body().toByteArray()))
                .build(),
            HttpResponse.BodyHandlers.ofString());

    EventKey key = new EventKey(provider.name(), nonsense.eventId(provider));
    Receipt receipt = next(RECEIPTS);
    assertEquals(
        nonsense.readable() ? Receipt.Outcome.ACCEPTED : Receipt.Outcome.QUARANTINED,
        receipt.outcome(),
        () -> "" + receipt.detail());
    assertEquals(provider.successStatus(), response.statusCode());
    assertEquals(key, receipt.key());
    InboxRecord record = stack.inbox().find(key).orElseThrow();
    assertTrue(nonsense.body().equals(stack.inbox().body(record)), "the body is another");
    StringWriter lines = new StringWriter();
    DeliveryLines terminal =
        new DeliveryLines(
            new PrintWriter(lines), InstantSource.fixed(Instant.EPOCH), ZoneOffset.UTC);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    JsonLog log =
        new JsonLog(new PrintStream(bytes, true, UTF_8), InstantSource.system(), "Hookset");
    terminal.delivered(receipt);
    log.note(receipt);
    int printed = 1;
    if (nonsense.readable()) {
      Report report = next(REPORTS);
      assertEquals(Report.Outcome.DONE, report.outcome());
      assertEquals(key, report.key());
      terminal.worked(report);
      log.note(report);
      printed++;
    } else {
      assertEquals(Status.QUARANTINED, record.status());
    }
    assertEquals(printed, lines.toString().lines().count());
    assertTrue(lines.toString().lines().noneMatch(NonsenseTest::commands), lines::toString);
    assertEquals(printed, bytes.toString(UTF_8).lines().count());
    assertTrue(
        bytes
            .toString(UTF_8)
            .lines()
            .allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c <= '~')),
        () -> bytes.toString(UTF_8));
  }

  /** Whether a line holds what a terminal would obey instead of showing it. */
  private static boolean commands(String line) {
    return line.codePoints()
        .anyMatch(
            c ->
                Character.isISOControl(c)
                    || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.SURROGATE);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    return Objects.requireNonNull(queue.poll(20, TimeUnit.SECONDS), "nothing came");
  }
}
