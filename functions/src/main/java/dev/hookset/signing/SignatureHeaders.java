package dev.hookset.signing;

import dev.hookset.Body;
import dev.hookset.Delivery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a delivery give to judge it by: well-formed signatures, a well-formed
 * timestamp where the scheme has one, and the bytes that are signed in front of the body.
 */
record SignatureHeaders(List<byte[]> signatures, @Nullable Instant timestamp, Body signedPrefix) {
  private static final Body NOTHING = Body.ofUtf8("");

  /**
   * Reads the scheme's headers.
   *
   * @throws Refusal if one is missing or malformed, in the contract's order: the signature first
   */
  static SignatureHeaders read(Scheme scheme, Delivery delivery) throws Refusal {
    String signature = delivery.header(scheme.signatureHeader());
    if (signature == null || signature.isEmpty()) {
      throw new Refusal(Reason.MISSING_SIGNATURE);
    }
    return switch (scheme) {
      case Scheme.SignedBody s ->
          new SignatureHeaders(
              List.of(prefixed(s.algorithm(), s.prefix(), signature)), null, NOTHING);
      case Scheme.SignedTimestampAndBody s -> {
        byte[] decoded = prefixed(s.algorithm(), s.prefix(), signature);
        String text = delivery.header(s.timestampHeader());
        Instant timestamp = timestamp(s.timestampForm(), text);
        yield new SignatureHeaders(List.of(decoded), timestamp, Body.ofUtf8(text + "."));
      }
      case Scheme.SignedBodyWithList s -> list(s.algorithm(), signature);
    };
  }

  private static byte[] prefixed(Scheme.Algorithm algorithm, String prefix, String value)
      throws Refusal {
    byte[] decoded =
        value.startsWith(prefix) ? hex(algorithm, value.substring(prefix.length())) : null;
    if (decoded == null) {
      throw new Refusal(Reason.MALFORMED_SIGNATURE);
    }
    return decoded;
  }

  private static SignatureHeaders list(Scheme.Algorithm algorithm, String value) throws Refusal {
    List<byte[]> signatures = new ArrayList<>();
    Set<String> timestamps = new HashSet<>();
    for (String element : value.split(",", -1)) {
      String trimmed = element.strip();
      if (trimmed.startsWith("t=")) {
        timestamps.add(trimmed.substring(2));
      } else if (trimmed.startsWith("v1=")) {
        byte[] decoded = hex(algorithm, trimmed.substring(3));
        if (decoded != null) {
          signatures.add(decoded);
        }
      }
    }
    if (signatures.isEmpty()) {
      throw new Refusal(Reason.MALFORMED_SIGNATURE);
    }
    if (timestamps.size() > 1) {
      throw new Refusal(Reason.MALFORMED_TIMESTAMP);
    }
    String text = timestamps.isEmpty() ? null : timestamps.iterator().next();
    return new SignatureHeaders(signatures, timestamp(TimestampForm.UNIX_SECONDS, text), NOTHING);
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

  private static byte @Nullable [] hex(Scheme.Algorithm algorithm, String digits) {
    if (digits.length() != 2 * algorithm.signatureBytes()
        || !digits.chars().allMatch(HexFormat::isHexDigit)) {
      return null;
    }
    return HexFormat.of().parseHex(digits);
  }
}
