package dev.hookset.local.troubleshooting;

import dev.hookset.receive.Receipt;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What may be the matter with a time. */
final class Clocks {
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final Duration FARTHEST_ZONE = Duration.ofHours(14);
  private static final int DIGITS_OF_SECONDS = 11;

  private Clocks() {}

  static List<Diagnosis.Finding> findings(Case delivery, Receipt receipt) {
    RawHeaders raw = RawHeaders.of(delivery);
    boolean outOfTolerance = Reason.TIMESTAMP_OUT_OF_TOLERANCE.word().equals(receipt.detail());
    boolean malformed = Reason.MALFORMED_TIMESTAMP.word().equals(receipt.detail());
    if (!outOfTolerance && !malformed) {
      return List.of();
    }
    for (String text :
        raw.form() == TimestampForm.UNIX_MILLIS ? List.<String>of() : raw.timestamps()) {
      if (RawHeaders.isDigits(text) && text.length() > DIGITS_OF_SECONDS) {
        return List.of(
            new Diagnosis.Finding(
                Cause.MILLISECONDS,
                true,
                "the timestamp has " + text.length() + " digits; seconds since 1970 have 10",
                "Send seconds: divide by 1000"
                    + (text.length() > 14 ? " or more; these are not even milliseconds." : ".")));
      }
    }
    if (malformed) {
      return List.of(); // Whether it signed all the same is for the headers' readings to say.
    }
    Instant time = raw.time();
    Duration tolerance = delivery.terms().tolerance();
    if (time == null || Duration.between(time, delivery.at()).abs().compareTo(tolerance) <= 0) {
      return List.of(
          new Diagnosis.Finding(
              Cause.EVENT_TOO_OLD,
              true,
              "the event's own time lies more than "
                  + words(delivery.terms().maxAge())
                  + " back, and "
                  + delivery.provider().name()
                  + " signs no other time",
              "Its record may have expired, so this may be a captured delivery sent again. If it is"
                  + " wanted all the same, raise the retention and the largest age."));
    }
    return List.of(skew(delivery, time));
  }

  /** Returns whether the judgement ended at the timestamp itself, before the signature. */
  static boolean isUnreadable(Receipt receipt) {
    return Reason.MALFORMED_TIMESTAMP.word().equals(receipt.detail())
        || Reason.MISSING_TIMESTAMP.word().equals(receipt.detail());
  }

  /** Returns what is wrong with a timestamp that cannot be read. */
  static String flaw(Scheme scheme, Collection<String> timestamps) {
    if (timestamps.stream().allMatch(String::isEmpty)) {
      return place(scheme) + " is missing or empty";
    }
    if (timestamps.size() > 1) {
      return place(scheme) + " comes twice with different values";
    }
    String text = timestamps.iterator().next();
    return place(scheme) + " is '" + RawHeaders.shown(text) + "', " + kind(text);
  }

  private static String kind(String text) {
    String bare = text.strip();
    if (RawHeaders.isDigits(bare)) {
      return bare.equals(text) ? "which has too many digits" : "with blanks around it";
    }
    if (bare.matches("[\"'].*[\"']")) {
      return "with quotes around it";
    }
    if (bare.matches("[+-][0-9]+")) {
      return "which has a sign";
    }
    if (bare.matches("[0-9]+[.,][0-9]*") || bare.matches("[0-9.]+[eE][+-]?[0-9]+")) {
      return "which is no whole number of seconds";
    }
    if (bare.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]+")) {
      return "a local time that does not say its offset from UTC";
    }
    if (bare.matches("[0-9]{4}-[0-9]{2}-[0-9]{2} .*")) {
      return "which has a blank where a T is expected";
    }
    if (bare.matches("[A-Za-z]{3}, .*")) {
      return "a date as HTTP writes it";
    }
    return "which is no time in a form that is read";
  }

  /** Returns how the timestamp has to be written. */
  static String cure(Scheme scheme) {
    Scheme.Timestamp timestamp = scheme.timestamp();
    TimestampForm form = timestamp == null ? TimestampForm.UNIX_SECONDS : timestamp.form();
    String rfc3339 = "RFC 3339 with an offset, such as 2026-06-01T12:00:00Z";
    String seconds = "whole seconds since 1970, such as 1780315200";
    return "Mend the timestamp, not the signature: "
        + switch (form) {
          case UNIX_SECONDS -> seconds;
          case UNIX_MILLIS -> "milliseconds since 1970, such as 1780315200000";
          case RFC3339 -> rfc3339;
          case UNIX_SECONDS_OR_RFC3339 -> seconds + ", or " + rfc3339;
        }
        + (scheme.signsTimestamp()
            ? ". It is signed as it stands, so the sender has to write and sign it so."
            : ".");
  }

  /** Returns where a scheme's timestamp stands. */
  static String place(Scheme scheme) {
    Scheme.Timestamp timestamp = scheme.timestamp();
    if (timestamp == null) {
      return scheme.header();
    }
    return switch (timestamp.place()) {
      case HEADER -> timestamp.name();
      case ELEMENT -> timestamp.name() + " in " + scheme.header();
      case MEMBER -> timestamp.name() + " in the body";
    };
  }

  private static Diagnosis.Finding skew(Case delivery, Instant time) {
    Duration skew = Duration.between(time, delivery.at());
    StringBuilder cure = new StringBuilder();
    Duration away = skew.abs();
    Duration offQuarter =
        Duration.ofMillis(
            Math.abs(
                Math.floorMod(away.toMillis() + QUARTER.toMillis() / 2, QUARTER.toMillis())
                    - QUARTER.toMillis() / 2));
    if (away.compareTo(FARTHEST_ZONE) <= 0
        && away.compareTo(QUARTER) >= 0
        && offQuarter.compareTo(Duration.ofSeconds(30)) <= 0) {
      cure.append("So round a difference looks like a time zone: is a local time taken for UTC? ");
    }
    cure.append(
        skew.isNegative()
            ? "The sender's clock is ahead, or ours is behind: compare both with the real time."
            : "If it came then, judge it by that time: `./hookset verify` with --at "
                + time
                + ". If not, the sender's clock is behind or ours ahead, or it was sent again long"
                + " after it was signed.");
    return new Diagnosis.Finding(
        Cause.CLOCK_SKEW,
        true,
        "the signature holds, but the delivery's time is "
            + words(away)
            + (skew.isNegative() ? " ahead of" : " before")
            + " "
            + delivery.at().truncatedTo(ChronoUnit.SECONDS)
            + "; "
            + words(delivery.terms().tolerance())
            + " are allowed",
        cure.toString());
  }

  /** Returns a duration in words, its two largest units. */
  static String words(Duration duration) {
    List<String> parts = new ArrayList<>();
    Duration rest = duration.abs();
    add(parts, rest.toDays(), "d");
    add(parts, rest.toHoursPart(), "h");
    add(parts, rest.toMinutesPart(), "min");
    add(parts, rest.toSecondsPart(), "s");
    if (parts.isEmpty()) {
      return rest.toMillis() + " ms";
    }
    return String.join(" ", parts.subList(0, Math.min(2, parts.size())));
  }

  private static void add(List<String> parts, long count, String unit) {
    if (count > 0) {
      parts.add(count + " " + unit);
    }
  }
}
