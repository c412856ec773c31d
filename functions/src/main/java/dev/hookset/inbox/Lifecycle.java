package dev.hookset.inbox;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules that every inbox shares, written once: who may claim a record, when it is due, and how
 * long it is kept.
 */
public final class Lifecycle {
  /**
   * Over how many partitions of the index the open records are spread. May grow, and must never
   * shrink.
   */
  public static final int SHARDS = 16;

  /**
   * How many attempts a record gets unless configured otherwise: one, and one after each wait of
   * the backoff.
   */
  public static final int DEFAULT_MAX_ATTEMPTS = 9;

  /** The longest error text that is kept, in bytes of UTF-8. */
  public static final int LAST_ERROR_BYTES = 1024;

  /**
   * How far the clocks of two machines may differ, for a wait that one set and the other looks at.
   */
  public static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(5);

  /** After what time an event looks again whether it is its turn on a subject. */
  public static final Duration TURN_WAIT = Duration.ofSeconds(5);

  /** How far an event's time may lie after its receipt; sender's and our clock differ. */
  private static final Duration LATEST_TIME = Duration.ofMinutes(5);

  private static final Duration FIRST_LOOK = Duration.ofMinutes(2);
  private static final Duration LOOK_AFTER_WAIT = Duration.ofMinutes(1);
  private static final Duration FIRST_STEP = Duration.ofMinutes(2);
  private static final Duration LONGEST_STEP = Duration.ofHours(1);
  private static final int DOUBLINGS_TO_LONGEST_STEP = 5;

