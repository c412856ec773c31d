package dev.hookset.local.stack;

import com.sun.net.httpserver.HttpHandler;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.inbox.Inbox;
import dev.hookset.janitor.Janitor;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.WorkQueue;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
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

  private final Servers servers;
  private final Functions functions;
  private final HttpDoor door;
  private final QueuePoller poller;
  private final ScheduledExecutorService timer;
  private final ScheduledFuture<?> ticks;
  private final ScheduledFuture<?> cleaning;
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
      OpenResources opened)
      throws IOException {
    this.clock = clock;
    this.listener = listener;
    this.handlerLines = new HandlerLines(listener::printed);
    this.servers = opened.add(Servers.start(template, settings));
    this.functions =
        new Functions(
            template,
            settings.variables(),
            servers.variables(),
            clock,
            environment -> wiring(environment, settings.routes()));
    this.door =
        opened.add(
            new HttpDoor(
                settings.port(),
                functions.receivers(),
                receipts,
                functions.timeout(template.receivers().getFirst()),
                clock,
                listener));
    this.poller =
        opened.add(
            new QueuePoller(
                servers.clients().sqs(),
                servers.queueUrl(),
                functions.worker(handlers),
                POLLERS,
                functions.timeout("WorkerFunction"),
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
   * @throws IllegalArgumentException if they ask for settings that are missing
   */
  public static LocalStack start(
      Template template,
      Settings settings,
      InstantSource clock,
      StackListener listener,
      ClassLoader handlers)
      throws IOException {
    OpenResources opened = new OpenResources();
    try {
      return new LocalStack(template, settings, clock, listener, handlers, opened);
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /** Returns whose deliveries it receives. */
  public List<Provider> providers() {
    return functions.receivers().keySet().stream()
        .flatMap(name -> Providers.named(name).stream())
        .toList();
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
    return servers.clients().dynamoDb();
  }

  /** Returns a client of the embedded SQS. It is closed with the stack. */
  public SqsClient sqs() {
    return servers.clients().sqs();
  }

  /** Returns a client of the embedded S3. It is closed with the stack. */
  public S3Client s3() {
    return servers.clients().s3();
  }

  /**
   * Returns the inbox of the stack, with the retention that the template has by default. The
   * listener is told of what is done through it.
   */
  public Inbox inbox() {
    return new WatchedInbox(
        new DynamoDbInbox(
            servers.clients().dynamoDb(),
            TABLE,
            new S3BodyStore(servers.clients()::s3, BUCKET),
            DynamoDbInbox.DEFAULT_INLINE_BYTES,
            RETENTION),
        this::stepped);
  }

  /** Returns the work queue of the stack. The listener is told of what is pushed through it. */
  public WorkQueue queue() {
    return new WatchedQueue(
        new SqsWorkQueue(servers.clients().sqs(), servers.queueUrl()), clock, this::stepped);
  }

  /** Returns the address of the embedded DynamoDB. */
  public URI dynamoDbEndpoint() {
    return servers.dynamoDbEndpoint();
  }

  /** Returns the address of the embedded SQS. */
  public URI sqsEndpoint() {
    return servers.sqsEndpoint();
  }

  /** Returns the address of the embedded S3. */
  public URI s3Endpoint() {
    return servers.s3Endpoint();
  }

  /** Returns the work queue's URL. */
  public String queueUrl() {
    return servers.queueUrl();
  }

  /** Returns the URL of the dead-letter queue. */
  public String deadLetterQueueUrl() {
    return servers.deadLetterQueueUrl();
  }

  /**
   * Has the user's handlers from now on taken from {@code handlers}; an event in work ends with
   * those it began with.
   *
   * @throws dev.hookset.aws.Misconfiguration if they cannot be built; then nothing changes
   * @throws IllegalArgumentException if they ask for settings that are missing; likewise
   */
  public void swapHandlers(ClassLoader handlers) {
    poller.use(functions.worker(handlers));
  }

  /**
   * Has deliveries judged by other keys from now on.
   *
   * @param variables as in {@link Settings}; of the worker's nothing changes
   * @throws dev.hookset.aws.Misconfiguration if a variable is wrong; then nothing changes
   */
  public void useKeys(Map<String, String> variables) {
    door.use(functions.receivers(variables));
  }

  /** Returns what is odd about the routes of the user's handlers, a sentence each. */
  public List<String> oddRoutes(ClassLoader handlers) {
    return functions.oddRoutes(handlers);
  }

  /**
   * Rids the files of what was erased from the table.
   *
   * @throws IOException if it cannot be done now
   */
  public void compact() throws IOException {
    servers.compact();
  }

  /** Returns the variables that the handlers are set up with, with their values. */
  public Map<String, String> handlerSettings() {
    return functions.handlerSettings();
  }

  /** Runs the relay once, now. */
  public void relayOnce() {
    try {
      functions.relay();
    } catch (RuntimeException e) {
      listener.troubled("the relay failed: " + e.getMessage());
    }
  }

  /** Has the janitor look at the slice of bodies whose turn it is. */
  private void cleanOnce() {
    try {
      functions.clean();
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
    servers.close();
  }

  private Wiring wiring(Map<String, String> environment, @Nullable Routes routes) {
    return new Wiring(
        environment,
        clock,
        handlerLines.over(OutputStream.nullOutputStream()),
        this::judged,
        listener::worked,
        inbox -> new WatchedInbox(inbox, this::stepped),
        queue -> new WatchedQueue(queue, clock, this::stepped),
        routes);
  }

  private void judged(Receipt receipt) {
    if (receipt.traceId() != null) {
      receipts.put(receipt.traceId(), receipt);
    }
    if (!Gateway.isProbing()) {
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
          Step.Pushed _,
          Step.Replayed _ -> {}
    }
    listener.stepped(step);
  }
}
