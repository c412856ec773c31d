package dev.hookset.local.operator;

import dev.hookset.TypePattern;
import dev.hookset.inbox.Status;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which records are asked for.
 *
 * @param statuses where they stand; none means anywhere
 * @param provider whose they are; null for everybody's
 * @param type what the type has to fit; null for any
 * @param from the first moment at which they came; null for the beginning
 * @param before the first moment at which they no longer came; null for now
 */
public record Query(
    Set<Status> statuses,
    @Nullable String provider,
    @Nullable TypePattern type,
    @Nullable Instant from,
    @Nullable Instant before) {
  /** What is not finished or needs a person; an index of its own lists it. */
  private static final Set<Status> PENDING =
      Set.of(Status.RECEIVED, Status.PROCESSING, Status.FAILED, Status.QUARANTINED);

  /** Copies the statuses. */
  public Query {
    statuses = Set.copyOf(statuses);
  }

  /** Returns a query for records that stand at one of {@code statuses}. */
  public static Query of(Status... statuses) {
    EnumSet<Status> set = EnumSet.noneOf(Status.class);
    set.addAll(List.of(statuses));
    return new Query(set, null, null, null, null);
  }

  /** Returns this query for a provider's records alone; null for everybody's. */
  public Query of(@Nullable String whose) {
    return new Query(statuses, whose, type, from, before);
  }

  /** Returns this query for what came in a span of time. */
  public Query received(@Nullable Instant first, @Nullable Instant firstAfter) {
    return new Query(statuses, provider, type, first, firstAfter);
  }

  boolean asksForPendingAlone() {
    return !statuses.isEmpty() && PENDING.containsAll(statuses);
  }

  boolean fits(Listed record) {
    return fitsStatus(record.status())
        && fitsKey(record.key().provider())
        && fitsType(record.type())
        && (from == null || !record.receivedAt().isBefore(from))
        && (before == null || record.receivedAt().isBefore(before));
  }

  boolean fitsKey(String whose) {
    return provider == null || provider.equals(whose);
  }

  boolean fitsType(String name) {
    return type == null || type.matches(name);
  }

  private boolean fitsStatus(Status status) {
    return statuses.isEmpty() || statuses.contains(status);
  }
}
