package dev.hookset.local.operator;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one query goes through an index, the newest entry first. Not safe to share between threads.
 */
final class IndexQuery {
  private final Query query;
  private final MergedShards entries;
  private final Function<Set<String>, Map<String, Listed>> read;
  private int examined;
  private @Nullable Instant oldest;

  /**
   * Asks each partition for its newest.
   *
   * @param read reads the records of these keys, by key; leaves out those that are gone
   */
  IndexQuery(Query query, List<Shard> all, Function<Set<String>, Map<String, Listed>> read) {
    this.query = query;
    this.read = read;
    this.entries = new MergedShards(all, Comparator.reverseOrder());
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
    return entries.hasNext();
  }

  /** Goes on by so many entries, and returns the records among them that the query asks for. */
  List<Listed> nextBatch(int size) {
    Set<String> keys = new LinkedHashSet<>();
    for (int i = 0; i < size && entries.hasNext(); i++) {
      Shard.Entry entry = entries.next();
      examined++;
      oldest = entry.time();
      String type = entry.type();
      if (query.fitsKey(entry.key().provider()) && (type == null || query.fitsType(type))) {
        keys.add(entry.key().toString());
      }
    }
    Map<String, Listed> records = read.apply(keys);
    return keys.stream().map(records::get).flatMap(Stream::ofNullable).filter(query::fits).toList();
  }
}
