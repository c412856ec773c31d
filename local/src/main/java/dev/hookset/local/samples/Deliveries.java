package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Form;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes deliveries as each provider would: of samples or of bodies from elsewhere, genuine or too
 * old. Immutable, and safe to share between threads.
 */
public final class Deliveries {
  /** More than any tolerance that the template allows. */
  private static final Duration STALE_TIMESTAMP = Duration.ofDays(2);

  /** More than any retention that the template allows. */
  private static final Duration STALE_EVENT = Duration.ofDays(4000);

  private static final String CONTENT_TYPE = "Content-Type";

  private final DevelopmentKeys keys;
  private final Samples samples;
  private final @Nullable URI address;
  private final Map<String, String> headers;

  /** Creates a maker that signs with {@code keys}. */
  public Deliveries(DevelopmentKeys keys, Samples samples) {
    this(keys, samples, null, Map.of());
  }

  private Deliveries(
      DevelopmentKeys keys, Samples samples, @Nullable URI address, Map<String, String> headers) {
    this.keys = Objects.requireNonNull(keys, "keys");
    this.samples = Objects.requireNonNull(samples, "samples");
    this.address = address;
    this.headers = headers;
  }

  /**
   * Returns a maker of the same whose deliveries go to {@code address}, which some senders sign;
   * otherwise they go to that of a {@link LambdaEvent}.
   */
  public Deliveries to(URI address) {
    return new Deliveries(keys, samples, address, headers);
  }

  /**
   * Returns a maker of the same whose deliveries carry these headers, too. They go before what a
   * sample or a body would have, but for those that prove the delivery.
   */
  public Deliveries with(Map<String, String> headers) {
    return new Deliveries(keys, samples, address, new LinkedHashMap<>(headers));
  }

  /** Returns the samples that it makes deliveries of. */
  public Samples samples() {
    return samples;
  }

  /**
   * Returns a delivery of a sample, with a signature that holds.
   *
   * @param type the event's type, see {@link Samples#types}
   * @param id what no other event has, such as a UUID
   * @param now when the event happens and the delivery is signed
   * @throws IllegalArgumentException if the provider has no samples, or can have no event of that
   *     type, or if its key in the environment is none
   */
  public DeliveryRequest genuine(Provider provider, String type, String id, Instant now) {
    return genuine(provider, type, samples.body(provider, type, id, now), id, now);
  }

  /**
   * Returns a delivery of {@code body} as it stands, with a signature that holds.
   *
   * @param type what a header says, where the provider has the event's type in one
   * @param id names the delivery where the provider names deliveries, such as a UUID
   * @param now when the delivery is signed
   * @throws IllegalArgumentException if the provider's key in the environment is none
   */
  public DeliveryRequest genuine(
      Provider provider, String type, Body body, String id, Instant now) {
    Map<String, String> others = new LinkedHashMap<>();
    putIfPlain(others, provider.typeHeader(), type);
    putIfPlain(others, provider.deliveryHeader(), id);
    headers.forEach(
        (name, value) -> {
          others.keySet().removeIf(name::equalsIgnoreCase);
          others.put(name, value);
        });
    return signed(new DeliveryRequest(provider, others, body), id, now);
  }

  /**
   * Returns a delivery with a signature that holds, in the place of one that it may have.
   *
   * @param unsigned what is sent
   * @param id what stands in a signed header that it does not have
   * @param now when it is signed
   * @throws IllegalArgumentException if the provider's key in the environment is none
   */
  public DeliveryRequest signed(DeliveryRequest unsigned, String id, Instant now) {
    Provider provider = unsigned.provider();
    Set<String> anew = proofHeaders(provider);
    Map<String, String> others = new LinkedHashMap<>(unsigned.headers());
    others.keySet().removeIf(name -> anew.contains(name.toLowerCase(Locale.ROOT)));
    String type = mediaType(unsigned.body());
    for (Map.Entry<String, String> header : others.entrySet()) {
      type = header.getKey().equalsIgnoreCase(CONTENT_TYPE) ? header.getValue() : type;
    }
    String url = (address == null ? LambdaEvent.address(unsigned) : address).toString();
    Map<String, String> proof =
        Signer.sign(
            provider.scheme(),
            keys.signingKey(provider),
            new Delivery(unsigned.method(), url, others, unsigned.body(), now),
            now,
            id);
    Map<String, String> all = new LinkedHashMap<>();
    all.put(CONTENT_TYPE, type);
    all.putAll(proof);
    others.keySet().removeIf(name -> all.keySet().stream().anyMatch(name::equalsIgnoreCase));
    all.putAll(others);
    return new DeliveryRequest(provider, all, unsigned.body(), unsigned.method(), unsigned.query());
  }

