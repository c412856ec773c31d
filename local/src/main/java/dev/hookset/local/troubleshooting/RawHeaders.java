package dev.hookset.local.troubleshooting;

import dev.hookset.Delivery;
import dev.hookset.Rfc3339;
import dev.hookset.signing.Scheme;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a delivery's headers, for people to read. Nothing is judged by it: that is the
 * verifier's.
 *
 * @param signature the value of the header that signs; null if it did not come
 * @param timestamps the texts in the place of the timestamp; none, or several, if the delivery is
 *     odd
 */
record RawHeaders(@Nullable String signature, List<String> timestamps) {
  static RawHeaders of(Case delivery) {
    return of(delivery.provider().scheme(), delivery);
  }

  static RawHeaders of(Scheme scheme, Case delivery) {
    Delivery read = new Delivery(delivery.headers(), delivery.body(), delivery.at());
    String signature = read.header(scheme.signatureHeader());
    List<String> timestamps = new ArrayList<>();
    switch (scheme) {
      case Scheme.SignedBody _ -> {}
      case Scheme.SignedTimestampAndBody s -> {
        String timestamp = read.header(s.timestampHeader());
        if (timestamp != null && !timestamp.isEmpty()) {
          timestamps.add(timestamp);
        }
      }
      case Scheme.SignedBodyWithList _ -> timestamps.addAll(elements("t", signature));
    }
    return new RawHeaders(signature, timestamps);
  }

  /** Returns the values of the elements of that name in a list such as {@code t=1,v1=ab}. */
  static List<String> elements(String name, @Nullable String list) {
    List<String> values = new ArrayList<>();
    if (list != null) {
      for (String element : list.split(",", -1)) {
        String trimmed = element.strip();
        if (trimmed.startsWith(name + "=")) {
          values.add(trimmed.substring(name.length() + 1));
        }
      }
    }
    return values;
  }

  /** Returns the time that the delivery gives; null if it gives none that can be read. */
  @Nullable Instant time() {
    return timestamps.isEmpty() ? null : time(timestamps.getFirst());
  }

  private static @Nullable Instant time(String text) {
    if (!isDigits(text)) {
      return Rfc3339.parse(text);
    }
    try {
      return Instant.ofEpochSecond(Long.parseLong(text));
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }

  static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
