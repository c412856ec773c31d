package dev.hookset.local.operator;

import dev.hookset.inbox.History;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What happened to an event, in the order in which it happened, as far as its record tells.
 *
 * <p>A record of the time before there were histories tells how often something was done, and not
 * when.
 */
public final class Timeline {
  private static final Pattern CONFLICTING = Pattern.compile("(?s)(.+)~[0-9a-f]{16}");

  private final InboxRecord record;
  private final Instant now;
  private final List<Dated> dated = new ArrayList<>();

  private Timeline(InboxRecord record, Instant now) {
    this.record = record;
    this.now = now;
  }

  /**
   * Something that happened.
   *
   * @param at when; null if the record does not say
   * @param what it was, in a word or three
   * @param details text from outside in them is as it came: whoever shows it escapes it
   */
  public record Moment(@Nullable Instant at, String what, String details) {
    /** Checks that what must be there is there. */
    public Moment {
      Objects.requireNonNull(what, "what");
      Objects.requireNonNull(details, "details");
    }
  }

  /**
   * A moment and its place.
   *
   * @param by when it happened, or what it led to
   */
  private record Dated(Instant by, Moment moment) {}

  /**
   * Tells what happened.
   *
   * @param record the event's record
   * @param conflicts what came under its ID with other bytes
   * @param others what is known from elsewhere, each with its time
   * @param now the time
   */
  public static List<Moment> of(
      InboxRecord record, List<Conflict> conflicts, List<Moment> others, Instant now) {
    return new Timeline(record, now).tell(conflicts, others);
  }

  /** Returns when a record became final; null if it is not, or does not say. */
  public static @Nullable Instant settledAt(InboxRecord record) {
    return switch (record.status()) {
      case RECEIVED, PROCESSING -> null;
      case FAILED -> record.dueAt();
      case SKIPPED, QUARANTINED -> record.receivedAt();
      case DONE, SUPERSEDED -> {
        List<History.Entry> entries = record.history().entries();
        yield !entries.isEmpty()
                && entries.getLast() instanceof History.Attempt attempt
                && attempt.end() != null
            ? attempt.end().at()
            : null;
      }
    };
  }

  private List<Moment> tell(List<Conflict> conflicts, List<Moment> others) {
    List<Moment> moments = new ArrayList<>();
    Instant occurredAt = record.occurredAt();
    moments.add(
        new Moment(
            occurredAt,
            "occurred",
            occurredAt == null ? "the body gives no readable time" : "by the provider's clock"));
    moments.add(received(occurredAt));
    addWhatIsNotKept(moments);
    conflicts.forEach(
        conflict ->
            dated.add(
                new Dated(
                    conflict.at(),
                    new Moment(
                        conflict.at(),
                        "conflict",
                        "other bytes came under this ID: " + conflict.key()))));
    others.forEach(other -> dated.add(new Dated(Objects.requireNonNull(other.at(), "at"), other)));
    addHistory();
    Instant forgottenAt = record.forgottenAt();
    if (forgottenAt != null) {
      add(forgottenAt, "forgotten", "its body and what is personal in it were erased");
    }
    addLastPush();
    Moment standing = standing();
    Instant settledAt = settledAt(record);
    if (settledAt != null) {
      dated.add(new Dated(settledAt, standing));
    }
    dated.sort(Comparator.comparing(Dated::by));
    dated.forEach(each -> moments.add(each.moment()));
    if (!record.doneHandlers().isEmpty()) {
      moments.add(
          new Moment(
              null,
              "handlers",
              "done: " + String.join(", ", new TreeSet<>(record.doneHandlers()))));
    }
    if (settledAt == null) {
      moments.add(standing);
    }
    return moments;
  }

  private Moment received(@Nullable Instant occurredAt) {
    Instant receivedAt = record.receivedAt();
    String details = "";
    if (occurredAt != null) {
      details =
          Durations.shown(Duration.between(occurredAt, receivedAt))
              + (occurredAt.isAfter(receivedAt) ? " before it occurred" : " later");
    }
    Matcher conflicting = CONFLICTING.matcher(record.key().eventId());
    if (conflicting.matches()) {
      details +=
          (details.isEmpty() ? "" : "; ")
              + "kept because other bytes had come before, under "
              + conflicting.group(1);
    }
    if (record.via() != null) {
      details += (details.isEmpty() ? "" : "; ") + "by " + record.via() + ", not by a delivery";
    }
    return new Moment(receivedAt, "received", details);
  }

