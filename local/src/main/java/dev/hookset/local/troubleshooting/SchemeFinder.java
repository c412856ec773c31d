package dev.hookset.local.troubleshooting;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Encoding;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.MessageTemplate;
import dev.hookset.signing.Refusal;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SchemeBuilder;
import dev.hookset.signing.SecretText;
import dev.hookset.signing.TimestampForm;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out how a sender signs, from one delivery and the secret that it was signed with: by trying
 * what senders do. Each guess is judged by the functions' own {@link Verifier}, so what is found is
 * proven; nobody hits a signature by chance.
 */
public final class SchemeFinder {
  private static final Duration ANY_TIME = Duration.ofSeconds(Long.MAX_VALUE / 2);

  /** Beyond it only what is usual is tried: each guess goes over the whole body. */
  private static final int LONGEST_FOR_ALL = 64 << 10;

  /** What happens to a body most often: its newlines. */
  private static final int VARIANTS_OF_LONG_ONES = 6;

  private static final int MOST_ADDRESSES = 60;

  private static final Pattern PREFIXED_SECRET =
      Pattern.compile("([A-Za-z][A-Za-z0-9]{0,15}[_-])([A-Za-z0-9+/]{22,}={0,2})");

  private final Delivery delivery;
  private final List<String> secrets;
  private final SignatureSites sites;
  private int tried;

  private SchemeFinder(Delivery delivery, List<String> secrets) {
    this.delivery = delivery;
    this.secrets = secrets;
    this.sites = new SignatureSites(delivery.headers());
  }

  /**
   * What was found.
   *
   * @param schemes those by which the delivery verifies, the safest first; none if nothing fits
   * @param body the body over which it does; another than was given only if {@code mistake} says so
   * @param mistake what is wrong with the body that was given, and the cure; null if nothing is
   * @param seen what looked like a signature
   * @param nearest what would fit, although no description can say it; null if nothing would
   * @param tried how many guesses were judged
   */
  public record Found(
      List<Scheme> schemes,
      Body body,
      @Nullable String mistake,
      List<String> seen,
      @Nullable String nearest,
      int tried) {
    /** Copies the lists. */
    public Found {
      schemes = List.copyOf(schemes);
      seen = List.copyOf(seen);
    }
  }

  /**
   * Tries what senders do.
   *
   * @param secret what the operator has as the secret, or the public key; several as a JSON array
   */
  public static Found find(Delivery delivery, String secret) {
    List<String> secrets = secretsIn(secret);
    SchemeFinder finder = new SchemeFinder(delivery, secrets);
    List<Scheme> schemes = finder.all();
    List<String> seen = finder.sites.sites().stream().map(SignatureSites.Site::words).toList();
    if (!schemes.isEmpty()) {
      return new Found(schemes, delivery.body(), null, seen, null, finder.tried);
    }
    List<Found> changed = new ArrayList<>();
    boolean isShort = delivery.body().size() <= LONGEST_FOR_ALL;
    AtomicInteger variants = new AtomicInteger();
    BodyVariants.of(
        delivery.body(),
        other -> {
          int count = variants.incrementAndGet();
          if (changed.isEmpty() && (isShort || count <= VARIANTS_OF_LONG_ONES)) {
            SchemeFinder again =
                new SchemeFinder(finder.with(delivery.headers(), other.value()), secrets);
            List<Scheme> fit = again.usual();
            finder.tried += again.tried;
            if (!fit.isEmpty()) {
              changed.add(
                  new Found(
                      fit,
                      other.value(),
                      "the signature holds over " + other.what() + ". " + other.cure(),
                      seen,
                      null,
                      finder.tried));
            }
          }
        });
    String nearest = changed.isEmpty() && isShort ? finder.nearest() : null;
    return changed.isEmpty()
        ? new Found(List.of(), delivery.body(), null, seen, nearest, finder.tried)
        : changed.getFirst();
  }

  private static List<String> secretsIn(String text) {
    String meant = SecretText.meant(text);
    try {
      List<String> several = SecretText.read(text);
      return several.size() > 1 ? several : List.of(meant);
    } catch (IllegalArgumentException e) {
      return List.of(meant);
    }
  }

