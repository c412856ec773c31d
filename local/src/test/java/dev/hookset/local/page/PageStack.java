package dev.hookset.local.page;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Records;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A stack with its page, as {@code dev} puts them together, and handlers that do as a test needs:
 * of Lucid's events {@code agent.started} is held up until {@link #release}, {@code
 * budget.exceeded} fails for good and {@code budget.warning} for now.
 */
final class PageStack implements AutoCloseable {
  private static final Path TEMPLATE = Path.of("..", "template.yaml");
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final HttpClient http = HttpClient.newHttpClient();
  private final CountDownLatch held = new CountDownLatch(1);
  private final DeliveryLog log;
  private final LocalStack stack;
  private final PrintStream out;
  private final Page page;

  /** Starts it; null as the directory keeps nothing. */
  PageStack(@Nullable Path directory, int port) throws IOException {
    this(directory, port, Map.of());
  }

  /** Starts it with other settings of the functions in place of ours. */
  PageStack(@Nullable Path directory, int port, Map<String, String> settings) throws IOException {
    this(directory, port, settings, UnaryOperator.identity(), Map.of());
  }

  /** Starts one that receives from these alone. */
  PageStack(List<Provider> providers) throws IOException {
    this(
        null,
        0,
        Map.of(),
        UnaryOperator.identity(),
        Map.of(
            "Providers",
            providers.stream()
                .map(provider -> provider.title().replaceAll("[^A-Za-z0-9]", ""))
                .collect(Collectors.joining(","))));
  }

  /** Starts it with another inbox of the page. */
  PageStack(UnaryOperator<Inbox> inboxOfThePage) throws IOException {
    this(null, 0, Map.of(), inboxOfThePage, Map.of());
  }

