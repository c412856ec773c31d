package dev.hookset.signing;

import dev.hookset.Delivery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a sender signs its deliveries, as data: what makes the signature, where it stands and how it
 * is written, which bytes it covers, where the timestamp is, and what form the secret has.
 *
 * <p>Immutable. A description that makes no sense is refused when it is built, with a sentence.
 *
 * @param elements the kinds of signature that the header may hold; at least one. What makes the
 *     first is what a sender signs with
 * @param header where the signature stands, in any case
 * @param separator what stands between the elements of the header, if it is a list; null if its
 *     value is one element
 * @param encoding how a signature is written
 * @param message which bytes are signed; null for a plain token, which signs none
 * @param timestamp where the delivery's own time stands; null where it gives none
 * @param tolerance how far that may lie from our clock, each way, unless somebody sets another
 * @param secretPrefix what stands before the base64 of a secret's bytes; null where the secret is a
 *     text, whose characters are the key
 * @param condition what a header must hold for this scheme to be meant; null for nothing
 * @param alternative another scheme of the same sender, for deliveries that do not follow this one
 */
public record Scheme(
    List<Element> elements,
    String header,
    @Nullable String separator,
    Encoding encoding,
    @Nullable MessageTemplate message,
    @Nullable Timestamp timestamp,
    Duration tolerance,
    @Nullable String secretPrefix,
    @Nullable Condition condition,
    @Nullable Scheme alternative) {
  private static final String PUBLIC_KEY_PREFIX = "whpk_";

  /** What makes a signature. */
  public enum Algorithm {
    /** Ed25519 (RFC 8032); signatures of 64 bytes. */
    ED25519("Ed25519", Ed25519PublicKey.SIGNATURE_BYTES),
    /** HMAC with SHA-1 (RFC 2104); signatures of 20 bytes. */
    HMAC_SHA1("HmacSHA1", 20),
    /** HMAC with SHA-256 (RFC 2104); signatures of 32 bytes. */
    HMAC_SHA256("HmacSHA256", 32),
    /** HMAC with SHA-512 (RFC 2104); signatures of 64 bytes. */
    HMAC_SHA512("HmacSHA512", 64),
    /**
     * No signature: the secret itself comes along. Weak, as whoever sees one delivery can make any
     * other.
     */
    TOKEN("token", 0);

    private final String jcaName;
    private final int signatureBytes;

    Algorithm(String jcaName, int signatureBytes) {
      this.jcaName = jcaName;
      this.signatureBytes = signatureBytes;
    }

    /** Returns how Java's cryptography calls it. */
    public String jcaName() {
      return jcaName;
    }

    /** Returns how many bytes a signature has; 0 where it may have any number. */
    public int signatureBytes() {
      return signatureBytes;
    }

    /** Returns how people call it. */
    public String title() {
      return switch (this) {
        case ED25519 -> "Ed25519";
        case HMAC_SHA1 -> "HMAC-SHA1";
        case HMAC_SHA256 -> "HMAC-SHA256";
        case HMAC_SHA512 -> "HMAC-SHA512";
        case TOKEN -> "a plain token";
      };
    }
  }

  /**
   * A kind of signature.
   *
   * @param prefix what stands before it, in exactly this case; may be empty
   * @param algorithm what makes it
   */
  public record Element(String prefix, Algorithm algorithm) {
    /** Checks that what must be there is there. */
    public Element {
      Objects.requireNonNull(prefix, "prefix");
      Objects.requireNonNull(algorithm, "algorithm");
    }
  }

  /**
   * Where a timestamp stands.
   *
   * @param place what kind of place it is
   * @param name the header's name, the prefix of the element of the signature's list, or the path
   *     of the body's member
   * @param form how it is written
   */
  public record Timestamp(Place place, String name, TimestampForm form) {
    /** What a timestamp may stand in. */
    public enum Place {
      /** A header of its own. */
      HEADER,
      /** An element of the list in which the signature stands. */
      ELEMENT,
      /** A member of the body, which is signed as all of the body is. */
      MEMBER
    }

    /** Checks that what must be there is there. */
    public Timestamp {
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(form, "form");
    }
  }

  /**
   * What a header must hold.
   *
   * @param header its name
   * @param part what must stand in its value
   */
  public record Condition(String header, String part) {
    /** Checks that what must be there is there. */
    public Condition {
      Objects.requireNonNull(header, "header");
      Objects.requireNonNull(part, "part");
    }

    private boolean holds(Delivery delivery) {
      String value = delivery.header(header);
      return value != null && value.contains(part);
    }
  }

  /** Checks that the parts fit together. */
  public Scheme {
    elements = List.copyOf(elements);
    Objects.requireNonNull(encoding, "encoding");
    Objects.requireNonNull(tolerance, "tolerance");
    SchemeCheck.check(elements, header, separator, message, timestamp, tolerance, secretPrefix);
  }

  // how one is written down

  /**
   * Begins a scheme in which HMAC with SHA-256 signs {@code message}: see {@link MessageTemplate}.
   */
  public static SchemeBuilder.Unplaced hmacSha256(String message) {
    return signed(Algorithm.HMAC_SHA256, message);
  }

  /** Begins a scheme in which HMAC with SHA-1 signs {@code message}. */
  public static SchemeBuilder.Unplaced hmacSha1(String message) {
    return signed(Algorithm.HMAC_SHA1, message);
  }

  /** Begins a scheme in which HMAC with SHA-512 signs {@code message}. */
  public static SchemeBuilder.Unplaced hmacSha512(String message) {
    return signed(Algorithm.HMAC_SHA512, message);
  }

  /** Begins a scheme in which Ed25519 signs {@code message}. */
  public static SchemeBuilder.Unplaced ed25519(String message) {
    return signed(Algorithm.ED25519, message);
  }

  /** Begins a scheme in which {@code algorithm}, which is no token, signs {@code message}. */
  public static SchemeBuilder.Unplaced signed(Algorithm algorithm, String message) {
    return new SchemeBuilder.Unplaced(algorithm, MessageTemplate.parse(message));
  }

  /** Begins a scheme in which a header holds the secret itself and nothing is signed: weak. */
  public static SchemeBuilder token(String header, String prefix) {
    return new SchemeBuilder(Algorithm.TOKEN, null, header, prefix);
  }

  /**
   * Begins the scheme of Standard Webhooks: ID, time and body, by HMAC or Ed25519.
   *
   * @param word what the names of its three headers begin with; {@code webhook} by the standard
   */
  public static SchemeBuilder standardWebhooks(String word) {
    return hmacSha256("{" + word + "-id}.{timestamp}.{body}")
        .in(word + "-signature", "v1,")
        .also(Algorithm.ED25519, "v1a,")
        .list(" ")
        .base64()
        .timestamp(word + "-timestamp", TimestampForm.UNIX_SECONDS)
        .base64Secret("whsec_");
  }

  // what it says

  /** Returns what makes the signature, the one of the first kind. */
  public Algorithm algorithm() {
    return elements.getFirst().algorithm();
  }

  /** Returns the header in which the signature stands. */
  public String signatureHeader() {
    return header;
  }

  /** Returns what stands before the signature, the one of the first kind. */
  public String prefix() {
    return elements.getFirst().prefix();
  }

  /** Returns this scheme and its alternatives, in the order in which they are asked. */
  public List<Scheme> all() {
    List<Scheme> all = new ArrayList<>();
    for (Scheme each = this; each != null; each = each.alternative) {
      all.add(each);
    }
    return all;
  }

  /**
   * Returns whether a captured delivery cannot be sent again under a fresh timestamp. Where it can,
   * the age of the event itself has to be looked at.
   */
  public boolean signsTimestamp() {
    return signsItsTimestamp() && (alternative == null || alternative.signsTimestamp());
  }

  /** Returns whether this scheme, its alternatives apart, signs its timestamp. */
  public boolean signsItsTimestamp() {
    return timestamp != null
        && message != null
        && (timestamp.place() == Timestamp.Place.MEMBER || message.hasTimestamp());
  }

  /** Returns whether a delivery carries a timestamp, to be held to the tolerance. */
  public boolean hasTimestamp() {
    return timestamp != null || (alternative != null && alternative.hasTimestamp());
  }

  /** Returns the names of the headers whose values are signed, but for the timestamp's. */
  public Set<String> signedHeaders() {
    return message == null ? Set.of() : message.headers();
  }

  /** Returns whether anything is signed: a plain token proves the sender, and no byte. */
  public boolean isSigned() {
    return message != null;
  }

  /** Returns whether a public key verifies the signatures, all of them. */
  public boolean hasPublicKey() {
    return elements.stream().allMatch(element -> element.algorithm() == Algorithm.ED25519)
        && (alternative == null || alternative.hasPublicKey());
  }

  // keys

  /**
   * Reads the keys that an operator configured: one or several, in the forms that this scheme
   * knows.
   *
   * @return at least one
   * @throws IllegalArgumentException if there is none, or one of them cannot be used; the message
   *     says why, in words that follow a colon, and does not repeat any
   */
  public List<VerificationKey> readKeys(String text) {
    if (hasPublicKey()) {
      return List.copyOf(Ed25519PublicKey.readInAnyForm(text));
    }
    List<VerificationKey> keys = new ArrayList<>();
    for (String value : SecretText.read(text)) {
      keys.add(readKey(value));
    }
    return List.copyOf(keys);
  }

  /** Returns whether {@link #readKeys} finds a key in {@code text}. */
  public boolean isKey(String text) {
    try {
      return !readKeys(text).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Reads one key, of which {@link SecretText} has said that it may be one.
   *
   * @throws IllegalArgumentException likewise
   */
  public VerificationKey readKey(String value) {
    if (value.startsWith(PUBLIC_KEY_PREFIX) && uses(Algorithm.ED25519)) {
      return Ed25519PublicKey.readInAnyForm(value).getFirst();
    }
    if (secretPrefix == null) {
      return algorithm() == Algorithm.TOKEN ? SharedSecret.token(value) : SharedSecret.of(value);
    }
    if (!value.startsWith(secretPrefix) && alternative != null) {
      return alternative.readKey(value);
    }
    return SharedSecret.ofBase64(secretPrefix, value);
  }

  /** Returns whether {@code key} can have made a signature of one of the kinds here. */
  public boolean fits(VerificationKey key) {
    for (Element element : elements) {
      if (key.fits(element.algorithm())) {
        return true;
      }
    }
    return false;
  }

  private boolean uses(Algorithm algorithm) {
    return elements.stream().anyMatch(element -> element.algorithm() == algorithm);
  }

  /**
   * Returns which of this scheme and its alternatives {@code delivery} is to be judged by: of those
   * that a key is there for, the one whose condition holds; else the first whose signature came;
   * else the first.
   */
  public Scheme of(Delivery delivery, List<VerificationKey> keys) {
    if (alternative == null) {
      return this;
    }
    Scheme fitting = null;
    boolean came = false;
    for (Scheme each : all()) {
      if (keys.stream().noneMatch(each::fits)) {
        continue;
      }
      String signature = delivery.header(each.header);
      boolean comes = signature != null && !signature.isEmpty();
      if (each.condition != null) {
        if (comes && each.condition.holds(delivery)) {
          return each;
        }
      } else if (fitting == null || (comes && !came)) {
        fitting = each;
        came = comes;
      }
    }
    return fitting == null ? this : fitting;
  }

  // the sender's side

  /** Signs as the sender does. */
  @FunctionalInterface
  public interface Signing {
    /** Returns the signature over {@code message}; for a plain token, the token. */
    byte[] sign(byte[] message);
  }

  /**
   * Returns the headers by which a sender proves {@code delivery}, in the scheme's own case and in
   * the order in which they are best read.
   *
   * @param delivery what is sent, but for these headers
   * @param time what the timestamp says, in the unit of its form; one in the body is the body's
   *     business
   * @param id what stands in a signed header that {@code delivery} does not have: an ID
   * @param signing makes the signature of the first kind
   */
  public Map<String, String> headers(Delivery delivery, Instant time, String id, Signing signing) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String name : signedHeaders()) {
      String value = delivery.header(name);
      headers.put(name, value == null ? id : value);
    }
    String text = timestamp == null ? "" : timestamp.form().write(time);
    if (timestamp != null && timestamp.place() == Timestamp.Place.HEADER) {
      headers.put(timestamp.name(), text);
    }
    byte[] signed = new byte[0];
    if (message != null) {
      try {
        signed = message.of(delivery.with(headers), text, delivery.url()).toByteArray();
      } catch (Refusal e) {
        throw new IllegalArgumentException("the address holds the digest of another body");
      }
    }
    String signature =
        prefix()
            + (algorithm() == Algorithm.TOKEN
                ? new String(signing.sign(signed), StandardCharsets.UTF_8)
                : encoding.encode(signing.sign(signed)));
    String front =
        timestamp != null && timestamp.place() == Timestamp.Place.ELEMENT
            ? timestamp.name() + text + separator
            : "";
    headers.put(header, front + signature);
    return headers;
  }
}
