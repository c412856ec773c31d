package dev.hookset.aws;

import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.watch.HandlerTraces;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.janitor.Janitor;
import dev.hookset.providers.Providers;
import dev.hookset.receive.DeliveryLog;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.WorkQueue;
import dev.hookset.relay.Relay;
import dev.hookset.work.Margins;
import dev.hookset.work.Routes;
import dev.hookset.work.WorkLog;
import dev.hookset.work.Worker;
import java.io.PrintStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts the functions together from the environment. It and the parts that it hands the environment
 * to ({@link Adapters}, {@link ReceiverWiring}, {@link ProviderKeys}, {@link HandlerWiring}, {@link
 * WorkerSetup}) are all that knows the variables of a function; {@link #ofProcess} alone reads the
 * real ones, and the real clock.
 *
 * <p>Every method throws {@link Misconfiguration} for a variable that is missing or wrong, and
 * touches nothing outside of the process, but for a first look at a receiver's keys.
 */
public final class Wiring {
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
  private final UnaryOperator<WorkQueue> queues;
  private final @Nullable Routes routes;
  private final Adapters adapters;

  /**
   * Creates a wiring.
   *
   * @param variables the environment
   * @param clock the clock
   * @param out where the log goes
   */
  public Wiring(Map<String, String> variables, InstantSource clock, PrintStream out) {
    JsonLog log = new Adapters(new Environment(variables)).log(clock, out);
    this(variables, clock, out, log, log, UnaryOperator.identity(), UnaryOperator.identity(), null);
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
   * @param queues gives likewise what they use in the place of the work queue
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
      UnaryOperator<WorkQueue> queues,
      @Nullable Routes routes) {
    this.environment = new Environment(variables);
    this.clock = Objects.requireNonNull(clock, "clock");
    this.out = Objects.requireNonNull(out, "out");
    this.deliveryLog = Objects.requireNonNull(deliveryLog, "deliveryLog");
    this.workLog = Objects.requireNonNull(workLog, "workLog");
    this.inboxes = Objects.requireNonNull(inboxes, "inboxes");
    this.queues = Objects.requireNonNull(queues, "queues");
    this.routes = routes;
    this.adapters = new Adapters(environment);
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
    return adapters.log(clock, out);
  }

  /** Returns the receiver of the provider that {@code PROVIDER} names. */
  public Receiver receiver() {
    return receiver(receiving());
  }

  /** Returns what puts a receiver together, and its priming. */
  ReceiverWiring receiving() {
    return new ReceiverWiring(environment, adapters, clock);
  }

  /** Returns the receiver of {@code receiving}. */
  Receiver receiver(ReceiverWiring receiving) {
    return receiving.receiver(inboxes, queues, deliveryLog, log());
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
    Clients clients = clients();
    return new Worker(
        inbox(clients),
        queue(clients)::push,
        routes == null ? routes(clients, handlers) : routes,
        maxAttempts,
        WORKER_MARGINS,
        clock,
        Thread::sleep,
        traced(workLog),
        log());
  }

  private Routes routes(Clients clients, ClassLoader handlers) {
    Routes built = new HandlerWiring(environment, clients, clock).routes(handlers);
    HandlerWiring.odd(built).forEach(flaw -> log().note("WARN", flaw));
    return built;
  }

  /**
   * Returns what is odd about the routes of the user's handlers, a sentence each. Settings that are
   * missing here do not matter, unless the handlers cannot be built without.
   *
   * @param handlers has the classes of the user's handlers
   */
  public List<String> oddRoutes(ClassLoader handlers) {
    return HandlerWiring.odd(
        new HandlerWiring(environment, clients(), clock).routesWithWhatIsThere(handlers));
  }

  /**
   * Returns the variables that the user's handlers ask for and that are not set, in the order of
   * their names. It builds the handlers.
   *
   * @param handlers has the classes of the user's handlers
   */
  public Set<String> missingSettings(ClassLoader handlers) {
    return new HandlerWiring(environment, clients(), clock).missing(handlers);
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
    Clients clients = clients();
    return new Relay(inbox(clients), queue(clients), RELAY_STOP_MARGIN, clock);
  }

  /** Returns the janitor. */
  public Janitor janitor() {
    Clients clients = clients();
    return new Janitor(
        Providers.names(), inbox(clients), adapters.bodies(clients), JANITOR_STOP_MARGIN, clock);
  }

  private Clients clients() {
    return adapters.clients(Clients.Patience.WORKING);
  }

  private Inbox inbox(Clients clients) {
    return inboxes.apply(adapters.inbox(clients.dynamoDb(), adapters.bodies(clients)));
  }

  private WorkQueue queue(Clients clients) {
    return queues.apply(adapters.queue(clients.sqs()));
  }
}
