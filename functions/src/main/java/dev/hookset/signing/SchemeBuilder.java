package dev.hookset.signing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link Scheme} down, from {@link Scheme#hmacSha256} and its like on. What is not said
 * has its usual value: hexadecimal digits, one signature, no timestamp, a secret that is text.
 */
public final class SchemeBuilder {
  private static final Duration USUAL_TOLERANCE = Duration.ofMinutes(5);

  private final List<Scheme.Element> elements = new ArrayList<>();
  private final @Nullable MessageTemplate message;
  private final String header;
  private @Nullable String separator;
  private Encoding encoding = Encoding.HEX;
  private Scheme.@Nullable Timestamp timestamp;
  private Duration tolerance = USUAL_TOLERANCE;
  private @Nullable String secretPrefix;
  private Scheme.@Nullable Condition condition;
  private @Nullable Scheme alternative;

  SchemeBuilder(
      Scheme.Algorithm algorithm, @Nullable MessageTemplate message, String header, String prefix) {
    this.message = message;
    this.header = Objects.requireNonNull(header, "header");
    elements.add(new Scheme.Element(prefix, algorithm));
  }

  /** A scheme of which it is not said yet where its signature stands. */
  public static final class Unplaced {
    private final Scheme.Algorithm algorithm;
    private final MessageTemplate message;

    Unplaced(Scheme.Algorithm algorithm, MessageTemplate message) {
      this.algorithm = algorithm;
      this.message = message;
    }

    /** Says that the signature is all that stands in {@code header}. */
    public SchemeBuilder in(String header) {
      return in(header, "");
    }

    /** Says that the signature stands in {@code header}, behind {@code prefix}. */
    public SchemeBuilder in(String header, String prefix) {
      return new SchemeBuilder(algorithm, message, header, prefix);
    }
  }

  /** Says that signatures are written in base64. */
  public SchemeBuilder base64() {
    encoding = Encoding.BASE64;
    return this;
  }

  /**
   * Says that the header is a list, of which any signature may hold; elements that are none of the
   * known kinds are passed over, and so are blanks around an element.
   */
  public SchemeBuilder list(String separator) {
    this.separator = separator;
    return this;
  }

  /** Adds another kind of signature that the header may hold. */
  public SchemeBuilder also(Scheme.Algorithm algorithm, String prefix) {
    elements.add(new Scheme.Element(prefix, algorithm));
    return this;
  }

  /** Says that the timestamp stands in a header of its own. */
  public SchemeBuilder timestamp(String header, TimestampForm form) {
    return timestamp(Scheme.Timestamp.Place.HEADER, header, form);
  }

  /** Says that the timestamp is an element of the header's list, behind {@code prefix}. */
  public SchemeBuilder timestampInList(String prefix, TimestampForm form) {
    return timestamp(Scheme.Timestamp.Place.ELEMENT, prefix, form);
  }

  /** Says that the timestamp is a member of the body. */
  public SchemeBuilder timestampInBody(String path, TimestampForm form) {
    return timestamp(Scheme.Timestamp.Place.MEMBER, path, form);
  }

  private SchemeBuilder timestamp(Scheme.Timestamp.Place place, String name, TimestampForm form) {
    timestamp = new Scheme.Timestamp(place, name, form);
    return this;
  }

  /** Sets how far the timestamp may lie from our clock, each way; five minutes otherwise. */
  public SchemeBuilder tolerance(Duration tolerance) {
    this.tolerance = tolerance;
    return this;
  }

  /** Says that a secret is the base64 of its bytes, behind {@code prefix} as a rule. */
  public SchemeBuilder base64Secret(String prefix) {
    secretPrefix = prefix;
    return this;
  }

  /** Says that only deliveries whose {@code header} holds {@code part} follow this scheme. */
  public SchemeBuilder when(String header, String part) {
    condition = new Scheme.Condition(header, part);
    return this;
  }

  /** Adds another scheme of the same sender, which is asked after this one. */
  public SchemeBuilder or(SchemeBuilder alternative) {
    this.alternative = alternative.build();
    return this;
  }

  /**
   * Returns the scheme.
   *
   * @throws IllegalArgumentException if its parts do not fit together; the message says why
   */
  public Scheme build() {
    return new Scheme(
        elements,
        header,
        separator,
        encoding,
        message,
        timestamp,
        tolerance,
        secretPrefix,
        condition,
        alternative);
  }
}
