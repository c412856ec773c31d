package dev.hookset;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The times of RFC 3339, section 5.6, as our contracts read them: {@code T} and {@code Z} in either
 * case, any offset, a fraction of any length (digits beyond the nanosecond are dropped). Stricter
 * than the RFC in one thing: second 60 is refused, as an instant cannot hold it.
 */
public final class Rfc3339 {
  private static final int FRACTION_OR_OFFSET = 19;

  private Rfc3339() {}

  /**
   * Returns the instant that {@code text} names, or null if it is not of this grammar or names no
   * real time.
   */
  public static @Nullable Instant parse(String text) {
    if (text.length() < FRACTION_OR_OFFSET + 1
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || (text.charAt(10) | 0x20) != 't'
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return null;
    }
    int fractionEnd = FRACTION_OR_OFFSET;
    int nanos = 0;
    if (text.charAt(fractionEnd) == '.') {
      int scale = 100_000_000;
      fractionEnd++;
      while (fractionEnd < text.length() && isDigit(text.charAt(fractionEnd))) {
        nanos += (text.charAt(fractionEnd) - '0') * scale;
        scale /= 10;
        fractionEnd++;
      }
      if (fractionEnd == FRACTION_OR_OFFSET + 1) {
        return null;
      }
    }
    Integer offsetSeconds = offsetSeconds(text, fractionEnd);
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 2);
    int day = digits(text, 8, 2);
    int hour = digits(text, 11, 2);
    int minute = digits(text, 14, 2);
    int second = digits(text, 17, 2);
    if (offsetSeconds == null || (year | month | day | hour | minute | second) < 0) {
      return null;
    }
    try {
      return LocalDateTime.of(year, month, day, hour, minute, second, nanos)
          .toInstant(ZoneOffset.UTC)
          .minusSeconds(offsetSeconds);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /**
   * Returns {@code instant} in UTC with nine digits of a second. For the years of four digits such
   * texts sort as the instants do; those of {@link Instant#toString} do not, as a point sorts before
   * a {@code Z}.
   */
  public static String sortable(Instant instant) {
    String text = instant.toString();
    String digits = text.substring(0, text.length() - 1) + (text.indexOf('.') < 0 ? "." : "");
    return digits + "0".repeat(Math.max(FRACTION_OR_OFFSET + 10 - digits.length(), 0)) + 'Z';
  }

  private static @Nullable Integer offsetSeconds(String text, int start) {
    int length = text.length() - start;
    if (length == 1 && (text.charAt(start) | 0x20) == 'z') {
      return 0;
    }
    if (length != 6 || text.charAt(start + 3) != ':') {
      return null;
    }
    int sign =
        switch (text.charAt(start)) {
          case '+' -> 1;
          case '-' -> -1;
          default -> 0;
        };
    int hours = digits(text, start + 1, 2);
    int minutes = digits(text, start + 4, 2);
    if (sign == 0 || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
      return null;
    }
    return sign * (hours * 3600 + minutes * 60);
  }

  private static int digits(String text, int start, int count) {
    int value = 0;
    for (int i = start; i < start + count; i++) {
      if (!isDigit(text.charAt(i))) {
        return -1;
      }
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
