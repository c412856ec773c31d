package dev.hookset.local.troubleshooting;

import dev.hookset.receive.Receipt;
import dev.hookset.signing.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What may be the matter with a time. */
final class Clocks {
  private static final Duration QUARTER = Duration.ofMinutes(15);
  private static final Duration FARTHEST_ZONE = Duration.ofHours(14);
  private static final int DIGITS_OF_SECONDS = 11;

  private Clocks() {}

  static List<Diagnosis.Finding> findings(Case delivery, Receipt receipt) {
    Presentation presented = Presentation.of(delivery);
    boolean outOfTolerance =
        Reason.TIMESTAMP_OUT_OF_TOLERANCE.word().equals(receipt.detail());
    boolean malformed = Reason.MALFORMED_TIMESTAMP.word().equals(receipt.detail());
    if (!outOfTolerance && !malformed) {
      return List.of();
    }
    for (String text : presented.timestamps()) {
      if (Presentation.isDigits(text) && text.length() > DIGITS_OF_SECONDS) {
        return List.of(
            new Diagnosis.Finding(
                Suspect.MILLISECONDS,
                true,
                "the timestamp has " + text.length() + " digits; seconds since 1970 have 10",
                "Send seconds: divide by 1000"
                    + (text.length() > 14 ? " or more; these are not even milliseconds." : ".")));
      }
    }
    if (malformed) {
      return List.of();
    }
    Instant time = presented.time();
    Duration tolerance = delivery.terms().tolerance();
    if (time == null || Duration.between(time, delivery.at()).abs().compareTo(tolerance) <= 0) {
      return List.of(
          new Diagnosis.Finding(
              Suspect.EVENT_TOO_OLD,
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

  private static Diagnosis.Finding skew(Case delivery, Instant time) {
    Duration skew = Duration.between(time, delivery.at());
    StringBuilder cure = new StringBuilder();
    Duration away = skew.abs();
    Duration offQuarter =
        Duration.ofMillis(
            Math.abs(Math.floorMod(away.toMillis() + QUARTER.toMillis() / 2, QUARTER.toMillis()) - QUARTER.toMillis() / 2));
    if (away.compareTo(FARTHEST_ZONE) <= 0
        && away.compareTo(QUARTER) >= 0
        && offQuarter.compareTo(Duration.ofSeconds(30)) <= 0) {
      cure.append("So round a difference looks like a time zone: is a local time taken for UTC? ");
    }
    cure.append(
        skew.isNegative()
            ? "The sender's clock is ahead, or ours is behind: compare both with the real time."
            : "If it came then, judge it by that time: --at "
                + time
                + ". If not, the sender's clock is behind or ours ahead, or it was sent again long after"
                + " it was signed.");
    return new Diagnosis.Finding(
        Suspect.CLOCK_SKEW,
        true,
        "the signature holds, but the delivery's time is "
            + words(away)
            + (skew.isNegative() ? " ahead of" : " before")
            + " "
            + delivery.at()
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