  private PageStack(
      @Nullable Path directory,
      int port,
      Map<String, String> settings,
      UnaryOperator<Inbox> inboxOfThePage,
      Map<String, String> answers)
      throws IOException {
    InstantSource clock = InstantSource.system();
    this.log =
        directory == null
            ? new DeliveryLog(clock)
            : new DeliveryLog(clock, new Journal(directory.resolve("deliveries.jsonl"), _ -> {}));
    Map<String, String> variables = new HashMap<>();
    Providers.all().forEach(provider -> variables.putAll(KEYS.verificationVariables(provider)));
    variables.putAll(settings);
    this.stack =
        LocalStack.start(
            Template.read(TEMPLATE, answers),
            new LocalStack.Settings(
                directory,
                port,
                0,
                0,
                0,
                variables,
                Routes.builder()
                    .on("lucid", "agent.started", (_, _) -> held.await())
                    .on("lucid", "budget.warning", (event, _) -> fail(event))
                    .on("lucid", "budget.exceeded", (_, _) -> giveUp())
                    .otherwise((event, _) -> print(event))
                    .build()),
            clock,
            log);
    this.out =
        stack.listenedTo(
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    Inbox inbox = inboxOfThePage.apply(stack.inbox());
    Records records = records();
    this.page =
        new Page(
            log,
            inbox,
            records,
            new Operator(stack.dynamoDb(), LocalStack.TABLE, records, inbox, stack.queue(), clock),
            stack.providers(),
            new Deliveries(KEYS, SAMPLES),
            variables,
            stack::url,
            stack::url,
            clock,
            directory == null ? PageSecret.random() : PageSecret.in(directory),
            log::troubled);
    stack.open(page);
  }

  private static void fail(Event event) {
    throw new IllegalStateException("the bank does not answer for " + event.type());
  }

  private static void giveUp() throws PermanentFailure {
    PermanentFailure failure = new PermanentFailure("there is no such account");
    List<StackTraceElement> frames = new ArrayList<>(List.of(failure.getStackTrace()));
    frames.addFirst(new StackTraceElement("app.Billing", "charge", "Billing.java", 21));
    failure.setStackTrace(frames.toArray(StackTraceElement[]::new));
    throw failure;
  }

  private void print(Event event) {
    out.println("saw " + event.type() + " of " + event.body().size() + " bytes");
  }

  /** Lets the handlers that are held up go on. */
  void release() {
    held.countDown();
  }

  URI url() {
    return stack.page();
  }

  /** Returns the URL that opens the page. */
  URI address() {
    return page.address(stack.page());
  }

  /** Returns the cookie that a browser has once it has opened the page. */
  String cookie() {
    return "hookset-page-"
        + stack.page().getPort()
        + "="
        + address().getQuery().substring("key=".length());
  }

  List<Provider> providers() {
    return stack.providers();
  }

  URI url(String provider) {
    return stack.url(provider);
  }

  Inbox inbox() {
    return stack.inbox();
  }

  DeliveryLog log() {
    return log;
  }

  /** Returns the key of the event that came last. */
  EventKey keyOfTheLast() {
    return Objects.requireNonNull(Objects.requireNonNull(log.delivery(log.count())).key());
  }

  /**
   * Replays an event as another process would, of which this one is told nothing, and leaves it to
   * the relay to push it.
   */
  boolean replayElsewhere(EventKey key) {
    Inbox inbox =
        new DynamoDbInbox(
            stack.dynamoDb(),
            LocalStack.TABLE,
            new S3BodyStore(stack::s3, LocalStack.BUCKET),
            DynamoDbInbox.DEFAULT_INLINE_BYTES,
            Duration.ofDays(30));
    InstantSource clock = InstantSource.system();
    return new Operator(
            stack.dynamoDb(),
            LocalStack.TABLE,
            records(),
            inbox,
            new InMemoryWorkQueue(clock),
            clock)
        .replay(key);
  }

  /** Returns a delivery; it is logged after it was answered, so this waits for it. */
  Exchange delivery(long number) throws InterruptedException {
    await("delivery " + number, () -> log.delivery(number) != null);
    return Objects.requireNonNull(log.delivery(number)).exchange();
  }

  private void await(String what, BooleanSupplier isThere) throws InterruptedException {
    Feed feed = log.feed(_ -> new Feed("open"));
    try {
      while (!isThere.getAsBoolean()) {
        String next = feed.next(TIMEOUT);
        if (next == null || next.equals(PageJson.NOTHING)) {
          throw new AssertionError(what + " did not come");
        }
      }
    } finally {
      feed.end();
    }
  }

  /** Writes a status into a record, as a newer version or somebody in the console would. */
  void edit(EventKey key, String status) {
    stack
        .dynamoDb()
        .updateItem(
            update ->
                update
                    .tableName(LocalStack.TABLE)
                    .key(Map.of("pk", AttributeValue.fromS(key.toString())))
                    .updateExpression("SET #status = :status")
                    .expressionAttributeNames(Map.of("#status", "status"))
                    .expressionAttributeValues(Map.of(":status", AttributeValue.fromS(status))));
  }

  /** Returns what the page's own script gets from a path. */
  JsonNode read(String path) throws IOException {
    RawHttp.Answer answer = RawHttp.send(url(), "GET", path, Map.of("Cookie", cookie()), "");
    assertEquals(200, answer.status(), answer.toString());
    return new JsonMapper().readTree(answer.body());
  }

  private Records records() {
    return new Records(
        stack.dynamoDb(),
        LocalStack.TABLE,
        problem -> {
          throw problem;
        });
  }

  /** Returns the function of a provider anew, over the same table and queue. */
  ReceiveFunction function(String provider) {
    Map<String, String> variables = new HashMap<>(KEYS.verificationVariables(provider(provider)));
    variables.put("PROVIDER", provider);
    variables.put("INBOX_TABLE", LocalStack.TABLE);
    variables.put("WORK_QUEUE_URL", stack.queueUrl());
    variables.put("OVERFLOW_BUCKET", LocalStack.BUCKET);
    variables.put("AWS_REGION", EmbeddedSqs.REGION);
    variables.put("AWS_ACCESS_KEY_ID", "local");
    variables.put("AWS_SECRET_ACCESS_KEY", "local");
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", stack.dynamoDbEndpoint().toString());
    variables.put("AWS_ENDPOINT_URL_SQS", stack.sqsEndpoint().toString());
    variables.put("AWS_ENDPOINT_URL_S3", stack.s3Endpoint().toString());
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new ReceiveFunction(new Wiring(variables, InstantSource.system(), nowhere));
  }

  static Provider provider(String name) {
    return Providers.named(name).orElseThrow();
  }

  static DeliveryRequest genuine(String provider, String type) {
    return genuine(provider, type, Instant.now());
  }

  static DeliveryRequest genuine(String provider, String type, Instant signedAt) {
    return new Deliveries(KEYS, SAMPLES)
        .genuine(provider(provider), type, UUID.randomUUID().toString(), signedAt);
  }

  static DeliveryRequest genuine(String provider, Body body) {
    return new Deliveries(KEYS, SAMPLES)
        .genuine(provider(provider), body, UUID.randomUUID().toString(), Instant.now());
  }

  static DeliveryRequest genuine(String provider) {
    return genuine(provider, SAMPLES.defaultType(provider(provider)));
  }

  /** Returns the last UUID of a sample, or the digits of one: each bears one as its event's ID. */
  static String idOf(DeliveryRequest request) {
    Matcher id =
        Pattern.compile("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
            .matcher(request.body().utf8());
    String last = "";
    while (id.find()) {
      last = id.group();
    }
    return last;
  }

  /**
   * Posts a delivery and returns the status code of the answer, once the log has the delivery: that
   * is after the answer, so that who asked for its number at once got the number of the one before.
   */
  int post(DeliveryRequest request) throws IOException, InterruptedException {
    List<LogEntry.Delivered> before = log.between(0, Long.MAX_VALUE);
    long newest = before.isEmpty() ? 0 : before.getFirst().number();
    HttpRequest.Builder post =
        HttpRequest.newBuilder(stack.url(request.provider().name()))
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body().toByteArray()));
    request.headers().forEach(post::setHeader);
    int status = http.send(post.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    await("the delivery", () -> !log.between(newest, Long.MAX_VALUE).isEmpty());
    return status;
  }

  @Override
  public void close() {
    release();
    page.close();
    http.close();
    stack.close();
    log.close();
  }
}
