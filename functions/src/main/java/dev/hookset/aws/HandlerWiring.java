package dev.hookset.aws;

import dev.hookset.aws.bus.EventBridgeForward;
import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.clients.TimeoutHttpClient;
import dev.hookset.providers.DocumentedTypes;
import dev.hookset.providers.UnusableSenders;
import dev.hookset.work.Handler;
import dev.hookset.work.Routes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Puts together the user's handlers, of the class that {@code HANDLERS} names. */
final class HandlerWiring {
  /** The class that the template names, for whoever starts a worker without it. */
  private static final String USUAL_HANDLERS = "app.Handlers";

  private static final Duration HTTP_CONNECTING = Duration.ofSeconds(3);
  private static final Duration HTTP_ANSWERING = Duration.ofSeconds(10);

  private final Environment environment;
  private final Clients clients;
  private final InstantSource clock;

  HandlerWiring(Environment environment, Clients clients, InstantSource clock) {
    this.environment = environment;
    this.clients = clients;
    this.clock = clock;
  }

  /**
   * Returns the routes to them.
   *
   * @param handlers has their classes
   */
  Routes routes(ClassLoader handlers) {
    return HandlerClass.routes(handlerClass(), handlers, setup());
  }

  /** Does as {@link #routes}, and does not mind missing settings that break nothing. */
  Routes routesWithWhatIsThere(ClassLoader handlers) {
    return HandlerClass.routesWithWhatIsThere(handlerClass(), handlers, setup());
  }

  /**
   * Returns the variables that they ask for and that are not set.
   *
   * @throws Misconfiguration if they cannot be built for another reason
   */
  Set<String> missing(ClassLoader handlers) {
    WorkerSetup setup = setup();
    try {
      HandlerClass.routesWithWhatIsThere(handlerClass(), handlers, setup);
    } catch (Misconfiguration e) {
      if (setup.missing().isEmpty()) {
        throw e;
      }
    }
    return new TreeSet<>(setup.missing());
  }

  /** Returns what is odd about routes, a sentence each. */
  static List<String> odd(Routes routes) {
    try {
      return routes.targets().stream()
          .flatMap(target -> DocumentedTypes.flaw(target.provider(), target.type()).stream())
          .toList();
    } catch (UnusableSenders e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private String handlerClass() {
    String name = environment.optional(HandlerClass.VARIABLE);
    return name == null ? USUAL_HANDLERS : name;
  }

  private WorkerSetup setup() {
    return new WorkerSetup(
        environment,
        clients,
        clock,
        new TimeoutHttpClient(HTTP_CONNECTING, HTTP_ANSWERING),
        logAndForward());
  }

  private Handler logAndForward() {
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
