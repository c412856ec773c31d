package dev.hookset.signing;

import dev.hookset.Rfc3339;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a scheme's timestamp is written. */
public enum TimestampForm {
  /** Whole seconds since 1970-01-01T00:00:00Z: 1 to 15 ASCII digits and nothing else. */
  UNIX_SECONDS {
    @Override
    @Nullable Instant parse(String text) {
      if (text.isEmpty()
          || text.length() > MOST_DIGITS
          || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return null;
      }
      return Instant.ofEpochSecond(Long.parseLong(text));
    }
  },

  /** The same, or a time of RFC 3339 ({@link Rfc3339}). */
  UNIX_SECONDS_OR_RFC3339 {
    @Override
    @Nullable Instant parse(String text) {
      Instant instant = UNIX_SECONDS.parse(text);
      return instant != null ? instant : Rfc3339.parse(text);
    }
  };

  private static final int MOST_DIGITS = 15;

  /** Returns the instant, or null if {@code text} is malformed. */
  abstract @Nullable Instant parse(String text);
}
