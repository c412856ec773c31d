package dev.hookset.local.stack;

import dev.hookset.aws.JanitorFunction;
import dev.hookset.aws.Misconfiguration;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.RelayFunction;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.WorkerFunction;
import dev.hookset.local.template.Template;
import dev.hookset.receive.Provider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * The functions of a stack as they are deployed, each with the variables that the template gives
 * it. Safe to share between threads.
 */
final class Functions {
  private final Template template;
  private final InstantSource clock;
  private final Map<String, String> servers;
  private final Function<Map<String, String>, Wiring> wire;
  private final Map<String, ReceiveFunction> receivers;
  private final Wiring workerWiring;
  private final HandlerSettings settings;
  private final RelayFunction relay;
  private final JanitorFunction janitor;

  /**
   * Creates them.
   *
   * @param variables what goes before the template's values; each function gets those that the
   *     template names for it, and its provider's
   * @param servers what leads the functions to the embedded servers
   * @param wire makes the wiring of an environment
   * @throws dev.hookset.aws.Misconfiguration if a variable is wrong
   */
  Functions(
      Template template,
      Map<String, String> variables,
      Map<String, String> servers,
      InstantSource clock,
      Function<Map<String, String>, Wiring> wire) {
    this.template = template;
    this.clock = clock;
    this.servers = Map.copyOf(servers);
    this.settings = new HandlerSettings(template, variables);
    this.wire = wire;
    Function<String, Wiring> wiring =
        function -> wire.apply(environment(template, function, variables, servers));
    this.receivers = receivers(variables);
    this.workerWiring = wiring.apply("WorkerFunction");
    this.relay = new RelayFunction(wiring.apply("RelayFunction"));
    this.janitor = new JanitorFunction(wiring.apply("JanitorFunction"));
  }

  /** Returns those that receive, by provider. */
  Map<String, ReceiveFunction> receivers() {
    return receivers;
  }

  /**
   * Returns new ones that receive, by provider.
   *
   * @param variables as for the functions that are there
   * @throws dev.hookset.aws.Misconfiguration if a variable is wrong
   */
  Map<String, ReceiveFunction> receivers(Map<String, String> variables) {
    Map<String, ReceiveFunction> made = new LinkedHashMap<>();
    for (String function : template.receivers()) {
      String provider = String.valueOf(template.variable(function, "PROVIDER"));
      made.put(
          provider,
          new ReceiveFunction(wire.apply(environment(template, function, variables, servers))));
    }
    return made;
  }

  /**
   * Returns a worker with the user's handlers that {@code handlers} has the classes of.
   *
   * @throws dev.hookset.aws.Misconfiguration if they cannot be built
   * @throws IllegalArgumentException if they ask for settings that are missing; the message says
   *     what to do
   */
  WorkerFunction worker(ClassLoader handlers) {
    try {
      return new WorkerFunction(workerWiring.worker(handlers), clock);
    } catch (Misconfiguration e) {
      Set<String> missing = workerWiring.missingSettings(handlers);
      if (missing.isEmpty()) {
        throw e;
      }
      throw new IllegalArgumentException(settings.missing(missing), e);
    }
  }

  /** Returns the worker's own variables: what its handlers are set up with. */
  Map<String, String> handlerSettings() {
    return settings.own();
  }

  /** Returns what is odd about the routes of the user's handlers, a sentence each. */
  List<String> oddRoutes(ClassLoader handlers) {
    return workerWiring.oddRoutes(handlers);
  }

  /** Runs the relay once. */
  void relay() {
    relay.handleRequest(nothing(), new ByteArrayOutputStream(), context("RelayFunction"));
  }

  /** Has the janitor look at the slice of bodies whose turn it is. */
  void clean() {
    janitor.handleRequest(nothing(), new ByteArrayOutputStream(), context("JanitorFunction"));
  }

  /** Returns how long the template lets a function run. */
  Duration timeout(String function) {
    Object seconds =
        Objects.requireNonNull(template.properties(function).get("Timeout"), "Timeout");
    return Duration.ofSeconds(Long.parseLong(seconds.toString()));
  }

  private LocalContext context(String function) {
    return new LocalContext(function, timeout(function), clock);
  }

  private static ByteArrayInputStream nothing() {
    return new ByteArrayInputStream(new byte[0]);
  }

  static Map<String, String> environment(
      Template template,
      String function,
      Map<String, String> variables,
      Map<String, String> servers) {
    Map<String, String> environment = new HashMap<>(template.environment(function, Map.of()));
    String provider = environment.get("PROVIDER");
    String own = provider == null ? null : Provider.variablePrefix(provider) + "_";
    Set<String> names = template.variableNames(function);
    variables.forEach(
        (name, value) -> {
          // A secret of a handler's is plain here, where the stack names it by its ARN. The
          // template
          // has the short names of what the provider's variables say.
          if (names.contains(name)
              || names.contains(name + "_ARN")
              || (own != null && name.startsWith(own))) {
            environment.put(name, value);
          }
        });
    if (provider != null) {
      environment.put("PROVIDER", provider);
    }
    environment.putAll(servers);
    return environment;
  }
}
