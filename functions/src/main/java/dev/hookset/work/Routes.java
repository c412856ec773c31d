package dev.hookset.work;

import dev.hookset.Event;
import dev.hookset.TypePattern;
import dev.hookset.inbox.SubjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
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
 *
 * <p>A route that wants the {@link Builder#latest} of a subject alone leaves out what is older than
 * the newest event of it that was handled, by whichever route.
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

  /**
   * A handler and the name under which its success is noted.
   *
   * @param subject says what its events are about; null if it takes them as they come, or if its
   *     provider's description says it
   * @param described whether its provider's description says it
   */
  record Named(String name, Handler handler, @Nullable Subject subject, boolean described) {
    Named(String name, Handler handler) {
      this(name, handler, null);
    }

    Named(String name, Handler handler, @Nullable Subject subject) {
      this(name, handler, subject, false);
    }

    /** Returns what an event is about, if that is something and of concern. */
    Optional<SubjectKey> about(Event event) throws Exception {
      if (described) {
        throw new IllegalStateException(name + " was not told what its events are about");
      }
      String about = subject == null ? null : subject.of(event);
      return about == null || about.isEmpty()
          ? Optional.empty()
          : Optional.of(new SubjectKey(event.provider(), about));
    }
  }

  /**
   * Returns the same with the subjects of {@link Builder#latest()} filled in.
   *
   * @param described gives, by a provider's name, what its description says of an event's subject;
   *     null if it says nothing
   * @throws IllegalArgumentException if a route wants one that is not described; the message says
   *     which
   */
  public Routes describedBy(
      Function<String, @Nullable Function<Event, @Nullable String>> described) {
    List<Route> filled = new ArrayList<>();
    for (Route route : routes) {
      Named named = route.named();
      if (!named.described()) {
        filled.add(route);
        continue;
      }
      Function<Event, @Nullable String> subject = described.apply(route.provider());
      if (subject == null) {
        throw new IllegalArgumentException(
            "the route "
                + named.name()
                + " wants the latest of each subject, but the description of "
                + route.provider()
                + " names none: say it there, or as .latest(event -> …)");
      }
      filled.add(route.about(subject::apply, false));
    }
    return new Routes(filled, otherwise);
  }

  /** Returns whether the handler of this name takes turns with others on a subject. */
  boolean takesTurns(String handler) {
    return routes.stream()
        .map(Route::named)
        .anyMatch(named -> named.name().equals(handler) && named.subject() != null);
  }

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
    Route about(@Nullable Subject subject, boolean described) {
      return new Route(
          provider, typeText, type, new Named(named.name(), named.handler(), subject, described));
    }

    boolean fits(Event event) {
      return provider.equals(event.provider()) && type.matches(event.type());
    }
  }

  /** Collects routes. Not safe to share between threads. */
  public static final class Builder {
    private final Map<String, Route> routes = new LinkedHashMap<>();
    private @Nullable Handler otherwise;
    private @Nullable String last;

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
      last = name;
      return this;
    }

    /**
     * Has the route before it handle the latest of each subject alone, as providers deliver out of
     * order: {@code .on("lemma", "incident.*", page).latest(event -> incidentOf(event))}.
     *
     * <p>At most one event of a subject is in its handlers at any time; another one comes back
     * soon. An event that is older than the newest one handled is left out, and settled SUPERSEDED
     * when the handlers of its other routes have done their work. One that fails holds up nobody: a
     * newer one is handled meanwhile, and then supersedes it. Events of equal times are both
     * handled.
     *
     * <p>The routes of a provider share their subjects: those that name the same one take turns,
     * whatever their types. An event goes by its own time; one without a time takes turns, but is
     * never left out. An event that was handled by one of its handlers, while a later one failed,
     * supersedes older ones: they would undo what it did.
     *
     * @throws IllegalStateException if no {@link #on} comes right before it
     */
    public Builder latest(Subject subject) {
      return latest(Objects.requireNonNull(subject, "subject"), false);
    }

    /**
     * Likewise, by the subject that the provider's description names: {@code .on("stripe",
     * "invoice.*", books).latest()}.
     *
     * @throws IllegalStateException likewise
     */
    public Builder latest() {
      return latest(null, true);
    }

    private Builder latest(@Nullable Subject subject, boolean described) {
      Route route = last == null ? null : routes.get(last);
      if (route == null) {
        throw new IllegalStateException(
            "latest(...) belongs right behind the on(...) that it is for");
      }
      routes.put(route.named().name(), route.about(subject, described));
      last = null;
      return this;
    }

    /**
     * Sends events that fit no route to {@code handler}; without this they are done as they are.
     */
    public Builder otherwise(Handler handler) {
      this.otherwise = Objects.requireNonNull(handler, "handler");
      last = null;
      return this;
    }

    /** Returns the routes collected so far. */
    public Routes build() {
      return new Routes(new ArrayList<>(routes.values()), otherwise);
    }
  }
}
