package dev.hookset.inbox;

import dev.hookset.EventKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** A body store that lasts as long as the test does. Safe to share between threads. */
public final class InMemoryBodyStore implements BodyStore {
  private final InstantSource clock;
  private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

  /**
   * Creates an empty store.
   *
   * @param clock says when something is stored
   */
  public InMemoryBodyStore(InstantSource clock) {
    this.clock = clock;
  }

  private static final class Entry {
    private final EventKey owner;
    private final byte[] bytes;
    private final Instant storedAt;

    Entry(EventKey owner, byte[] bytes, Instant storedAt) {
      this.owner = owner;
      this.bytes = bytes.clone();
      this.storedAt = storedAt;
    }
  }

  @Override
  public void put(String name, EventKey owner, byte[] bytes) {
    entries.put(name, new Entry(owner, bytes, clock.instant()));
  }

  @Override
  public Optional<byte[]> get(String name) {
    return Optional.ofNullable(entries.get(name)).map(entry -> entry.bytes.clone());
  }

  @Override
  public Iterator<Stored> slice(String provider, int slice) {
    String prefix = String.format(Locale.ROOT, "%s/%02x", provider, slice);
    return entries.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> new Stored(entry.getKey(), entry.getValue().storedAt))
        .iterator();
  }

  @Override
  public Optional<EventKey> owner(String name) {
    @Nullable Entry entry = entries.get(name);
    return entry == null ? Optional.empty() : Optional.of(entry.owner);
  }

  @Override
  public void delete(String name) {
    entries.remove(name);
  }

  /** Returns the names of all that is stored. */
  public Iterable<String> names() {
    return entries.keySet();
  }
}