  private static final List<Duration> WAITS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(6),
          Duration.ofHours(12),
          Duration.ofHours(24));

  private static final int JITTER_STEPS = 1000;

  private Lifecycle() {}

  /** Returns when the relay first looks after a record. */
  public static Instant dueAfterReceipt(Instant receivedAt) {
    return receivedAt.plus(FIRST_LOOK);
  }

  /**
   * Returns when the relay looks after a record that failed and may be tried again at {@code
   * notBefore}.
   */
  public static Instant dueAfterFailure(Instant notBefore) {
    return notBefore.plus(LOOK_AFTER_WAIT);
  }

  /**
   * Returns when a record is due next if the relay pushes it now, after {@code pushes} earlier
   * pushes.
   */
  public static Instant dueAfterPush(Instant now, int pushes) {
    Duration step =
        pushes >= DOUBLINGS_TO_LONGEST_STEP ? LONGEST_STEP : FIRST_STEP.multipliedBy(1L << pushes);
    return now.plus(step);
  }

  /**
   * Returns how long to wait after the failed attempt number {@code attempt} (from 1), the last
   * wait again from then on: the schedule's, shortened by up to a tenth, so that events which
   * failed together do not come back together. The tenth is drawn from the key and the attempt:
   * nothing random that two copies of a snapshot would share.
   */
  public static Duration backoff(EventKey key, int attempt) {
    Duration wait = WAITS.get(Math.min(Math.max(attempt, 1), WAITS.size()) - 1);
    int jitter = Math.floorMod((key + "/" + attempt).hashCode() * 0x9E3779B1, JITTER_STEPS);
    return wait.minus(wait.dividedBy(10).multipliedBy(jitter).dividedBy(JITTER_STEPS));
  }

  /**
   * Returns when a record that becomes final now may be deleted: {@code retention} after the later
   * of now and the event's own time. Without a time of its own nothing says how long the same event
   * may still be sent; it is kept no longer for that, as no window would be long enough.
   */
  public static Instant expiry(Instant now, @Nullable Instant occurredAt, Duration retention) {
    return (occurredAt != null && occurredAt.isAfter(now) ? occurredAt : now).plus(retention);
  }

  /**
   * Returns when the mark of a subject may be deleted: {@code retention} twice from now. An older
   * event may come that long after it happened, as what is older than the retention is refused;
   * then its attempts and its record last.
   */
  public static Instant subjectExpiry(Instant now, Duration retention) {
    return now.plus(retention).plus(retention);
  }

  /**
   * Returns the time by which a record's event is older or newer than others of its subject: its
   * own, which a signature covers. Null if it has none, or one that had not come yet when it was
   * received: nothing then says which is the later, so it supersedes nothing and nothing it.
   */
  public static @Nullable Instant order(InboxRecord record) {
    Instant occurredAt = record.occurredAt();
    return occurredAt == null || occurredAt.isAfter(record.receivedAt().plus(LATEST_TIME))
        ? null
        : occurredAt;
  }

  /** Returns the end of a lease that everybody finds run out {@code now}. */
  public static Instant lapsed(Instant now) {
    return now.minus(CLOCK_DIFFERENCE);
  }

  /** Returns the shard of the index that the record under {@code key} belongs to. */
  public static int shard(EventKey key) {
    return Math.floorMod(key.toString().hashCode(), SHARDS);
  }

  /**
   * Returns the name under which the body of an event is kept that is too long for its record:
   * {@code <provider>/<SHA-256 of the key>/<SHA-256 of the body>/<day of receipt, UTC>}.
   *
   * <p>The day tells the bodies of two records apart that an event has one after the other: when it
   * comes again after its first record has expired, that record's body may be deleted at any
   * moment, and the new record must not refer to it. A record is kept for longer than a day.
   */
  public static String overflowName(Event event, Instant receivedAt) {
    return event.provider()
        + '/'
        + Body.ofUtf8(event.key().toString()).sha256()
        + '/'
        + event.body().sha256()
        + '/'
        + LocalDate.ofInstant(receivedAt, ZoneOffset.UTC);
  }

  /** Returns {@code error}, shortened to what a record keeps without cutting a character in two. */
  public static String shortened(String error) {
    return shortened(error, LAST_ERROR_BYTES);
  }

  /** Returns {@code error}, likewise shortened to {@code most} bytes of UTF-8. */
  static String shortened(String error, int most) {
    byte[] utf8 = error.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= most) {
      return error;
    }
    int end = most;
    while ((utf8[end] & 0xC0) == 0x80) {
      end--;
    }
    return new String(utf8, 0, end, StandardCharsets.UTF_8);
  }

  /**
   * Says whether {@code terms} entitle to a claim on a record, or if not, why.
   *
   * @param found the record, or null if there is none
   * @return {@link Claim.Granted} with {@code found} as it is; it is the caller's to apply the
   *     claim
   */
  public static Claim judge(@Nullable InboxRecord found, ClaimTerms terms) {
    if (found == null) {
      return new Claim.Unknown();
    }
    if (found.status().isFinal()) {
      return new Claim.Finished(found.status());
    }
    boolean attemptsLeft = found.attempts() < terms.maxAttempts();
    if (found.status() == Status.RECEIVED) {
      Instant notBefore = found.notBefore();
      if (notBefore != null && notBefore.isAfter(terms.now().plus(CLOCK_DIFFERENCE))) {
        return new Claim.TooEarly(notBefore);
      }
      if (!attemptsLeft) {
        return new Claim.Exhausted(found);
      }
      return terms.takeOver() ? new Claim.Held() : new Claim.Granted(found);
    }
    Instant leaseUntil = found.leaseUntil();
    if (leaseUntil != null && !leaseUntil.isBefore(terms.now())) {
      return new Claim.Held();
    }
    if (!attemptsLeft) {
      return new Claim.Exhausted(found);
    }
    return terms.takeOver() ? new Claim.Granted(found) : new Claim.Lapsed(found.attempts());
  }

  /**
   * Says whether {@code terms} entitle to a turn on a subject, or if not, why.
   *
   * @param found where the subject stands, or null if it has had no turn
   */
  public static Turn judge(@Nullable SubjectState found, TurnTerms terms) {
    if (found == null) {
      return new Turn.Granted();
    }
    Instant at = terms.at();
    Instant newest = found.newest();
    if (at != null && newest != null && at.isBefore(newest)) {
      return new Turn.Superseded(newest);
    }
    String owner = found.owner();
    Instant leaseUntil = found.leaseUntil();
    if (owner == null || leaseUntil == null || owner.equals(terms.owner())) {
      return new Turn.Granted();
    }
    return leaseUntil.isBefore(terms.now())
        ? new Turn.Lapsed(owner, found.holder())
        : new Turn.Held();
  }
}
