package dev.hookset.local.cli.terminal;

import dev.hookset.Rfc3339;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How times are given and shown on the command line. */
public final class Times {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhd])");

  private static final int TO_THE_MILLISECOND = "2026-06-01 12:00:00.000".length();

  private Times() {}

  /**
   * Reads a time: {@code 2026-06-01T12:00:00Z}, or an age such as {@code 90s}, {@code 2h}, {@code
   * 7d}.
   */
  public static Instant read(String text, Instant now) {
    Matcher age = AGE.matcher(text);
    if (age.matches()) {
      long count = Long.parseLong(age.group(1));
      return now.minus(
          switch (age.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    }
    Instant instant = Rfc3339.parse(text);
    if (instant == null) {
      throw Problem.ofTheCommandLine(
          Printable.argument(text)
              + " is no time; one looks like 2026-06-01T12:00:00Z, or 2h for two hours ago");
    }
    return instant;
  }

  /** Reads a time likewise; null if none is given. */
  public static @Nullable Instant readIfGiven(@Nullable String text, Instant now) {
    return text == null ? null : read(text, now);
  }

  /** Returns a time to the millisecond, in UTC; all are of one length. */
  public static String shown(Instant instant) {
    return Rfc3339.sortable(instant).replaceFirst("T", " ").substring(0, TO_THE_MILLISECOND);
  }
}
