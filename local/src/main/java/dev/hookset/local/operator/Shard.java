package dev.hookset.local.operator;

import dev.hookset.EventKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One partition of an index, from its newest entry on, or from its oldest. */
final class Shard implements Iterator<Shard.Entry> {
  /** An entry of an index; {@code type} is null where the index does not hold it. */
  record Entry(EventKey key, Instant time, @Nullable String type) {}

  private final Iterator<List<Entry>> pages;
  private final Deque<Entry> read = new ArrayDeque<>();

  /** Creates it of its pages, of which each is asked for when it is needed. */
  Shard(Iterator<List<Entry>> pages) {
    this.pages = pages;
  }

  /** The time of the next entry; only after {@link #hasNext} has said that there is one. */
  Instant head() {
    return read.element().time();
  }

  @Override
  public boolean hasNext() {
    while (read.isEmpty() && pages.hasNext()) {
      read.addAll(pages.next());
    }
    return !read.isEmpty();
  }

  @Override
  public Entry next() {
    return read.remove();
  }
}
