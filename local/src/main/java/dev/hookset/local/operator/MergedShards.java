package dev.hookset.local.operator;

import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;

/** The entries of several partitions in one order. Not safe to share between threads. */
final class MergedShards implements Iterator<Shard.Entry> {
  private final PriorityQueue<Shard> shards;

  /**
   * Asks each partition for its first entry, all at once: before that, the first of all is not
   * known.
   *
   * @param order in which the entries of each partition come, too
   */
  MergedShards(List<Shard> all, Comparator<Instant> order) {
    this.shards = new PriorityQueue<>(Comparator.comparing(Shard::head, order));
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
  public Shard.Entry next() {
    Shard shard = shards.remove();
    Shard.Entry entry = shard.next();
    if (shard.hasNext()) {
      shards.add(shard);
    }
    return entry;
  }
}
