package dev.hookset.local.operator;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;

/** The entries of several partitions, the oldest first. Not safe to share between threads. */
final class Arrivals implements Iterator<Arrival> {
  private final PriorityQueue<Shard> shards =
      new PriorityQueue<>(Comparator.comparing(Shard::head));

  /** Asks each partition for its oldest, all at once: before that, the oldest is not known. */
  Arrivals(List<Shard> all) {
    List<Boolean> filled =
        ParallelCalls.call(all.stream().<Callable<Boolean>>map(each -> each::hasNext).toList());
    for (int i = 0; i < all.size(); i++) {
      if (filled.get(i)) {
        shards.add(all.get(i));
      }
    }
  }

  @Override
  public boolean hasNext() {
    return !shards.isEmpty();
  }

  @Override
  public Arrival next() {
    Shard shard = shards.remove();
    Shard.Entry entry = shard.next();
    if (shard.hasNext()) {
      shards.add(shard);
    }
    return new Arrival(
        entry.key(), entry.time(), Objects.requireNonNullElse(entry.type(), "unknown"));
  }
}
