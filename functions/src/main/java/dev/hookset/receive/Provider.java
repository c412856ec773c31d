package dev.hookset.receive;

import dev.hookset.Body;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SchemeBuilder;
import dev.hookset.signing.TimestampForm;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One sender, described: how it signs, where its event's ID, type and time stand, which answers it
 * expects, and what a person needs to know to set it up.
 *
 * <p>A description is data. It is written from {@link #named} on, is immutable, and never sees a
 * key. What makes no sense does not compile, or is refused by {@link Builder#build} with a
 * sentence: above all, what no signature covers is a {@link Shown} place and not a {@link Signed}
 * one, so that it cannot be an event's ID or time.
 */
public final class Provider {
  private static final int LONGEST_NAME = 40;

  private final Builder said;
  private final Scheme scheme;
  private final List<String> keptHeaders;

  private Provider(Builder said) {
    this.said = said;
    this.scheme = said.scheme;
    this.keptHeaders = said.allKeptHeaders();
  }

  /**
   * Begins a description.
   *
   * @param name lower-case letters, digits and hyphens. It stands in the route, the key and (in
   *     capitals, with {@code _} for a hyphen) the variables
   */
  public static Named named(String name) {
    return new Named(name);
  }

  /** A description of which only the name is known. */
  public static final class Named {
    private final String name;

    private Named(String name) {
      this.name = name;
    }

    /** Says how it signs. */
    public Builder signs(SchemeBuilder scheme) {
      return new Builder(name, scheme.build());
    }

    /** Says that it signs as another does. */
    public Builder signsAs(Provider other) {
      return new Builder(name, other.scheme());
    }
  }

  // what it says to everybody

  /** Returns the name, which stands in the route and the key. */
  public String name() {
    return said.name;
  }

  /** Returns how the sender writes its own name, such as {@code GitHub}. */
  public String title() {
    return said.title;
  }

  /** Returns the name as variables begin with: {@code STANDARD_WEBHOOKS}. */
  public String variablePrefix() {
    return variablePrefix(said.name);
  }

  /** Returns what the variables of the provider of that name begin with. */
  public static String variablePrefix(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Returns how it signs. */
  public Scheme scheme() {
    return scheme;
  }

  /**
   * Returns the event types that it documents; {@code *} stands for any characters. Others are
   * accepted all the same: this is for whoever misspells one. Empty where it documents none.
   */
  public List<String> types() {
    return said.types;
  }

  /** Returns where an operator finds the secret or key in the provider's console. */
  public String whereToFindTheKey() {
    return said.keyIn;
  }

  /** Returns where an operator pastes the URL in the provider's console; null if nobody said. */
  public @Nullable String whereToPasteTheUrl() {
    return said.urlIn;
  }

  /**
   * Returns where it publishes its public keys to whoever has an API key, or null if it does not.
   */
  public @Nullable URI publishedKeys() {
    return said.publishedKeys;
  }

  /** Returns the status code of an acceptance. */
  public int successStatus() {
    return said.successStatus;
  }

  /** Returns the status code of a refusal for its signature or its age. */
  public int refusalStatus() {
    return said.refusalStatus;
  }

  /** Returns how long it waits for an answer; null if it does not say. */
  public @Nullable Duration answerWithin() {
    return said.answerWithin;
  }

  /** Returns when it sends again what was not accepted; null if it does not say. */
  public @Nullable Retries retries() {
    return said.retries;
  }

  /**
   * Returns the names of the headers that the record keeps; they prove nothing, but help to find a
   * delivery.
   */
  public List<String> keptHeaders() {
    return keptHeaders;
  }

  /**
   * Returns the setting that names the only environment to handle events of, or null if the
   * provider tells none apart.
   */
  public @Nullable EnvironmentSetting environmentSetting() {
    return said.environmentSetting;
  }

  /** Returns whether the signature covers what the event's type is read from. */
  public boolean signsType() {
    return said.typePlaces.stream().allMatch(Signed.class::isInstance);
  }

  /** Returns whether an event has an ID of its own that the signature covers. */
  public boolean hasSignedId() {
    return !said.idPlaces.isEmpty();
  }

  /** Returns the questions by which it finds out whether the URL is its owner's. */
  public List<Handshake> handshakes() {
    return said.handshakes;
  }

  /**
   * Returns what somebody could do who has captured a delivery, and what stops it: a sentence for
   * the operator.
   */
  public String replay() {
    return Replay.sentence(this);
  }

  // what it says to whoever writes a delivery

  /**
   * Returns the paths of the body's members that make an event's ID and are about nothing else: not
   * its type, its time, or where it comes from.
   */
  public Set<String> idMembers() {
    Set<String> paths = members(said.idPlaces);
    paths.removeAll(typeMembers());
    said.timePaths.forEach(paths::remove);
    for (@Nullable Shown origin : new @Nullable Shown[] {said.workspace, said.project}) {
      if (origin != null) {
        paths.removeAll(members(List.of(origin)));
      }
    }
    return paths;
  }

  /** Returns the headers that make an event's ID. */
  public Set<String> idHeaders() {
    Set<String> headers = new LinkedHashSet<>();
    said.idPlaces.forEach(place -> place.addHeaders(headers));
    return headers;
  }

  /** Returns the paths of the body's members that make the event's type. */
  public Set<String> typeMembers() {
    return members(said.typePlaces);
  }

  /** Returns the header that says the event's type before any member does; null if none does. */
  public @Nullable String typeHeader() {
    return said.typePlaces.isEmpty() ? null : header(said.typePlaces.getFirst());
  }

  /** Returns the header that names the delivery; null if none does. */
  public @Nullable String deliveryHeader() {
    return header(said.deliveryId);
  }

  /** Returns the paths of the body's members that say the environment. */
  public Set<String> environmentMembers() {
    return said.environment == null ? Set.of() : members(List.of(said.environment));
  }

  /** Returns how the members at {@link #timePaths} are written; null if there are none. */
  public @Nullable TimestampForm timeForm() {
    return said.timeForm;
  }

  /** Returns the paths of the body's members that say when the event happened. */
  public List<String> timePaths() {
    return said.timePaths;
  }

  private static Set<String> members(List<? extends Shown> places) {
    Set<String> paths = new LinkedHashSet<>();
    places.forEach(place -> place.addPaths(paths));
    return paths;
  }

  private static @Nullable String header(@Nullable Shown place) {
    Set<String> headers = new LinkedHashSet<>();
    if (place != null) {
      place.addHeaders(headers);
    }
    return headers.stream().findFirst().orElse(null);
  }

  // what it says to the reader of an event

  List<Signed> idPlaces() {
    return said.idPlaces;
  }

  List<Shown> typePlaces() {
    return said.typePlaces;
  }

  Bodies bodies() {
    return said.bodies;
  }

  @Nullable Signed environment() {
    return said.environment;
  }

  /** Returns whether it says what its events are about. */
  public boolean hasSubject() {
    return said.subject != null;
  }

  /**
   * Returns what an event is about, such as an order or an incident: of several, the latest counts.
   *
   * @param body the event's
   * @return null if it does not say it
   */
  public @Nullable String subject(Body body) {
    Signed place = said.subject;
    if (place == null) {
      return null;
    }
    Set<String> paths = new LinkedHashSet<>();
    place.addPaths(paths);
    Fields fields = Fields.read(body, Fields.Paths.of(paths), said.bodies);
    // Of several events in one body none is what it is about.
    return fields == null || fields.isOfSeveral() ? null : place.read(fields, null);
  }

  @Nullable Shown deliveryId() {
    return said.deliveryId;
  }

  @Nullable Shown workspace() {
    return said.workspace;
  }

  @Nullable Shown project() {
    return said.project;
  }

  /** Returns the paths of all members that are asked for. */
  Set<String> paths() {
    Set<String> paths = new LinkedHashSet<>(said.timePaths);
    for (Shown place : said.places()) {
      place.addPaths(paths);
    }
    for (Handshake handshake : said.handshakes) {
      if (handshake instanceof Handshake.Challenge challenge) {
        Handshake.Condition condition = challenge.condition();
        paths.add(condition.path());
        if (condition.absent() != null) {
          paths.add(condition.absent());
        }
        for (Handshake.Challenge.Piece piece : challenge.pieces()) {
          if (piece.place()) {
            paths.add(piece.text());
          }
        }
      }
    }
    for (Scheme each : scheme.all()) {
      Scheme.Timestamp timestamp = each.timestamp();
      if (timestamp != null && timestamp.place() == Scheme.Timestamp.Place.MEMBER) {
        paths.add(timestamp.name());
      }
    }
    return paths;
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return said.name;
  }

  /**
   * A setting that names the only environment to handle events of.
   *
   * @param suffix what follows {@code <PROVIDER>_WEBHOOK_} in the variable's name
   * @param values the environment by the setting's value; {@code any} is understood besides
   */
  public record EnvironmentSetting(String suffix, Map<String, String> values) {
    /** Copies the values. */
    public EnvironmentSetting {
      values = Map.copyOf(values);
    }

    /** Returns what the setting may be. */
    public Set<String> choices() {
      Set<String> choices = new TreeSet<>(values.keySet());
      choices.add("any");
      return choices;
    }
  }

  /**
   * When a sender tries again.
   *
   * @param waits how long after each failed attempt; empty if there is no schedule to be told
   * @param span how long after the first attempt the last one may come; nothing if it never tries
   *     again by itself
   */
  public record Retries(List<Duration> waits, Duration span) {
    /** Copies the waits. */
    public Retries {
      waits = List.copyOf(waits);
    }
  }

  /** Writes a description down. What is not said, the sender does not have. */
  public static final class Builder {
    private final String name;
    private final Scheme scheme;
    private String title;
    private List<Signed> idPlaces = List.of();
    private List<Shown> typePlaces = List.of();
    private @Nullable TimestampForm timeForm;
    private List<String> timePaths = List.of();
    private @Nullable Signed environment;
    private @Nullable EnvironmentSetting environmentSetting;
    private @Nullable Signed subject;
    private @Nullable Shown deliveryId;
    private @Nullable Shown workspace;
    private @Nullable Shown project;
    private List<String> keptHeaders = List.of();
    private List<String> types = List.of();
    private int successStatus = 200;
    private int refusalStatus = 401;
    private String keyIn = "";
    private @Nullable String urlIn;
    private @Nullable URI publishedKeys;
    private @Nullable Duration answerWithin;
    private @Nullable Retries retries;
    private List<Handshake> handshakes = List.of();
    private Bodies bodies = Bodies.JSON_OBJECTS;

    private Builder(String name, Scheme scheme) {
      this.name = name;
      this.scheme = scheme;
      this.title =
          name.isEmpty() ? name : name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }

    /** Says how the sender writes its own name, if not as the name here in one capital. */
    public Builder title(String title) {
      this.title = title;
      return this;
    }

    /** Says which places make the event's ID: the first that has a text. */
    public Builder id(Signed... places) {
      idPlaces = List.of(places);
      return this;
    }

    /** Says where the event's type stands: in the first place that has a text. */
    public Builder type(Shown... places) {
      typePlaces = List.of(places);
      return this;
    }

    /**
     * Says which members of the body tell when the event happened: the first that can be read.
     * Where the scheme signs no timestamp either, an event without one can be sent again, by
     * whoever captured it, once its record has expired.
     */
    public Builder occurredAt(TimestampForm form, String... paths) {
      timeForm = form;
      timePaths = List.of(paths);
      return this;
    }

    /**
     * Says where the sender's environment stands, and the setting that chooses one.
     *
     * @param suffix what follows {@code <PROVIDER>_WEBHOOK_} in the variable's name
     * @param values the environment's name by what stands there; the setting takes the same words
     */
    public Builder environment(String suffix, Signed place, Map<String, String> values) {
      environment = place;
      environmentSetting = new EnvironmentSetting(suffix, values);
      return this;
    }

    /**
     * Says what an event is about: of that, a route can have the latest alone handled. It stands in
     * the body, as that is what is kept.
     */
    public Builder subject(Signed place) {
      subject = place;
      return this;
    }

    /** Says what names the delivery, or the attempt; nothing is decided by it. */
    public Builder deliveryId(Shown place) {
      deliveryId = place;
      return this;
    }

    /** Says what names the sender's workspace, account or shop. */
    public Builder workspace(Shown place) {
      workspace = place;
      return this;
    }

    /** Says what names the sender's project. */
    public Builder project(Shown place) {
      project = place;
      return this;
    }

    /** Names further headers that the record keeps. */
    public Builder keeps(String... headers) {
      keptHeaders = List.of(headers);
      return this;
    }

    /** Names the event types that it documents, with blanks in between. */
    public Builder types(String types) {
      this.types = List.of(types.split(" +", -1));
      return this;
    }

    /** Says which statuses it wants; 200 and 401 otherwise. */
    public Builder answers(int success, int refusal) {
      successStatus = success;
      refusalStatus = refusal;
      return this;
    }

    /** Says how long it waits for an answer. */
    public Builder answerWithin(Duration deadline) {
      answerWithin = deadline;
      return this;
    }

    /** Says how long it waits after each failed attempt, such as {@code 0s 5m 2h 1d}. */
    public Builder retriesAfter(String waits) {
      List<Duration> each = new ArrayList<>();
      Duration span = Duration.ZERO;
      for (String wait : waits.split(" +", -1)) {
        boolean isDay = wait.endsWith("d");
        Duration duration = Duration.parse((isDay ? "P" : "PT") + wait);
        each.add(duration);
        span = span.plus(duration);
      }
      retries = new Retries(each, span);
      return this;
    }

    /** Says that it never tries again by itself. */
    public Builder retriesNever() {
      retries = new Retries(List.of(), Duration.ZERO);
      return this;
    }

    /** Says for how long it tries again, where no schedule is known. */
    public Builder retriesFor(Duration span) {
      retries = new Retries(List.of(), span);
      return this;
    }

    /** Says by which questions it finds out whether the URL is its owner's. */
    public Builder handshake(Handshake... handshakes) {
      this.handshakes = List.of(handshakes);
      return this;
    }

    /** Says that a body may be an array of JSON objects, besides one object. */
    public Builder array() {
      bodies = new Bodies(true, bodies.forms(), bodies.jsonParameter(), bodies.bytes());
      return this;
    }

    /** Says that a body may be a form, besides a JSON object. */
    public Builder form() {
      bodies = new Bodies(bodies.arrays(), true, null, bodies.bytes());
      return this;
    }

    /** Says that a body may be a form, and its parameter {@code name} a JSON object that counts. */
    public Builder form(String name) {
      bodies = new Bodies(bodies.arrays(), true, name, bodies.bytes());
      return this;
    }

    /** Says that a body may be anything: what cannot be read is an event all the same. */
    public Builder anyBytes() {
      bodies = new Bodies(bodies.arrays(), bodies.forms(), bodies.jsonParameter(), true);
      return this;
    }

    /** Says where an operator finds the secret or key: a sentence without its full stop. */
    public Builder keyIn(String sentence) {
      keyIn = sentence;
      return this;
    }

    /** Says where an operator pastes the URL: a sentence without its full stop. */
    public Builder urlIn(String sentence) {
      urlIn = sentence;
      return this;
    }

    /** Says where it publishes its public keys to whoever has an API key. */
    public Builder publishesKeysAt(String url) {
      publishedKeys = URI.create(url);
      return this;
    }

    /**
     * Returns the provider.
     *
     * @throws IllegalArgumentException if the description makes no sense; the message says why
     */
    public Provider build() {
      refuseIf(!isName(name), "is no name: up to 40 lower-case letters, digits and hyphens are");
      refuseIf(title.isBlank(), "needs a name that people read");
      refuseIf(
          keyIn.isBlank(), "does not say where its key is found: whoever sets it up needs to know");
      refuseIf(successStatus < 200 || successStatus > 299, "wants a success that is no 2xx");
      refuseIf(refusalStatus < 400 || refusalStatus > 499, "wants a refusal that is no 4xx");
      boolean isSigned = scheme.all().stream().anyMatch(Scheme::isSigned);
      refuseIf(
          !isSigned
              && (!idPlaces.isEmpty()
                  || !timePaths.isEmpty()
                  || environment != null
                  || subject != null),
          "sends a plain token, which signs nothing: so nothing can say the event's ID, time,"
              + " environment or subject");
      Set<String> ofTheSubject = new LinkedHashSet<>();
      if (subject != null) {
        subject.addHeaders(ofTheSubject);
      }
      refuseIf(
          !ofTheSubject.isEmpty(),
          "has its subject in a header, but only the body is kept for the handlers");
      for (Shown place : places()) {
        if (place instanceof Signed) {
          Set<String> headers = new LinkedHashSet<>();
          place.addHeaders(headers);
          headers.forEach(
              header ->
                  refuseIf(
                      scheme.all().stream().noneMatch(each -> signs(each, header)),
                      "takes the header "
                          + header
                          + " for signed, but no message that is signed has it; Shown.header"
                          + " shows it"));
        }
      }
      return new Provider(this);
    }

    private void refuseIf(boolean flaw, String sentence) {
      if (flaw) {
        throw new IllegalArgumentException("provider '" + name + "' " + sentence);
      }
    }

    private static boolean signs(Scheme scheme, String header) {
      return scheme.signedHeaders().stream().anyMatch(header::equalsIgnoreCase);
    }

    private static boolean isName(String name) {
      if (name.isEmpty() || name.length() > LONGEST_NAME) {
        return false;
      }
      for (int i = 0; i < name.length(); i++) {
        char c = name.charAt(i);
        boolean inside = i > 0 && i < name.length() - 1 && name.charAt(i - 1) != '-';
        if (!(c >= 'a' && c <= 'z') && !(i > 0 && c >= '0' && c <= '9') && !(inside && c == '-')) {
          return false;
        }
      }
      return true;
    }

    private List<Shown> places() {
      List<Shown> places = new ArrayList<>(idPlaces);
      places.addAll(typePlaces);
      for (@Nullable Shown place :
          new @Nullable Shown[] {environment, deliveryId, workspace, project}) {
        if (place != null) {
          places.add(place);
        }
      }
      return places;
    }

    /** What is shown from headers is kept with them. */
    private List<String> allKeptHeaders() {
      Set<String> headers = new LinkedHashSet<>();
      for (Shown place : places()) {
        place.addHeaders(headers);
      }
      headers.addAll(keptHeaders);
      return List.copyOf(headers);
    }
  }
}