  private Delivery with(Map<String, String> headers, Body body) {
    return new Delivery(delivery.method(), delivery.url(), headers, body, delivery.receivedAt());
  }

  // --- What a description can say

  private List<Scheme> all() {
    Set<Scheme> found = new LinkedHashSet<>();
    boolean isShort = delivery.body().size() <= LONGEST_FOR_ALL;
    for (SignatureSites.Site site : sites.sites()) {
      if (isShort) {
        for (SignatureSites.@Nullable Time time : timesFor(site)) {
          add(found, site, time, MessageGuesses.of(time != null, site.prefix(), null));
          for (String id : sites.ids()) {
            if (!id.equalsIgnoreCase(site.header())) {
              add(found, site, time, MessageGuesses.of(time != null, site.prefix(), id));
            }
          }
          if (!delivery.url().isEmpty()) {
            add(found, site, time, MessageGuesses.withUrl(time != null));
          }
        }
      } else {
        addUsual(found, site);
      }
    }
    for (String secret : secrets) {
      if (found.isEmpty()) {
        for (Map.Entry<String, String> token : sites.tokens(secret)) {
          add(found, Scheme.token(token.getKey(), token.getValue()));
        }
      }
    }
    return ranked(found);
  }

  private List<Scheme> usual() {
    Set<Scheme> found = new LinkedHashSet<>();
    sites.sites().forEach(site -> addUsual(found, site));
    return ranked(found);
  }

  private void addUsual(Set<Scheme> found, SignatureSites.Site site) {
    for (SignatureSites.@Nullable Time time : timesFor(site)) {
      add(found, site, time, MessageGuesses.usual(time != null));
      for (String id : sites.ids()) {
        if (time != null && !id.equalsIgnoreCase(site.header())) {
          add(found, site, time, List.of("{" + id + "}.{timestamp}.{body}"));
        }
      }
      if (!delivery.url().isEmpty()) {
        add(found, site, time, List.of("{url}{body}", "{url}{form}"));
      }
    }
  }

  /** A signature without a time, with the one beside it, with that of each header. */
  private List<SignatureSites.@Nullable Time> timesFor(SignatureSites.Site site) {
    List<SignatureSites.@Nullable Time> times = new ArrayList<>();
    times.addAll(site.times());
    times.addAll(sites.times());
    times.add(null);
    return times;
  }

  private void add(
      Set<Scheme> found,
      SignatureSites.Site site,
      SignatureSites.@Nullable Time time,
      Iterable<String> messages) {
    for (Scheme.Algorithm algorithm : site.algorithms()) {
      for (String message : messages) {
        add(found, scheme(site, time, algorithm, message));
      }
    }
  }

  private static SchemeBuilder scheme(
      SignatureSites.Site site,
      SignatureSites.@Nullable Time time,
      Scheme.Algorithm algorithm,
      String message) {
    SchemeBuilder scheme = Scheme.signed(algorithm, message).in(site.header(), site.prefix());
    if (site.separator() != null) {
      scheme.list(site.separator());
    }
    if (site.encoding() == Encoding.BASE64) {
      scheme.base64();
    }
    // One beside the signature is a part of its header, and is described even if nobody signs it.
    if (time != null && time.place() == Scheme.Timestamp.Place.ELEMENT) {
      scheme.timestampInList(time.name(), time.form());
    } else if (time != null) {
      scheme.timestamp(time.name(), time.form());
    } else if (!site.times().isEmpty()) {
      SignatureSites.Time beside = site.times().getFirst();
      scheme.timestampInList(beside.name(), beside.form());
    }
    return scheme;
  }

  private void add(Set<Scheme> found, SchemeBuilder guess) {
    Scheme scheme = guess.build();
    if (scheme.algorithm() == Scheme.Algorithm.ED25519) {
      for (String secret : secrets) {
        try {
          if (holds(scheme, scheme.readKeys(secret))) {
            found.add(scheme);
          }
        } catch (IllegalArgumentException e) {
          return; // It is no public key, then.
        }
      }
      return;
    }
    for (String secret : secrets) {
      if (holds(scheme, secret)) {
        found.add(scheme);
        return;
      }
      if (scheme.algorithm() == Scheme.Algorithm.TOKEN) {
        continue;
      }
      Matcher prefixed = PREFIXED_SECRET.matcher(secret);
      for (String prefix : prefixed.matches() ? List.of(prefixed.group(1), "") : List.of("")) {
        Scheme encoded = guess.base64Secret(prefix).build();
        if (holds(encoded, secret)) {
          found.add(encoded);
          return;
        }
      }
    }
  }

