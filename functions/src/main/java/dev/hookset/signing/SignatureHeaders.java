package dev.hookset.signing;

import dev.hookset.Delivery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery gives to judge it by: well-formed signatures, a well-formed timestamp where the
 * scheme has one outside of the body, and the bytes that are signed, in each spelling that they may
 * have.
 */
record SignatureHeaders(
    List<Signature> signatures, @Nullable Instant timestamp, List<SignedBytes> signedBytes) {
  /**
   * Reads the scheme's headers.
   *
   * @throws Refusal if one is missing or malformed, in the contract's order: the signature first
   */
  static SignatureHeaders read(Scheme scheme, Delivery delivery) throws Refusal {
    String value = delivery.header(scheme.header());
    if (value == null || value.isEmpty()) {
      throw new Refusal(Reason.MISSING_SIGNATURE);
    }
    List<String> parts = scheme.separator() == null ? List.of(value) : split(value, scheme);
    List<Signature> signatures = new ArrayList<>(parts.size());
    for (String part : parts) {
      Signature signature = signature(scheme, part);
      if (signature != null) {
        signatures.add(signature);
      }
    }
    if (signatures.isEmpty()) {
      throw new Refusal(Reason.MALFORMED_SIGNATURE);
    }
    Scheme.Timestamp place = scheme.timestamp();
    String text =
        place == null
            ? null
            : switch (place.place()) {
              case HEADER -> delivery.header(place.name());
              case ELEMENT -> element(parts, place.name());
              case MEMBER -> null;
            };
    Instant timestamp =
        place == null || place.place() == Scheme.Timestamp.Place.MEMBER
            ? null
            : timestamp(place.form(), text);
    MessageTemplate message = scheme.message();
    if (message == null) {
      return new SignatureHeaders(signatures, null, List.of(new SignedBytes(List.of())));
    }
    for (String name : message.headers()) {
      String signed = delivery.header(name);
      if (signed == null || signed.isEmpty()) {
        // A part of the proof is missing, and no reason names an ID.
        throw new Refusal(Reason.MISSING_SIGNATURE);
      }
    }
    return new SignatureHeaders(
        signatures, timestamp, signedBytes(message, delivery, text == null ? "" : text));
  }

  /** An address has several spellings, of which the sender signed one. */
  private static List<SignedBytes> signedBytes(
      MessageTemplate message, Delivery delivery, String timestamp) throws Refusal {
    if (!message.hasUrl()) {
      return List.of(message.of(delivery, timestamp, ""));
    }
    List<SignedBytes> all = new ArrayList<>();
    for (String url : UrlSpellings.of(delivery.url())) {
      all.add(message.of(delivery, timestamp, url));
    }
    return all;
  }

  private static List<String> split(String value, Scheme scheme) {
    String separator = String.valueOf(scheme.separator());
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int to = value.indexOf(separator); to >= 0; to = value.indexOf(separator, from)) {
      parts.add(value.substring(from, to).strip());
      from = to + separator.length();
    }
    parts.add(value.substring(from).strip());
    return parts;
  }

  private static @Nullable Signature signature(Scheme scheme, String part) {
    for (Scheme.Element element : scheme.elements()) {
      if (part.startsWith(element.prefix())) {
        String text = part.substring(element.prefix().length());
        Scheme.Algorithm algorithm = element.algorithm();
        byte[] bytes =
            algorithm == Scheme.Algorithm.TOKEN
                ? text.getBytes(StandardCharsets.UTF_8)
                : scheme.encoding().decode(text, algorithm.signatureBytes());
        if (bytes != null) {
          return new Signature(algorithm, bytes);
        }
      }
    }
    return null;
  }

  /** Returns what stands behind {@code prefix} in the list; null if nothing does. */
  private static @Nullable String element(List<String> parts, String prefix) throws Refusal {
    String found = null;
    for (String part : parts) {
      if (part.startsWith(prefix)) {
        String text = part.substring(prefix.length());
        if (found != null && !found.equals(text)) {
          throw new Refusal(Reason.MALFORMED_TIMESTAMP);
        }
        found = text;
      }
    }
    return found;
  }

  private static Instant timestamp(TimestampForm form, @Nullable String text) throws Refusal {
    if (text == null || text.isEmpty()) {
      throw new Refusal(Reason.MISSING_TIMESTAMP);
    }
    Instant timestamp = form.parse(text);
    if (timestamp == null) {
      throw new Refusal(Reason.MALFORMED_TIMESTAMP);
    }
    return timestamp;
  }
}
