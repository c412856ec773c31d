package dev.hookset.local.listen;

import dev.hookset.EventKey;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.local.operator.Arrival;
import dev.hookset.local.operator.Records;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The records of a stack. Safe to share between threads. */
public final class StackSource implements Source {
  private final Records records;
  private final Inbox inbox;
  private final List<String> providers;

  /**
   * Creates a source; calls nothing.
   *
   * @param records lists what came
   * @param inbox reads it
   * @param providers whose events are played
   */
  public StackSource(Records records, Inbox inbox, List<String> providers) {
    this.records = Objects.requireNonNull(records, "records");
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.providers = List.copyOf(providers);
  }

  @Override
  public Iterator<Arrival> arrivals(Instant from) {
    return records.arrivals(providers, from);
  }

  @Override
  public Optional<Copy> read(EventKey key) throws BodyLost {
    Optional<InboxRecord> found = inbox.find(key);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(Copy.of(found.get(), inbox.body(found.get())));
  }
}
