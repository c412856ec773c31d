package dev.hookset.aws.watch;

import java.util.List;

/**
 * What is counted and measured; all of it. {@link JsonLog} puts each beside the facts that it
 * counts, into one line, and CloudWatch makes metrics of it.
 *
 * <p>Each combination of a metric and its dimensions' values is a metric of its own, and is paid
 * for. So a dimension is a member of the line whose values are few and not for the outside to
 * choose: the provider, an outcome, a reason, one of the keys in use, a handler named in the
 * routes. An event's type is none.
 */
public enum Metric {
  /** Deliveries, refused ones among them; received, accepted, duplicate and so on. */
  DELIVERIES(
      "Deliveries", "Count", List.of(by("outcome"), by("provider"), by("provider", "outcome"))),
  /** Deliveries whose signature held, and which of the keys in use it was. */
  VERIFIED("Verified", "Count", List.of(by("provider"), by("provider", "key"))),
  /** Deliveries that were refused, and why. */
  REFUSALS("Refusals", "Count", List.of(by("provider", "reason"))),
  /** Deliveries that nobody could judge, since their provider has no secret or key here. */
  NOT_CONFIGURED("NotConfigured", "Count", List.of(by())),
  /** Deliveries with other bytes under an event's ID than came before. */
  CONFLICTS("Conflicts", "Count", List.of(by("provider"))),
  /** Pointers that a receiver has pushed. */
  PUSHED("Pushed", "Count", List.of(by("provider"))),
  /** Pointers that a receiver could not push, which the relay then does. */
  PUSH_FAILURES("PushFailures", "Count", List.of(by("provider"))),
  /** Attempts that ended: done, superseded, retry (tried again later) or failed (for good). */
  EVENTS("Events", "Count", List.of(by("outcome"), by("provider", "outcome"))),
  /** Of those, attempts on events that no delivery brought: a backfill did. */
  BACKFILLED("Backfilled", "Count", List.of(by())),
  /**
   * Attempts that a handler failed, and which. Its name is that of its route: provider and type.
   */
  HANDLER_FAILURES("HandlerFailures", "Count", List.of(by("provider", "handler"))),
  /** From the event's own time until it is done, of events that were not replayed. */
  LAG("Lag", "Milliseconds", List.of(by("provider"))),
  /** Messages that a worker left to the queue, and why. */
  RETURNED("Returned", "Count", List.of(by("outcome"))),
  /** Pointers that were never pushed or led nowhere, pushed by the relay. */
  RELAY_RESCUES("RelayRescues", "Count", List.of(by())),
  /** Pointers to what waits for its next attempt, pushed by the relay as planned. */
  RELAY_RETRIES("RelayRetries", "Count", List.of(by())),
  /** Pointers that the queue did not take from the relay. */
  RELAY_NOT_PUSHED("RelayNotPushed", "Count", List.of(by())),
  /** Records that could not be read and were passed over: a person has to look at each. */
  UNREADABLE_RECORDS("UnreadableRecords", "Count", List.of(by()));

  private final String word;
  private final String unit;

  @SuppressWarnings("ImmutableEnumChecker") // Made by List.of, which nobody can change.
  private final List<List<String>> dimensions;

  Metric(String word, String unit, List<List<String>> dimensions) {
    this.word = word;
    this.unit = unit;
    this.dimensions = dimensions;
  }

  /** Returns the metric's name. */
  public String word() {
    return word;
  }

  /** Returns the unit, as CloudWatch calls it. */
  public String unit() {
    return unit;
  }

  /** Returns the sets of members of the line by which it is split; an empty one for no split. */
  public List<List<String>> dimensions() {
    return dimensions;
  }

  private static List<String> by(String... members) {
    return List.of(members);
  }
}
