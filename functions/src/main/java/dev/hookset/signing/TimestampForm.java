package dev.hookset.signing;

import dev.hookset.Rfc3339;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a timestamp is written. */
public enum TimestampForm {
  /** Whole seconds since 1970-01-01T00:00:00Z: 1 to 15 ASCII digits and nothing else. */
  UNIX_SECONDS,
  /** The same in milliseconds. */
  UNIX_MILLIS,
  /** A time of RFC 3339 ({@link Rfc3339}). */
  RFC3339,
  /** Whole seconds, or a time of RFC 3339. */
  UNIX_SECONDS_OR_RFC3339;

  private static final int MOST_DIGITS = 15;

  /** Returns the instant, or null if {@code text} is malformed. */
  public @Nullable Instant parse(String text) {
    return switch (this) {
      case UNIX_SECONDS -> isDigits(text) ? Instant.ofEpochSecond(Long.parseLong(text)) : null;
      case UNIX_MILLIS -> isDigits(text) ? Instant.ofEpochMilli(Long.parseLong(text)) : null;
      case RFC3339 -> Rfc3339.parse(text);
      case UNIX_SECONDS_OR_RFC3339 ->
          isDigits(text) ? Instant.ofEpochSecond(Long.parseLong(text)) : Rfc3339.parse(text);
    };
  }

  /** Returns how a sender writes {@code time}; where there is a choice, in whole seconds. */
  public String write(Instant time) {
    return switch (this) {
      case UNIX_SECONDS, UNIX_SECONDS_OR_RFC3339 -> Long.toString(time.getEpochSecond());
      case UNIX_MILLIS -> Long.toString(time.toEpochMilli());
      case RFC3339 -> time.toString();
    };
  }

  /** Returns whether it is a number. */
  public boolean isNumber() {
    return this != RFC3339;
  }

  private static boolean isDigits(String text) {
    if (text.isEmpty() || text.length() > MOST_DIGITS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