  /** Returns the headers that a provider's signing makes anew, by lower-cased name. */
  public static Set<String> proofHeaders(Provider provider) {
    Set<String> names = new TreeSet<>();
    for (Scheme scheme : provider.scheme().all()) {
      names.add(scheme.signatureHeader().toLowerCase(Locale.ROOT));
      Scheme.Timestamp timestamp = scheme.timestamp();
      if (timestamp != null && timestamp.place() == Scheme.Timestamp.Place.HEADER) {
        names.add(timestamp.name().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  /**
   * Returns a delivery as that of another event, under a fresh ID, and all else as it was; null if
   * its provider's description does not say where in it the ID stands.
   *
   * @param id what no other event has, such as a UUID
   */
  public static @Nullable DeliveryRequest renamed(DeliveryRequest request, String id) {
    Provider provider = request.provider();
    Map<String, String> headers = new LinkedHashMap<>(request.headers());
    Set<String> naming = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    naming.addAll(provider.idHeaders());
    boolean isNamed = headers.keySet().stream().anyMatch(naming::contains);
    if (provider.deliveryHeader() != null) {
      naming.add(provider.deliveryHeader());
    }
    headers.replaceAll(
        (name, value) -> naming.contains(name) ? FreshSample.renamed(value, id) : value);
    Body body = FreshSample.renamed(provider, request.body(), id);
    return body == null && !isNamed
        ? null
        : new DeliveryRequest(
            provider,
            headers,
            body == null ? request.body() : body,
            request.method(),
            request.query());
  }

  /** Returns a delivery of {@code body}, of the type of the provider's first sample, likewise. */
  public DeliveryRequest genuine(Provider provider, Body body, String id, Instant now) {
    return genuine(provider, typeOf(provider), body, id, now);
  }

  private String typeOf(Provider provider) {
    return provider.typeHeader() == null ? "" : samples.defaultType(provider);
  }

  /**
   * Returns {@code genuine} with a byte changed on the way.
   *
   * @throws IllegalArgumentException if nobody could notice, as the provider sends a plain token
   */
  public DeliveryRequest forged(DeliveryRequest genuine) {
    Provider provider = genuine.provider();
    if (!scheme(provider).isSigned()) {
      throw new IllegalArgumentException(
          provider.title() + " sends a plain token and signs nothing: a changed body is accepted");
    }
    return genuine.tampered();
  }

  /**
   * Returns a delivery of a sample as it was genuine long ago: its timestamp is two days old, or,
   * where the scheme has none, the event itself is eleven years old. Parameters are those of {@link
   * #genuine(Provider, String, String, Instant)}.
   *
   * @throws IllegalArgumentException likewise, and if nothing that is signed says how old it is
   */
  public DeliveryRequest stale(Provider provider, String type, String id, Instant now) {
    boolean dated = scheme(provider).timestamp() != null;
    if (!dated && provider.timePaths().isEmpty()) {
      throw new IllegalArgumentException(
          "no delivery of " + provider.title() + " is too old: " + provider.replay());
    }
    return genuine(provider, type, id, now.minus(dated ? STALE_TIMESTAMP : STALE_EVENT));
  }

  /**
   * Returns a delivery of {@code body} that was signed two days ago. Parameters are those of {@link
   * #genuine(Provider, String, Body, String, Instant)}.
   *
   * @throws IllegalArgumentException if the provider's deliveries carry no timestamp beside the
   *     body, so that only the body says how old they are; or if its key in the environment is none
   */
  public DeliveryRequest stale(Provider provider, String type, Body body, String id, Instant now) {
    Scheme.Timestamp timestamp = scheme(provider).timestamp();
    if (timestamp == null || timestamp.place() == Scheme.Timestamp.Place.MEMBER) {
      throw new IllegalArgumentException(
          "a delivery of "
              + provider.name()
              + " carries no timestamp; to make one stale, put an old time into its body");
    }
    return genuine(provider, type, body, id, now.minus(STALE_TIMESTAMP));
  }

  /** Returns a stale delivery of {@code body}, of the type of the first sample, likewise. */
  public DeliveryRequest stale(Provider provider, Body body, String id, Instant now) {
    return stale(provider, typeOf(provider), body, id, now);
  }

  /**
   * Returns a delivery that is genuine, and so old that it is refused before anything is recorded;
   * null if nothing that the provider signs says how old it is. It needs no sample.
   */
  public @Nullable DeliveryRequest outdated(Provider provider, String id, Instant now) {
    Scheme.Timestamp timestamp = scheme(provider).timestamp();
    TimestampForm form = timestamp == null ? provider.timeForm() : timestamp.form();
    if (form == null) {
      return null;
    }
    Instant then = now.minus(timestamp == null ? STALE_EVENT : STALE_TIMESTAMP);
    String path =
        timestamp == null
            ? provider.timePaths().getFirst()
            : timestamp.place() == Scheme.Timestamp.Place.MEMBER ? timestamp.name() : "sent";
    ObjectNode body = Json.object();
    ObjectNode here = body;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length - 1; i++) {
      here = here.putObject(names[i]);
    }
    String last = names[names.length - 1];
    if (form.isNumber()) {
      here.put(last, Long.parseLong(form.write(then)));
    } else {
      here.put(last, form.write(then));
    }
    return genuine(provider, "", Body.wrap(Json.compact(body)), id, then);
  }

  private Scheme scheme(Provider provider) {
    return Signer.scheme(provider.scheme(), keys.signingKey(provider));
  }

  /** A type or an ID from elsewhere may hold what no header can. */
  private static void putIfPlain(Map<String, String> headers, @Nullable String name, String value) {
    if (name != null && !value.isBlank() && DeliveryRequest.canStandInAHeader(value)) {
      headers.put(name, value);
    }
  }

  /** Whatever is no form is called JSON, which it may be meant to be. */
  public static String mediaType(Body body) {
    return Form.read(body) == null ? "application/json" : "application/x-www-form-urlencoded";
  }
}
