package dev.hookset.local.operator;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** The entries of several partitions, the oldest first. Not safe to share between threads. */
final class Arrivals implements Iterator<Arrival> {
  private final MergedShards entries;

  /** Asks each partition for its oldest. */
  Arrivals(List<Shard> all) {
    this.entries = new MergedShards(all, Comparator.naturalOrder());
  }

  @Override
  public boolean hasNext() {
    return entries.hasNext();
  }

  @Override
  public Arrival next() {
    Shard.Entry entry = entries.next();
    return new Arrival(
        entry.key(), entry.time(), Objects.requireNonNullElse(entry.type(), "unknown"));
  }
}
