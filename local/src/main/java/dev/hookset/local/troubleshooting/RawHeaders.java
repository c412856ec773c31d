package dev.hookset.local.troubleshooting;

import dev.hookset.Delivery;
import dev.hookset.Rfc3339;
import dev.hookset.signing.Scheme;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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
    Scheme.Timestamp place = scheme.timestamp();
    if (place != null) {
      switch (place.place()) {
        case HEADER -> {
          String timestamp = read.header(place.name());
          if (timestamp != null && !timestamp.isEmpty()) {
            timestamps.add(timestamp);
          }
        }
        case ELEMENT ->
            timestamps.addAll(
                elements(place.name(), String.valueOf(scheme.separator()), signature));
        case MEMBER -> {}
      }
    }
    return new RawHeaders(signature, timestamps);
  }

  /** Returns what stands behind {@code prefix} in a list such as {@code t=1,v1=ab}. */
  static List<String> elements(String prefix, String separator, @Nullable String list) {
    List<String> values = new ArrayList<>();
    if (list != null) {
      for (String element : list.split(Pattern.quote(separator), -1)) {
        String trimmed = element.strip();
        if (trimmed.startsWith(prefix)) {
          values.add(trimmed.substring(prefix.length()));
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
