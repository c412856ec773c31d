package dev.hookset.local.cli.terminal;

import dev.hookset.Rfc3339;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How times are given and shown on the command line. */
public final class Times {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhd])");

  /** A day, or what {@link #shown} gives, in full or to the minute; what follows is its zone. */
  private static final Pattern SHOWN =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})"
              + "(?:[ Tt](\\d{2}:\\d{2})(:\\d{2}(?:\\.\\d+)?)?(?: ?UTC|([Zz]|[+-]\\d{2}:\\d{2}))?)?");

  private static final int TO_THE_MILLISECOND = "2026-06-01 12:00:00.000".length();

  private static final int TO_THE_SECOND = "2026-06-01 12:00:00".length();

  private Times() {}

  /**
   * Reads a time: {@code 2026-06-01T12:00:00Z}, the same as it is shown ({@code 2026-06-01
   * 12:00:00.000}, in UTC), a day from its start on ({@code 2026-06-01}, likewise), or an age such
   * as {@code 90s}, {@code 2h}, {@code 7d}.
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
    Matcher shown = SHOWN.matcher(text);
    Instant instant =
        Rfc3339.parse(
            shown.matches()
                ? shown.group(1)
                    + "T"
                    + Objects.requireNonNullElse(shown.group(2), "00:00")
                    + Objects.requireNonNullElse(shown.group(3), ":00")
                    + Objects.requireNonNullElse(shown.group(4), "Z")
                : text);
    if (instant == null) {
      throw Problem.ofTheCommandLine(
          Printable.argument(text)
              + " is not a time; write 2026-06-01, 2026-06-01 12:00 (both UTC),"
              + " 2026-06-01T12:00:00Z, or 2h for two hours ago");
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

  /** Returns a time likewise, to the second. */
  public static String shownToTheSecond(Instant instant) {
    return shown(instant).substring(0, TO_THE_SECOND);
  }

  /** Returns a time with how long ago it was. */
  public static String since(Instant since, Instant now) {
    return since.truncatedTo(ChronoUnit.SECONDS) + " (" + age(since, now) + ")";
  }

  /** Returns how long ago a time was, in one unit. */
  public static String age(Instant since, Instant now) {
    Duration age = Duration.between(since, now);
    long days = age.toDays();
    return days > 0
        ? days + " d"
        : age.toHours() > 0 ? age.toHours() + " h" : Math.max(0, age.toMinutes()) + " min";
  }
}
