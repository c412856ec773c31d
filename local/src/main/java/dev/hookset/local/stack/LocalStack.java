package dev.hookset.local.stack;

import com.sun.net.httpserver.HttpHandler;
import dev.hookset.aws.JanitorFunction;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.RelayFunction;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.WorkerFunction;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.janitor.Janitor;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.template.Template;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Routes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The stack of {@code template.yaml} in this JVM: its table and its queues in embedded servers, its
 * functions as they are deployed, one port for its routes, a poller for its event source and a
 * timer for its schedule.
 *
 * <p>Listens on the loopback interface alone. Safe to share between threads.
 */
public final class LocalStack implements AutoCloseable {
  /** The name of the table that holds the inbox. */
  public static final String TABLE = "hookset-inbox";

  /** The name of the work queue. */
  public static final String QUEUE = "hookset-work";

  /** The name of the dead-letter queue. */
  public static final String DEAD_LETTER_QUEUE = "hookset-dead-letters";

  /** The name of the bucket of the bodies that are too long for the table. */
  public static final String BUCKET = "hookset-overflow";

  private static final Duration RETENTION = Duration.ofDays(30);
  private static final int POLLERS = 2;
  private static final Duration RELAY_EVERY = Duration.ofMinutes(1);

  /**
   * How to run the stack.
   *
   * @param directory where records and messages are kept across restarts; null to keep them in
   *     memory
   * @param port for the routes; 0 for any that is free
   * @param dynamoDbPort for the embedded DynamoDB; 0 for any that is free
   * @param sqsPort for the embedded SQS; 0 for any that is free
   * @param s3Port for the embedded S3; 0 for any that is free
   * @param variables what goes before the template's values in the functions' environment, such as
   *     keys; each function gets those that the template names for it, and its provider's
   * @param routes which handlers events go to; null for those that would be deployed
   */
  public record Settings(
      @Nullable Path directory,
      int port,
      int dynamoDbPort,
      int sqsPort,
      int s3Port,
      Map<String, String> variables,
      @Nullable Routes routes) {
    /** Copies the variables. */
    public Settings {
      variables = Map.copyOf(variables);
    }
  }

  private final EmbeddedSqs embeddedSqs;
  private final EmbeddedDynamoDb embeddedDynamoDb;
  private final EmbeddedS3 embeddedS3;
  private final LocalClients clients;
  private final String queueUrl;
  private final String deadLetterQueueUrl;
  private final HttpDoor door;
  private final QueuePoller poller;
  private final ScheduledExecutorService timer;
  private final ScheduledFuture<?> ticks;
  private final ScheduledFuture<?> cleaning;
  private final RelayFunction relay;
  private final Duration relayTimeout;
  private final JanitorFunction janitor;
  private final Duration janitorTimeout;
  private final Wiring workerWiring;
  private final InstantSource clock;
  private final StackListener listener;
  private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();
  private final HandlerLines handlerLines;