  private boolean holds(Scheme scheme, String secret) {
    try {
      return holds(scheme, List.of(scheme.readKey(secret)));
    } catch (IllegalArgumentException e) {
      return false; // It is no secret of that form.
    }
  }

  private boolean holds(Scheme scheme, List<? extends VerificationKey> keys) {
    return holds(delivery, scheme, List.copyOf(keys));
  }

  private boolean holds(Delivery any, Scheme scheme, List<VerificationKey> keys) {
    tried++;
    try {
      new Verifier(
              scheme,
              () -> keys,
              ANY_TIME,
              Integer.MAX_VALUE,
              InstantSource.fixed(any.receivedAt()))
          .verify(any);
      return true;
    } catch (Refusal | KeysUnavailable e) {
      return false;
    }
  }

  // --- Which of several

  /** Returns the safest first: the stronger algorithm, and what signs more of the delivery. */
  private List<Scheme> ranked(Set<Scheme> found) {
    Set<Scheme> named = new LinkedHashSet<>();
    found.forEach(scheme -> named.add(standard(scheme)));
    return named.stream()
        .sorted(
            Comparator.<Scheme>comparingInt(scheme -> strength(scheme.algorithm()))
                .thenComparingInt(SchemeFinder::coverage)
                .thenComparingInt(SchemeFinder::kinship)
                .thenComparingInt(scheme -> scheme.secretPrefix() == null ? 1 : 0)
                .reversed())
        .toList();
  }

  private static int strength(Scheme.Algorithm algorithm) {
    return switch (algorithm) {
      case ED25519, HMAC_SHA256, HMAC_SHA512 -> 2;
      case HMAC_SHA1 -> 1;
      case TOKEN -> 0;
    };
  }

  private static int coverage(Scheme scheme) {
    MessageTemplate message = scheme.message();
    return message == null
        ? 0
        : (message.hasTimestamp() ? 2 : 0) + (message.headers().isEmpty() ? 0 : 1);
  }

  /** Returns how much the headers' names have in common: a sender's begin alike. */
  private static int kinship(Scheme scheme) {
    Scheme.Timestamp timestamp = scheme.timestamp();
    int common = 0;
    if (timestamp != null) {
      common =
          timestamp.place() == Scheme.Timestamp.Place.ELEMENT
              ? 100
              : inCommon(scheme.header(), timestamp.name());
    }
    for (String header : scheme.signedHeaders()) {
      common += inCommon(scheme.header(), header);
    }
    return common;
  }

  private static int inCommon(String one, String other) {
    String first = one.toLowerCase(Locale.ROOT);
    String second = other.toLowerCase(Locale.ROOT);
    int i = 0;
    while (i < Math.min(first.length(), second.length()) && first.charAt(i) == second.charAt(i)) {
      i++;
    }
    return i;
  }

  /** What is Standard Webhooks is called so, with all that belongs to it. */
  private Scheme standard(Scheme scheme) {
    String header = scheme.header();
    String end = "-signature";
    if (!header.toLowerCase(Locale.ROOT).endsWith(end)) {
      return scheme;
    }
    String word = header.substring(0, header.length() - end.length());
    Scheme standard = Scheme.standardWebhooks(word).build();
    MessageTemplate message = scheme.message();
    boolean isOne =
        message != null
            && message.toString().equalsIgnoreCase(String.valueOf(standard.message()))
            && standard.elements().contains(scheme.elements().getFirst())
            && scheme.encoding() == standard.encoding()
            && (scheme.algorithm() == Scheme.Algorithm.ED25519 || scheme.secretPrefix() != null);
    return isOne ? standard : scheme;
  }

  // --- What no description can say

