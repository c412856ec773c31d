package dev.hookset.local.operator;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Merges the partitions that one query reads, the newest entry first. Not safe to share between
 * threads.
 */
final class ShardMerge {
  private final Query query;
  private final PriorityQueue<Shard> shards =
      new PriorityQueue<>(Comparator.comparing(Shard::head).reversed());
  private final Function<Set<String>, Map<String, Listed>> read;
  private int examined;
  private @Nullable Instant oldest;

  /**
   * Asks each partition for its newest, all at once: before that, the newest of all is not known.
   *
   * @param read reads the records of these keys, by key; leaves out those that are gone
   */
  ShardMerge(Query query, List<Shard> all, Function<Set<String>, Map<String, Listed>> read) {
    this.query = query;
    this.read = read;
    List<Boolean> filled =
        ParallelCalls.call(all.stream().<Callable<Boolean>>map(s -> s::hasNext).toList());
    for (int i = 0; i < all.size(); i++) {
      if (filled.get(i)) {
        shards.add(all.get(i));
      }
    }
  }

  /** Returns how many entries were looked at. */
  int examined() {
    return examined;
  }

  /** Returns the time of the oldest of them; null before the first. */
  @Nullable Instant oldest() {
    return oldest;
  }

  boolean hasNextBatch() {
    return !shards.isEmpty();
  }

  /** Goes on by so many entries, and returns the records among them that the query asks for. */
  List<Listed> nextBatch(int size) {
    Set<String> keys = new LinkedHashSet<>();
    for (int i = 0; i < size && !shards.isEmpty(); i++) {
      Shard shard = shards.remove();
      examined++;
      oldest = shard.head();
      Shard.Entry entry = shard.next();
      String type = entry.type();
      if (query.fitsKey(entry.key().provider()) && (type == null || query.fitsType(type))) {
        keys.add(entry.key().toString());
      }
      if (shard.hasNext()) {
        shards.add(shard);
      }
    }
    Map<String, Listed> records = read.apply(keys);
    return keys.stream().map(records::get).flatMap(Stream::ofNullable).filter(query::fits).toList();
  }
}