  private LocalStack(
      Template template,
      Settings settings,
      InstantSource clock,
      StackListener listener,
      ClassLoader handlers,
      Opened opened)
      throws IOException {
    this.clock = clock;
    this.listener = listener;
    this.handlerLines = new HandlerLines(listener::printed);
    // First the one that locks its directory.
    this.embeddedSqs =
        opened.add(EmbeddedSqs.start(below(settings.directory(), "sqs"), settings.sqsPort()));
    this.embeddedDynamoDb =
        opened.add(
            EmbeddedDynamoDb.start(
                below(settings.directory(), "dynamodb"), settings.dynamoDbPort()));
    this.embeddedS3 =
        opened.add(EmbeddedS3.start(below(settings.directory(), "s3"), settings.s3Port()));
    this.clients =
        opened.add(
            new LocalClients(
                embeddedDynamoDb.endpoint(), embeddedSqs.endpoint(), embeddedS3.endpoint()));
    DynamoDbClient dynamoDb = clients.dynamoDb();
    SqsClient sqs = clients.sqs();
    Resources resources = new Resources(template);
    resources.createTable(dynamoDb, TABLE);
    Resources.createBucket(clients.s3(), BUCKET);
    this.deadLetterQueueUrl =
        resources.createQueue(sqs, "DeadLetterQueue", DEAD_LETTER_QUEUE, null);
    this.queueUrl =
        resources.createQueue(sqs, "WorkQueue", QUEUE, EmbeddedSqs.arn(DEAD_LETTER_QUEUE));

    Map<String, ReceiveFunction> receivers = new LinkedHashMap<>();
    for (String function : template.receivers()) {
      String provider = String.valueOf(template.variable(function, "PROVIDER"));
      receivers.put(provider, new ReceiveFunction(wiring(template, function, settings)));
    }
    this.workerWiring = wiring(template, "WorkerFunction", settings);
    WorkerFunction worker = new WorkerFunction(workerWiring.worker(handlers), clock);
    this.relay = new RelayFunction(wiring(template, "RelayFunction", settings));
    this.relayTimeout = timeout(template, "RelayFunction");
    this.janitor = new JanitorFunction(wiring(template, "JanitorFunction", settings));
    this.janitorTimeout = timeout(template, "JanitorFunction");
    this.door =
        opened.add(
            new HttpDoor(
                settings.port(),
                receivers,
                receipts,
                timeout(template, "LaminaFunction"),
                clock,
                listener));
    this.poller =
        opened.add(
            new QueuePoller(
                sqs,
                queueUrl,
                worker,
                POLLERS,
                timeout(template, "WorkerFunction"),
                clock,
                listener));
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("relay-timer").factory());
    this.ticks =
        timer.scheduleAtFixedRate(
            this::relayOnce, RELAY_EVERY.toSeconds(), RELAY_EVERY.toSeconds(), TimeUnit.SECONDS);
    this.cleaning =
        timer.scheduleAtFixedRate(this::cleanOnce, 0, Janitor.STEP.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Starts the stack; it is ready when this returns.
   *
   * @throws IOException if a port is taken or the directory cannot be used; the message says which
   * @throws dev.hookset.aws.Misconfiguration if a variable is wrong
   */
  public static LocalStack start(
      Template template, Settings settings, InstantSource clock, StackListener listener)
      throws IOException {
    return start(template, settings, clock, listener, LocalStack.class.getClassLoader());
  }

  /**
   * Starts the stack; it is ready when this returns.
   *
   * @param handlers has the classes of the user's handlers
   * @throws IOException if a port is taken or the directory cannot be used; the message says which
   * @throws dev.hookset.aws.Misconfiguration if a variable is wrong, or the handlers cannot be
   *     built
   */
  public static LocalStack start(
      Template template,
      Settings settings,
      InstantSource clock,
      StackListener listener,
      ClassLoader handlers)
      throws IOException {
    Opened opened = new Opened();
    try {
      return new LocalStack(template, settings, clock, listener, handlers, opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Returns the address at which a provider's deliveries are received. */
  public URI url(String provider) {
    return URI.create("http://127.0.0.1:" + door.port() + "/webhooks/" + provider);
  }

  /** Returns the address at which the page is, once it is open. */
  public URI page() {
    return URI.create("http://127.0.0.1:" + door.port() + "/");
  }

  /**
   * Has requests for anything but a provider's route answered by {@code page}; until then they get
   * 404, as in the cloud. It is for {@code page} to see who asks: a tunnel brings the whole port to
   * the public.
   */
  public void open(HttpHandler page) {
    door.open(page);
  }

  /**
   * Returns a stream that passes on to {@code target} what is printed, and tells the listener of
   * what a handler prints.
   */
  public PrintStream listenedTo(PrintStream target) {
    return handlerLines.over(target);
  }

  /** Returns a client of the embedded DynamoDB. It is closed with the stack. */
  public DynamoDbClient dynamoDb() {
    return clients.dynamoDb();
  }

  /** Returns a client of the embedded SQS. It is closed with the stack. */
  public SqsClient sqs() {
    return clients.sqs();
  }

  /** Returns a client of the embedded S3. It is closed with the stack. */
  public S3Client s3() {
    return clients.s3();
  }

  /**
   * Returns the inbox of the stack, with the retention that the template has by default. The
   * listener is told of what is done through it.
   */
  public Inbox inbox() {
    return new WatchedInbox(
        new DynamoDbInbox(
            clients.dynamoDb(),
            TABLE,
            new S3BodyStore(clients::s3, BUCKET),
            DynamoDbInbox.DEFAULT_INLINE_BYTES,
            RETENTION),
        this::stepped);
  }

  /** Returns the address of the embedded DynamoDB. */
  public URI dynamoDbEndpoint() {
    return embeddedDynamoDb.endpoint();
  }

  /** Returns the address of the embedded SQS. */
  public URI sqsEndpoint() {
    return embeddedSqs.endpoint();
  }

  /** Returns the address of the embedded S3. */
  public URI s3Endpoint() {
    return embeddedS3.endpoint();
  }

  /** Returns the work queue's URL. */
  public String queueUrl() {
    return queueUrl;
  }

  /** Returns the URL of the dead-letter queue. */
  public String deadLetterQueueUrl() {
    return deadLetterQueueUrl;
  }

  /**
   * Has the user's handlers from now on taken from {@code handlers}; an event in work ends with
   * those it began with.
   *
   * @throws dev.hookset.aws.Misconfiguration if they cannot be built; then nothing changes
   */
  public void swapHandlers(ClassLoader handlers) {
    poller.use(new WorkerFunction(workerWiring.worker(handlers), clock));
  }

  /** Returns what is odd about the routes of the user's handlers, a sentence each. */
  public List<String> oddRoutes(ClassLoader handlers) {
    return workerWiring.oddRoutes(handlers);
  }

  /** Runs the relay once, now. */
  public void relayOnce() {
    try {
      relay.handleRequest(
          new ByteArrayInputStream(new byte[0]),
          new ByteArrayOutputStream(),
          new LocalContext("RelayFunction", relayTimeout, clock));
    } catch (RuntimeException e) {
      listener.troubled("the relay failed: " + e.getMessage());
    }
  }

  /** Has the janitor look at the slice of bodies whose turn it is. */
  private void cleanOnce() {
    try {
      janitor.handleRequest(
          new ByteArrayInputStream(new byte[0]),
          new ByteArrayOutputStream(),
          new LocalContext("JanitorFunction", janitorTimeout, clock));
    } catch (RuntimeException e) {
      listener.troubled("the janitor failed: " + e.getMessage());
    }
  }

  /**
   * Stops taking deliveries, lets the work in hand finish, and stops the servers. Repeating it does
   * nothing.
   */
  @Override
  public void close() {
    ticks.cancel(false);
    cleaning.cancel(false);
    timer.shutdown();
    door.close();
    poller.close();
    clients.close();
    embeddedS3.close();
    embeddedDynamoDb.close();
    embeddedSqs.close();
  }

  private Wiring wiring(Template template, String function, Settings settings) {
    Map<String, String> environment = new HashMap<>(template.environment(function, Map.of()));
    Object provider = environment.get("PROVIDER");
    String own = provider == null ? null : provider.toString().toUpperCase(Locale.ROOT) + "_";
    Set<String> names = template.variableNames(function);
    settings
        .variables()
        .forEach(
            (name, value) -> {
              // A secret of a handler's is plain here, where the stack names it by its ARN. The
              // template has
              // the short names of what the provider's variables say.
              if (names.contains(name)
                  || names.contains(name + "_ARN")
                  || (own != null && name.startsWith(own))) {
                environment.put(name, value);
              }
            });
    if (provider != null) {
      environment.put("PROVIDER", provider.toString());
    }
    environment.put("INBOX_TABLE", TABLE);
    environment.put("WORK_QUEUE_URL", queueUrl);
    environment.put("OVERFLOW_BUCKET", BUCKET);
    environment.put("AWS_REGION", EmbeddedSqs.REGION);
    environment.put("AWS_ACCESS_KEY_ID", "local");
    environment.put("AWS_SECRET_ACCESS_KEY", "local");
    environment.put("AWS_ENDPOINT_URL_DYNAMODB", embeddedDynamoDb.endpoint().toString());
    environment.put("AWS_ENDPOINT_URL_SQS", embeddedSqs.endpoint().toString());
    environment.put("AWS_ENDPOINT_URL_S3", embeddedS3.endpoint().toString());
    return new Wiring(
        environment,
        clock,
        handlerLines.over(OutputStream.nullOutputStream()),
        this::judged,
        listener::worked,
        inbox -> new WatchedInbox(inbox, this::stepped),
        settings.routes());
  }

  private void judged(Receipt receipt) {
    if (receipt.traceId() != null) {
      receipts.put(receipt.traceId(), receipt);
    }
    if (!HttpDoor.isProbing()) {
      listener.delivered(receipt);
    }
  }

  private void stepped(Step step) {
    switch (step) {
      case Step.Claimed claimed -> handlerLines.begin(claimed.key());
      case Step.Settled _ -> handlerLines.end();
      case Step.Recorded _,
          Step.Handled _,
          Step.GivenUp _,
          Step.PushedAgain _,
          Step.Replayed _ -> {}
    }
    listener.stepped(step);
  }

  private static Duration timeout(Template template, String function) {
    Object seconds =
        Objects.requireNonNull(template.properties(function).get("Timeout"), "Timeout");
    return Duration.ofSeconds(Long.parseLong(seconds.toString()));
  }

  private static @Nullable Path below(@Nullable Path directory, String name) {
    return directory == null ? null : directory.resolve(name);
  }
}