  private @Nullable String nearest() {
    String cure = keysNearby();
    if (cure == null) {
      cure = urlSafe();
    }
    return cure == null ? addressesNearby() : cure;
  }

  /** The secret is kept with something around it, or used as bytes that nobody writes so. */
  private @Nullable String keysNearby() {
    for (SignatureSites.Site site : sites.sites()) {
      for (SignatureSites.@Nullable Time time : timesFor(site)) {
        for (Scheme.Algorithm algorithm : site.algorithms()) {
          if (algorithm == Scheme.Algorithm.ED25519) {
            continue;
          }
          for (String message : MessageGuesses.usual(time != null)) {
            Scheme scheme = scheme(site, time, algorithm, message).build();
            for (String secret : secrets) {
              KeyRing ring = KeyRing.empty().withActive("this file", scheme, secret);
              for (Variant<VerificationKey> key : KeyVariants.of(ring, scheme)) {
                if (holds(scheme, List.of(key.value()))) {
                  return "the signature holds over \""
                      + message
                      + "\" by "
                      + key.what()
                      + ", which no description can say";
                }
              }
            }
          }
        }
      }
    }
    return null;
  }

  private @Nullable String urlSafe() {
    Map<String, String> usual = sites.withoutUrlSafety();
    if (usual.equals(delivery.headers())) {
      return null;
    }
    SchemeFinder again = new SchemeFinder(with(usual, delivery.body()), secrets);
    List<Scheme> found = again.all();
    tried += again.tried;
    return found.isEmpty()
        ? null
        : "the signature holds over \""
            + found.getFirst().message()
            + "\" if its base64 were not that of URLs (RFC 4648, section 5), which no description"
            + " can say";
  }

  private @Nullable String addressesNearby() {
    if (delivery.url().isEmpty()) {
      return null;
    }
    Provider sender =
        Provider.named("sender")
            .signs(Scheme.hmacSha256("{url}{body}").in("x-signature"))
            .keyIn("nowhere")
            .build();
    Case at =
        new Case(
            sender,
            new Case.Address(delivery.method(), delivery.url(), List.of()),
            delivery.headers(),
            delivery.body(),
            delivery.receivedAt(),
            KeyRing.empty(),
            Case.Terms.DEFAULT);
    for (Variant<Case> other : AddressVariants.of(at).stream().limit(MOST_ADDRESSES).toList()) {
      SchemeFinder again = new SchemeFinder(other.value().delivery(), secrets);
      List<Scheme> found = again.withUrl();
      tried += again.tried;
      if (!found.isEmpty()) {
        return "the signature holds over \""
            + found.getFirst().message()
            + "\" at "
            + other.what()
            + ": give that as the URL";
      }
    }
    return null;
  }

  private List<Scheme> withUrl() {
    Set<Scheme> found = new LinkedHashSet<>();
    for (SignatureSites.Site site : sites.sites()) {
      for (SignatureSites.@Nullable Time time : timesFor(site)) {
        add(
            found,
            site,
            time,
            time == null
                ? List.of("{url}{body}", "{url}{form}", "{method}{url}{body}")
                : List.of("{method}{url}{body}{timestamp}", "{timestamp}{url}{body}"));
      }
    }
    return ranked(found);
  }

  /** Returns the time that a delivery gives by {@code scheme}; null if it gives none. */
  public static @Nullable Instant time(Delivery delivery, Scheme scheme) {
    Scheme.Timestamp place = scheme.timestamp();
    if (place == null) {
      return null;
    }
    String text =
        switch (place.place()) {
          case HEADER -> delivery.header(place.name());
          case ELEMENT ->
              RawHeaders.elements(
                      place.name(),
                      String.valueOf(scheme.separator()),
                      delivery.header(scheme.header()))
                  .stream()
                  .findFirst()
                  .orElse(null);
          case MEMBER -> RawHeaders.member(delivery.body(), place.name());
        };
    return text == null ? null : place.form().parse(text);
  }

  /** Returns the time in a member of a body; null if there is none that can be read. */
  public static @Nullable Instant time(Body body, String path, TimestampForm form) {
    String text = RawHeaders.member(body, path);
    return text == null ? null : form.parse(text);
  }
}
