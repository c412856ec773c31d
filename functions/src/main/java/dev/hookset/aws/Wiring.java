package dev.hookset.aws;

import dev.hookset.aws.bus.EventBridgeForward;
import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.clients.PatientHttpClient;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.aws.snapshot.KeptDelivery;
import dev.hookset.aws.snapshot.Opening;
import dev.hookset.aws.snapshot.Priming;
import dev.hookset.aws.snapshot.RefusedCalls;
import dev.hookset.aws.watch.HandlerTraces;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.janitor.Janitor;
import dev.hookset.providers.DocumentedTypes;
import dev.hookset.providers.Providers;
import dev.hookset.receive.DeliveryLog;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.receive.WorkQueue;
import dev.hookset.relay.Relay;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Verifier;
import dev.hookset.work.Handler;
import dev.hookset.work.Margins;
import dev.hookset.work.Routes;
import dev.hookset.work.WorkLog;
import dev.hookset.work.Worker;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Puts the parts together from the environment. It and the parts that it hands the environment to
 * ({@link ProviderKeys}, {@link WorkerSetup}) are all that knows the variables of a function;
 * {@link #ofProcess} alone reads the real ones, and the real clock.
 *
 * <p>Every method throws {@link Misconfiguration} for a variable that is missing or wrong, and
 * touches nothing outside of the process, but for a first look at a receiver's keys.
 */
public final class Wiring {
  private static final int MOST_BODY_BYTES = 6 * 1024 * 1024;
  private static final int DEFAULT_BODY_BYTES = 4 * 1024 * 1024;
  private static final int DEFAULT_RETENTION_DAYS = 30;
  private static final int MOST_DAYS = 36_500;
  private static final int DEFAULT_TOLERANCE_SECONDS = 300;

  /** 68 years: with it, the committed sample deliveries are accepted whenever they are tried. */
  private static final int MOST_TOLERANCE_SECONDS = Integer.MAX_VALUE;

  private static final String DEFAULT_NAMESPACE = "Hookset";
  private static final Pattern NAMESPACE = Pattern.compile("[0-9A-Za-z._/#:-]{1,255}");

  /** The class that the template names, for whoever starts a worker without it. */
  private static final String USUAL_HANDLERS = "app.Handlers";

  private static final Duration HTTP_CONNECTING = Duration.ofSeconds(3);
  private static final Duration HTTP_ANSWERING = Duration.ofSeconds(10);
  private static final Duration DAY = Duration.ofDays(1);

  /** A claim and its body before the handlers; a note and one repetition of it after them. */
  static final Margins WORKER_MARGINS =
      new Margins(Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(5));

  /** A page of the list, the record that is moved on, the push of its batch. */
  static final Duration RELAY_STOP_MARGIN = Duration.ofSeconds(15);

  /** The four calls for one body, each with all its attempts. */
  static final Duration JANITOR_STOP_MARGIN = Duration.ofSeconds(20);

  private final Environment environment;
  private final InstantSource clock;
  private final PrintStream out;
  private final DeliveryLog deliveryLog;
  private final WorkLog workLog;
  private final UnaryOperator<Inbox> inboxes;
  private final @Nullable Routes routes;

  /**
   * Creates a wiring.
   *
   * @param variables the environment
   * @param clock the clock
   * @param out where the log goes
   */
  public Wiring(Map<String, String> variables, InstantSource clock, PrintStream out) {
    this(
        variables,
        clock,
        out,
        log(variables, clock, out),
        log(variables, clock, out),
        UnaryOperator.identity(),
        null);
  }

  /**
   * Creates a wiring that somebody looks on at.
   *
   * @param variables the environment
   * @param clock the clock
   * @param out where handlers and sweeps log to
   * @param deliveryLog is told of each delivery
   * @param workLog is told of each message
   * @param inboxes gives what the functions use in the place of an inbox, such as one that tells of
   *     each step and passes it on
   * @param routes which handlers events go to; null for those of the class that {@code HANDLERS}
   *     names
   */
  public Wiring(
      Map<String, String> variables,
      InstantSource clock,
      PrintStream out,
      DeliveryLog deliveryLog,
      WorkLog workLog,
      UnaryOperator<Inbox> inboxes,
      @Nullable Routes routes) {
    this.environment = new Environment(variables);
    this.clock = Objects.requireNonNull(clock, "clock");
    this.out = Objects.requireNonNull(out, "out");
    this.deliveryLog = Objects.requireNonNull(deliveryLog, "deliveryLog");
    this.workLog = Objects.requireNonNull(workLog, "workLog");
    this.inboxes = Objects.requireNonNull(inboxes, "inboxes");
    this.routes = routes;
  }

  /** Returns the wiring of this process: its environment, the system's clock, standard output. */
  public static Wiring ofProcess() {
    return new Wiring(System.getenv(), InstantSource.system(), System.out);
  }

  /**
   * Returns a function's variables under their long names: where {@code PROVIDER} is {@code lemma},
   * what {@code WEBHOOK_EVENTS} says stands under {@code LEMMA_WEBHOOK_EVENTS} too.
   */
  public static Map<String, String> spelledOut(Map<String, String> variables) {
    return Environment.spelledOut(variables);
  }

  /** Returns the clock. */
  InstantSource clock() {
    return clock;
  }

  /** Returns the log for what is neither a delivery nor a message. */
  JsonLog log() {
    return log(environment, clock, out);
  }

  /** Returns the receiver of the provider that {@code PROVIDER} names. */
  public Receiver receiver() {
    return receiving().receiver();
  }

  /**
   * A receiver, and what readies it for its first delivery.
   *
   * @param receiver the receiver
   * @param priming makes what readies it, which a function that is not to be readied has no use for
   */
  record Receiving(Receiver receiver, Supplier<Priming> priming) {}

  /** Returns the receiver of the provider that {@code PROVIDER} names, not readied yet. */
  Receiving receiving() {
    Provider provider = provider();
    String prefix = provider.name().toUpperCase(Locale.ROOT) + "_WEBHOOK_";
    Duration retention = retention();
    Duration tolerance =
        provider.scheme().hasTimestamp()
            ? Duration.ofSeconds(
                environment.integer(
                    prefix + "TOLERANCE_SECONDS",
                    DEFAULT_TOLERANCE_SECONDS,
                    1,
                    MOST_TOLERANCE_SECONDS))
            : Duration.ZERO;
    boolean signsTimestamp = provider.scheme().signsTimestamp();
    // Where the timestamp is signed, the receiver does not look at the event's own age.
    Duration maxAge =
        signsTimestamp
            ? retention
            : Duration.ofDays(
                environment.integer(
                    prefix + "MAX_AGE_DAYS", (int) retention.minus(DAY).toDays(), 1, MOST_DAYS));
    Duration window = signsTimestamp ? tolerance : maxAge;
    if (retention.compareTo(window.plus(DAY)) < 0) {
      throw new Misconfiguration(
          "WEBHOOK_RETENTION_DAYS",
          "is "
              + retention.toDays()
              + "; it must be at least a day more than "
              + prefix
              + (signsTimestamp ? "TOLERANCE_SECONDS" : "MAX_AGE_DAYS")
              + " allows, or a captured delivery could be sent again when its record has expired");
    }
    Subscription subscription = subscription(provider, prefix);
    int maxBodyBytes =
        environment.integer("WEBHOOK_MAX_BODY_BYTES", DEFAULT_BODY_BYTES, 1, MOST_BODY_BYTES);
    String queueUrl = environment.required("WORK_QUEUE_URL");
    Clients clients = clients(environment, Clients.Patience.RECEIVING);
    KeySource keys = new ProviderKeys(provider, environment, clients, clock).source();
    fetchEarly(provider, keys);
    Opening table = new Opening();
    Opening queue = new Opening();
    DynamoDbClient dynamoDb = clients.dynamoDb(table);
    SqsClient sqs = clients.sqs(queue);
    Receiver receiver =
        new Receiver(
            provider,
            new Verifier(provider.scheme(), keys, tolerance, maxBodyBytes, clock),
            inboxes.apply(inbox(dynamoDb, bodies(clients))),
            new SqsWorkQueue(sqs, queueUrl),
            subscription,
            maxAge,
            deliveryLog);
    return new Receiving(
        receiver,
        () -> priming(KeptDelivery.likeOf(provider, Providers.all()), clients, keys, table, queue));
  }

  /** What readies a receiver: one like it, which believes {@code kept} whenever it comes. */
  private Priming priming(
      KeptDelivery kept, Clients clients, KeySource keys, Opening table, Opening queue) {
    RefusedCalls refused = new RefusedCalls(environment.required("PROVIDER"));
    DynamoDbClient puts = clients.dynamoDb(refused);
    SqsClient sends = clients.sqs(refused);
    String queueUrl = environment.required("WORK_QUEUE_URL");
    InstantSource signedAt = () -> KeptDelivery.SIGNED_AT;
    Receiver receiver =
        new Receiver(
            kept.provider(),
            kept.verifier(),
            inbox(puts, bodies(clients)),
            new SqsWorkQueue(sends, queueUrl),
            new Subscription("", null),
            retention(),
            log(environment, clock, new PrintStream(OutputStream.nullOutputStream())));
    return new Priming(
        kept,
        new ReceiveFunction(receiver, signedAt),
        clients,
        keys,
        Map.of(
            table,
            () -> puts.putItem(put -> put.tableName(inboxTable())),
            queue,
            () -> sends.sendMessage(send -> send.queueUrl(queueUrl))),
        clock);
  }

  /** Returns the worker. */
  public Worker worker() {
    return worker(Wiring.class.getClassLoader());
  }

  /**
   * Returns the worker.
   *
   * @param handlers has the classes of the user's handlers
   */
  public Worker worker(ClassLoader handlers) {
    int maxAttempts =
        environment.integer("WORKER_MAX_ATTEMPTS", Lifecycle.DEFAULT_MAX_ATTEMPTS, 1, 100);
    Clients clients = clients(environment, Clients.Patience.WORKING);
    WorkQueue queue = queue(clients);
    return new Worker(
        inbox(clients),
        queue::push,
        routes == null ? routes(clients, handlers) : routes,
        maxAttempts,
        WORKER_MARGINS,
        clock,
        Thread::sleep,
        traced(workLog),
        log());
  }

  /** Where X-Ray's daemon runs, which Lambda says, handlers' runs are added to their traces. */
  private WorkLog traced(WorkLog log) {
    String variable = "AWS_XRAY_DAEMON_ADDRESS";
    String daemon = environment.optional(variable);
    if (daemon == null) {
      return log;
    }
    try {
      return new HandlerTraces(log, HandlerTraces.address(daemon));
    } catch (IllegalArgumentException e) {
      throw new Misconfiguration(variable, String.valueOf(e.getMessage()));
    }
  }

  /** Returns the relay. */
  public Relay relay() {
    Clients clients = clients(environment, Clients.Patience.WORKING);
    return new Relay(inbox(clients), queue(clients), RELAY_STOP_MARGIN, clock);
  }

  /** Returns the janitor. */
  public Janitor janitor() {
    Clients clients = clients(environment, Clients.Patience.WORKING);
    return new Janitor(
        Providers.all().stream().map(Provider::name).toList(),
        inbox(clients),
        bodies(clients),
        JANITOR_STOP_MARGIN,
        clock);
  }

  private static JsonLog log(Map<String, String> variables, InstantSource clock, PrintStream out) {
    return log(new Environment(variables), clock, out);
  }

  private static JsonLog log(Environment environment, InstantSource clock, PrintStream out) {
    String namespace = environment.optional("METRICS_NAMESPACE");
    if (namespace != null
        && (!NAMESPACE.matcher(namespace).matches() || namespace.startsWith("AWS/"))) {
      throw new Misconfiguration(
          "METRICS_NAMESPACE",
          "is '"
              + namespace
              + "'; up to 255 letters, digits and . - _ / # : are expected, and AWS/ in front is"
              + " AWS's own");
    }
    return new JsonLog(out, clock, namespace == null ? DEFAULT_NAMESPACE : namespace);
  }

  /** Returns the source of the SDK's clients that the variables of Lambda and the SDK describe. */
  static Clients clients(Environment environment, Clients.Patience patience) {
    return new Clients(
        environment.required("AWS_REGION"),
        () -> credentials(environment),
        service -> environment.url("AWS_ENDPOINT_URL_" + service),
        patience);
  }

  /**
   * Lambda gives them in variables, or, to a function that is restored from a snapshot, at an
   * address. The SDK's default chain would look into five more places, at the price of their
   * classes.
   */
  private static AwsCredentialsProvider credentials(Environment environment) {
    String accessKey = environment.optional("AWS_ACCESS_KEY_ID");
    String secretKey = environment.optional("AWS_SECRET_ACCESS_KEY");
    String token = environment.optional("AWS_SESSION_TOKEN");
    if (accessKey == null || secretKey == null) {
      return ContainerCredentialsProvider.create();
    }
    return StaticCredentialsProvider.create(
        token == null
            ? AwsBasicCredentials.create(accessKey, secretKey)
            : AwsSessionCredentials.create(accessKey, secretKey, token));
  }

  private Inbox inbox(Clients clients) {
    return inboxes.apply(inbox(clients.dynamoDb(), bodies(clients)));
  }

  private Inbox inbox(DynamoDbClient dynamoDb, BodyStore bodies) {
    return new DynamoDbInbox(
        dynamoDb,
        inboxTable(),
        bodies,
        environment.integer(
            "WEBHOOK_INLINE_BODY_BYTES",
            DynamoDbInbox.DEFAULT_INLINE_BYTES,
            0,
            DynamoDbInbox.MOST_INLINE_BYTES),
        retention());
  }

  private String inboxTable() {
    return environment.required("INBOX_TABLE");
  }

  private BodyStore bodies(Clients clients) {
    return new S3BodyStore(clients.s3(), environment.required("OVERFLOW_BUCKET"));
  }

  private WorkQueue queue(Clients clients) {
    return new SqsWorkQueue(clients.sqs(), environment.required("WORK_QUEUE_URL"));
  }

  private Duration retention() {
    return Duration.ofDays(
        environment.integer("WEBHOOK_RETENTION_DAYS", DEFAULT_RETENTION_DAYS, 2, MOST_DAYS));
  }

  private Provider provider() {
    String name = environment.required("PROVIDER");
    return Providers.named(name)
        .orElseThrow(
            () ->
                new Misconfiguration(
                    "PROVIDER",
                    "is '"
                        + name
                        + "'; one of "
                        + String.join(", ", Providers.all().stream().map(Provider::name).toList())
                        + " is expected"));
  }

  private Subscription subscription(Provider provider, String prefix) {
    String types = environment.optional(prefix + "EVENTS");
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    String only = null;
    if (setting != null) {
      String value = environment.oneOf(prefix + setting.suffix(), setting.choices());
      only = value == null ? null : setting.values().get(value);
    }
    return new Subscription(types == null ? "" : types, only);
  }

  /**
   * A snapshot then holds the keys, to serve on with where they cannot be had after a restore. A
   * secret is by then due for another look; if there is none yet, the first delivery asks again.
   */
  private void fetchEarly(Provider provider, KeySource keys) {
    try {
      keys.keys();
    } catch (KeysUnavailable e) {
      log().note("WARN", provider.name() + ": " + e.getMessage());
    }
  }

  /**
   * Returns what is odd about the routes of the user's handlers, a sentence each. Settings that are
   * missing here do not matter, unless the handlers cannot be built without.
   *
   * @param handlers has the classes of the user's handlers
   */
  public List<String> oddRoutes(ClassLoader handlers) {
    return odd(
        HandlerClass.routesWithWhatIsThere(
            handlerClass(), handlers, setup(clients(environment, Clients.Patience.WORKING))));
  }

  private Routes routes(Clients clients, ClassLoader handlers) {
    Routes built = HandlerClass.routes(handlerClass(), handlers, setup(clients));
    odd(built).forEach(flaw -> log().note("WARN", flaw));
    return built;
  }

  private static List<String> odd(Routes routes) {
    return routes.targets().stream()
        .flatMap(target -> DocumentedTypes.flaw(target.provider(), target.type()).stream())
        .toList();
  }

  private String handlerClass() {
    String name = environment.optional(HandlerClass.VARIABLE);
    return name == null ? USUAL_HANDLERS : name;
  }

  private WorkerSetup setup(Clients clients) {
    return new WorkerSetup(
        environment,
        clients,
        clock,
        new PatientHttpClient(HTTP_CONNECTING, HTTP_ANSWERING),
        logAndForward(clients));
  }

  private Handler logAndForward(Clients clients) {
    Handler log =
        (event, context) -> context.log().info("event of " + event.body().size() + " bytes");
    String bus = environment.optional("EVENT_BUS_NAME");
    if (bus == null) {
      return log;
    }
    EventBridgeForward forward = new EventBridgeForward(clients.eventBridge(), bus);
    return (event, context) -> {
      log.handle(event, context);
      forward.handle(event);
    };
  }
}
