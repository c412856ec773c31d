package dev.hookset.local.troubleshooting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Rfc3339;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.io.IOException;
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
 * @param form how a timestamp is written there; null where the scheme has none
 */
record RawHeaders(
    @Nullable String signature, List<String> timestamps, @Nullable TimestampForm form) {
  /** RFC 3339 with nanoseconds and an offset has 35 characters. */
  private static final int LONGEST_SHOWN = 40;

  private static final JsonMapper JSON = new JsonMapper();

  static RawHeaders of(Case delivery) {
    Scheme scheme = delivery.scheme();
    Delivery read = delivery.delivery();
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
        case MEMBER -> {
          String member = member(delivery.body(), place.name());
          if (member != null) {
            timestamps.add(member);
          }
        }
      }
    }
    return new RawHeaders(signature, timestamps, place == null ? null : place.form());
  }

  /** Returns what stands at {@code path} in a body of JSON; null if nothing does. */
  static @Nullable String member(Body body, String path) {
    try {
      JsonNode node = JSON.readTree(body.toByteArray());
      for (String name : path.split("\\.", -1)) {
        node = node.path(name);
      }
      return node.isValueNode() && !node.isNull() ? node.asText() : null;
    } catch (IOException e) {
      return null;
    }
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

  private @Nullable Instant time(String text) {
    Instant time = form == null ? null : form.parse(text);
    if (time != null) {
      return time;
    }
    // In another form than it should have; what it says is of interest all the same.
    if (!isDigits(text)) {
      return Rfc3339.parse(text);
    }
    try {
      return Instant.ofEpochSecond(Long.parseLong(text));
    } catch (DateTimeException | NumberFormatException e) {
      return null;
    }
  }

  /** Returns a timestamp to be shown: what is too long for one may have a signature in it. */
  static String shown(String timestamp) {
    return timestamp.length() <= LONGEST_SHOWN
        ? timestamp
        : timestamp.substring(0, LONGEST_SHOWN / 2) + "…";
  }

  static boolean isDigits(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
