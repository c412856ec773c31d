package dev.hookset.local.page;

import dev.hookset.EventKey;
import dev.hookset.inbox.History;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.local.operator.Conflict;
import dev.hookset.local.operator.Timeline;
import dev.hookset.receive.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Joins what an event's record tells, as {@code ./hookset show} has it, with what the log alone
 * knows: each delivery, each handler's success, and what the record has forgotten.
 */
final class EventTimeline {
  private static final Pattern FAILED = Pattern.compile("attempt ([0-9]{1,9}) failed.*");

  private final DeliveryLog log;
  private final EventActivity known;
  private final Map<Timeline.Moment, Long> deliveries = new LinkedHashMap<>();
  private final Set<EventKey> delivered = new HashSet<>();

  /**
   * Creates the timeline of an event.
   *
   * @param key under which it is recorded
   * @param original the key that it would have without a conflict
   */
  EventTimeline(DeliveryLog log, EventKey key, EventKey original) {
    this.log = log;
    this.known = log.activityOf(key);
    delivered.add(key);
    Set<Long> numbers = new TreeSet<>(log.activityOf(original).deliveries());
    numbers.addAll(log.conflictsOf(original));
    numbers.forEach(this::addDelivery);
  }

  private void addDelivery(long number) {
    LogEntry.Delivered delivery = log.delivery(number);
    Receipt receipt = delivery == null ? null : delivery.exchange().receipt();
    if (delivery != null && receipt != null) {
      delivered.add(Objects.requireNonNull(receipt.key()));
      deliveries.put(
          new Timeline.Moment(
              delivery.exchange().receivedAt(),
              "delivery " + number,
              receipt.conflict() ? "other bytes under this ID" : receipt.outcome().word()),
          number);
    }
  }

  /**
   * A moment of the timeline.
   *
   * @param delivery the number of the delivery that it is; null if it is none
   * @param trace what a handler threw and where, if it is a failure that happened here; else null
   */
  record Item(Timeline.Moment moment, @Nullable Long delivery, @Nullable String trace) {}

  /**
   * Returns the moments, the oldest first.
   *
   * @param record what is recorded; null if nothing is, or nobody can say
   * @param conflicts what came under the ID with other bytes
   */
  List<Item> items(@Nullable InboxRecord record, List<Conflict> conflicts, Instant now) {
    List<Timeline.Moment> others = new ArrayList<>(deliveries.keySet());
    for (LogEntry.Transition step : known.transitions()) {
      if (record == null || !tells(record, step)) {
        others.add(moment(step));
      }
    }
    List<Conflict> unseen =
        conflicts.stream().filter(conflict -> !delivered.contains(conflict.key())).toList();
    List<Timeline.Moment> moments =
        record == null ? others : Timeline.of(record, unseen, others, now);
    return inOrder(moments).stream()
        .map(moment -> new Item(moment, deliveries.get(moment), trace(moment)))
        .toList();
  }

  /** After a replay the attempts are counted anew, so of one number it is the nearest. */
  private @Nullable String trace(Timeline.Moment moment) {
    Matcher failed = FAILED.matcher(moment.what());
    Instant at = moment.at();
    if (at == null || !failed.matches()) {
      return null;
    }
    int number = Integer.parseInt(failed.group(1));
    LogEntry.Run nearest = null;
    for (LogEntry.Worked attempt : known.attempts()) {
      LogEntry.Run run = attempt.attempt() == number ? attempt.failed() : null;
      if (run != null
          && (nearest == null || distance(run, at).compareTo(distance(nearest, at)) < 0)) {
        nearest = run;
      }
    }
    return nearest == null ? null : nearest.trace();
  }

  private static Duration distance(LogEntry.Run run, Instant at) {
    return Duration.between(run.from(), at).abs();
  }

  /** A delivery comes before it is recorded. What has no time stays behind what it stood behind. */
  private static List<Timeline.Moment> inOrder(List<Timeline.Moment> moments) {
    TreeMap<Instant, List<Timeline.Moment>> byTime = new TreeMap<>();
    Instant last = Instant.MIN;
    for (Timeline.Moment moment : moments) {
      last = moment.at() == null ? last : moment.at();
      byTime.computeIfAbsent(last, _ -> new ArrayList<>()).add(moment);
    }
    return byTime.values().stream().flatMap(List::stream).toList();
  }

  /** Whether the record itself tells of a step: its history holds what was done last. */
  private static boolean tells(InboxRecord record, LogEntry.Transition step) {
    return switch (step.kind()) {
      case RECORDED, PUSHED_AGAIN, FOUND -> true;
      case HANDLED, RETURNED -> false;
      case CLAIMED, DONE, SUPERSEDED, RETRY, FAILED, REPLAYED -> {
        List<History.Entry> entries = record.history().entries();
        yield !entries.isEmpty() && !step.at().isBefore(entries.getFirst().at());
      }
    };
  }

  private static Timeline.Moment moment(LogEntry.Transition step) {
    String detail = step.detail() == null ? "" : step.detail();
    String attempt = "attempt " + step.attempt();
    return switch (step.kind()) {
      case RECORDED -> moment(step, "recorded", "as " + step.status());
      case CLAIMED -> moment(step, attempt + " begun", "");
      case HANDLED -> moment(step, "handled", "by " + detail);
      case DONE -> moment(step, attempt + " done", "");
      case SUPERSEDED -> moment(step, attempt + " superseded", "");
      case RETURNED -> moment(step, "waited", "for its turn: another event of its subject had it");
      case RETRY -> moment(step, attempt + " failed", detail);
      case FAILED -> moment(step, attempt + " failed for good", detail);
      case PUSHED_AGAIN -> moment(step, "pushed", "by the relay");
      case REPLAYED -> moment(step, "replayed", "by an operator");
      case FOUND -> moment(step, "found", "as " + step.status() + ", moved by somebody else");
    };
  }

  private static Timeline.Moment moment(LogEntry.Transition step, String what, String details) {
    return new Timeline.Moment(step.at(), what, details);
  }
}