  /** Adds what the record counts beyond its history. */
  private void addWhatIsNotKept(List<Moment> moments) {
    List<History.Entry> entries = record.history().entries();
    long replays = entries.stream().filter(History.Replayed.class::isInstance).count();
    if (record.replays() > replays) {
      moments.add(
          new Moment(
              null,
              "replayed",
              times(record.replays())
                  + " in all"
                  + (replays == 0 ? "" : "; the last " + replays + " stand below")));
    }
    int first =
        entries.stream()
            .filter(History.Attempt.class::isInstance)
            .mapToInt(entry -> ((History.Attempt) entry).number())
            .findFirst()
            .orElse(record.attempts() + 1);
    if (first > 1) {
      moments.add(
          new Moment(
              null,
              first == 2 ? "attempt 1" : "attempts 1 to " + (first - 1),
              "their times are not kept" + (entries.isEmpty() ? lastError() : "")));
    }
  }

  private String lastError() {
    return record.lastError() == null ? "" : "; the last error: " + record.lastError();
  }

  private void addHistory() {
    List<History.Entry> entries = record.history().entries();
    for (int i = 0; i < entries.size(); i++) {
      History.Entry entry = entries.get(i);
      switch (entry) {
        case History.Attempt attempt -> {
          boolean isLast = i == entries.size() - 1;
          addPushes(attempt);
          add(
              attempt.at(),
              "attempt " + attempt.number() + outcome(attempt, isLast),
              told(attempt));
        }
        case History.GivenUp givenUp -> add(givenUp.at(), "given up", givenUp.error());
        case History.Replayed replayed -> add(replayed.at(), "replayed", "by an operator");
      }
    }
  }

  private void add(Instant at, String what, String details) {
    dated.add(new Dated(at, new Moment(at, what, details)));
  }

  /** Adds who had brought an attempt about, if its record says so. */
  private void addPushes(History.Attempt attempt) {
    if (attempt.pushes() > 0) {
      dated.add(
          new Dated(
              attempt.at(), new Moment(null, "pushed", times(attempt.pushes()) + " by the relay")));
    }
  }

  private String outcome(History.Attempt attempt, boolean isLast) {
    History.End end = attempt.end();
    if (end != null) {
      return switch (end.status()) {
        case DONE -> " done";
        case SUPERSEDED -> " superseded";
        case FAILED -> " failed for good";
        case RECEIVED, PROCESSING, SKIPPED, QUARANTINED -> " failed";
      };
    }
    return isLast && record.status() == Status.PROCESSING ? " begun" : " never reported back";
  }

  private String told(History.Attempt attempt) {
    History.End end = attempt.end();
    if (end != null) {
      return "after "
          + Durations.shown(Duration.between(attempt.at(), end.at()))
          + (end.error() == null ? "" : ": " + end.error());
    }
    return "";
  }

  /** Adds the relay's last push, if no attempt has ended since. */
  private void addLastPush() {
    Instant dueAt = record.dueAt();
    int pushes = record.pushes();
    if (pushes > 0 && dueAt != null) {
      Duration step = Duration.between(now, Lifecycle.dueAfterPush(now, pushes - 1));
      Instant at = dueAt.minus(step);
      add(at, "pushed", "by the relay" + (pushes == 1 ? "" : ", the last of " + times(pushes)));
    }
  }

  private Moment standing() {
    Instant dueAt = record.dueAt();
    return switch (record.status()) {
      case RECEIVED -> {
        Instant notBefore = record.notBefore();
        yield notBefore != null
            ? new Moment(
                notBefore,
                "next attempt",
                notBefore.isAfter(now)
                    ? "in " + Durations.shown(Duration.between(now, notBefore))
                    : "due")
            : new Moment(dueAt, "waiting", "for a worker; if none comes, the relay pushes it then");
      }
      case PROCESSING -> {
        Instant leaseUntil = Objects.requireNonNullElse(record.leaseUntil(), now);
        yield new Moment(
            leaseUntil,
            leaseUntil.isBefore(now) ? "lease lapsed" : "in work",
            leaseUntil.isBefore(now)
                ? "its worker never reported back; another takes it up"
                : "until then at most");
      }
      case DONE -> new Moment(settledAt(record), "done", "");
      case SUPERSEDED ->
          new Moment(
              settledAt(record),
              "superseded",
              "a newer event of its subject was handled first; the latest wins");
      case FAILED -> new Moment(dueAt, "failed", "for good; `./hookset replay` has it tried again");
      case SKIPPED ->
          new Moment(
              record.receivedAt(),
              "skipped",
              record.forgottenAt() != null
                  ? "forgotten before it was handled"
                  : record.via() != null
                      ? "brought here to be looked at; `./hookset replay` has it handled"
                      : "not subscribed, or of another environment");
      case QUARANTINED ->
          new Moment(
              record.receivedAt(),
              "quarantined",
              CONFLICTING.matcher(record.key().eventId()).matches()
                  ? "for a person to look at"
                  : "not a JSON object; for a person to look at");
    };
  }

  private static String times(int count) {
    return count == 1 ? "once" : count + " times";
  }
}
