package dev.hookset.work;

import dev.hookset.Event;
import dev.hookset.TypePattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which handlers an event goes to. Immutable and safe to share between threads.
 *
 * <p>An event goes to every handler whose route it fits, in the order in which they were named, and
 * to the one of {@link Builder#otherwise} if it fits none.
 *
 * <p>A handler that has done its work on an event is noted in the record under its route's name, so
 * that it is left out when a later one fails and the event is tried again. The name is {@code
 * <provider>:<type>}, with {@code #2} and so on behind it where the same route is named more than
 * once. Whoever moves handlers about between two of the same route while events are being retried
 * had better give them names of their own.
 */
public final class Routes {
  private static final String OTHERWISE = "otherwise";

  private final List<Route> routes;
  private final @Nullable Handler otherwise;

  private Routes(List<Route> routes, @Nullable Handler otherwise) {
    this.routes = List.copyOf(routes);
    this.otherwise = otherwise;
  }

  /** Returns a builder without any routes. */
  public static Builder builder() {
    return new Builder();
  }

  /** A handler and the name under which its success is noted. */
  record Named(String name, Handler handler) {}

  /** Returns the handlers for {@code event}, in order; maybe none. */
  List<Named> handlersFor(Event event) {
    List<Named> handlers =
        routes.stream().filter(route -> route.fits(event)).map(Route::named).toList();
    if (!handlers.isEmpty() || otherwise == null) {
      return handlers;
    }
    return List.of(new Named(OTHERWISE, otherwise));
  }

  /**
   * A provider and the types of its events that have a handler.
   *
   * @param type a type, in which {@code *} stands for any characters
   */
  public record Target(String provider, String type) {}

  /** Returns what the routes name, in order. */
  public List<Target> targets() {
    return routes.stream().map(route -> new Target(route.provider(), route.typeText())).toList();
  }

  private record Route(String provider, String typeText, TypePattern type, Named named) {
    boolean fits(Event event) {
      return provider.equals(event.provider()) && type.matches(event.type());
    }
  }

  /** Collects routes. Not safe to share between threads. */
  public static final class Builder {
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private @Nullable Handler otherwise;

    private Builder() {}

    /**
     * Sends events to a handler.
     *
     * @param provider the provider's name, such as {@code lemma}
     * @param type the event's type, in which {@code *} stands for any characters, dots too: {@code
     *     budget.*}
     */
    public Builder on(String provider, String type, Handler handler) {
      String route = provider + ":" + type;
      String name = route;
      for (int i = 2; routes.containsKey(name); i++) {
        name = route + "#" + i;
      }
      return on(provider, type, name, handler);
    }

    /**
     * Sends events to a handler under a name of its own, which stays the same when routes are moved
     * about.
     *
     * @param name under which the handler's success is noted in the record
     * @throws IllegalArgumentException if the name is taken, or empty
     */
    public Builder on(String provider, String type, String name, Handler handler) {
      Objects.requireNonNull(provider, "provider");
      Objects.requireNonNull(handler, "handler");
      if (name.isEmpty() || name.equals(OTHERWISE) || routes.containsKey(name)) {
        throw new IllegalArgumentException("the handler name '" + name + "' is taken or empty");
      }
      routes.put(name, new Route(provider, type, TypePattern.of(type), new Named(name, handler)));
      return this;
    }

    /**
     * Sends events that fit no route to {@code handler}; without this they are done as they are.
     */
    public Builder otherwise(Handler handler) {
      this.otherwise = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /** Returns the routes collected so far. */
    public Routes build() {
      return new Routes(new ArrayList<>(routes.values()), otherwise);
    }
  }
}
