package dev.hookset.inbox;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What was done about an event since it was recorded, the oldest first. It is a note for people:
 * nothing is decided by it.
 *
 * <p>It is written by the steps that change the record anyway, and does not grow without end: each
 * attempt that ends and each replay leaves the last {@link #MOST_ENTRIES}; between two of those
 * there are no more entries than a record gets attempts, and one. A record that was written before
 * there were histories has none for that time.
 *
 * @param entries what was done
 */
public record History(List<Entry> entries) {
  /** How many entries are kept. */
  public static final int MOST_ENTRIES = 10;

  /** The longest error text in an entry, in bytes of UTF-8. */
  public static final int ERROR_BYTES = 200;

  /** Nothing was done yet. */
  public static final History NONE = new History(List.of());

  /** Copies the entries. */
  public History {
    entries = List.copyOf(entries);
  }

  /** Something that was done. */
  public sealed interface Entry {
    /** Returns when it was done, or begun. */
    Instant at();
  }

  /**
   * A worker has claimed the record.
   *
   * @param number which attempt this is since the event was recorded or last replayed, from 1
   * @param at when it began
   * @param pushes how often the relay had pushed the event for this attempt; 0 while it is not
   *     ended
   * @param end how it ended; null while it runs, and for ever if its worker never reported back
   */
  public record Attempt(int number, Instant at, int pushes, @Nullable End end) implements Entry {
    /** Checks that what must be there is there. */
    public Attempt {
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * How an attempt ended.
   *
   * @param at when
   * @param status where the record stood then; RECEIVED if it is to be tried again
   * @param error what went wrong, shortened; null if nothing did
   */
  public record End(Instant at, Status status, @Nullable String error) {
    /** Checks that what must be there is there. */
    public End {
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(status, "status");
    }
  }

  /**
   * No attempt was left.
   *
   * @param error what was noted, shortened
   */
  public record GivenUp(Instant at, String error) implements Entry {
    /** Checks that what must be there is there, and shortens the error. */
    public GivenUp {
      Objects.requireNonNull(at, "at");
      error = Lifecycle.shortened(error, ERROR_BYTES);
    }
  }

  /** Somebody has brought the event back to be handled again. */
  public record Replayed(Instant at) implements Entry {
    /** Checks that what must be there is there. */
    public Replayed {
      Objects.requireNonNull(at, "at");
    }
  }

  /** Returns this with {@code entry} behind the others. */
  public History with(Entry entry) {
    List<Entry> longer = new ArrayList<>(entries);
    longer.add(entry);
    return new History(longer);
  }

  /**
   * Returns this with the last attempt ended, or without it if it was none, and no more entries
   * than are kept.
   *
   * @param pushes how often the relay had pushed the event for it
   */
  public History ended(Settlement settlement, Instant at, int pushes) {
    if (entries.isEmpty()
        || !(entries.getLast() instanceof Attempt attempt)
        || attempt.end() != null) {
      return this;
    }
    if (settlement instanceof Settlement.Returned) {
      return new History(entries.subList(0, entries.size() - 1));
    }
    String error =
        switch (settlement) {
          case Settlement.Done _, Settlement.Superseded _, Settlement.Returned _ -> null;
          case Settlement.Retry retry -> retry.error();
          case Settlement.Failed failed -> failed.error();
        };
    End end =
        new End(
            at,
            settlement.status(),
            error == null ? null : Lifecycle.shortened(error, ERROR_BYTES));
    List<Entry> changed = new ArrayList<>(entries);
    changed.set(changed.size() - 1, new Attempt(attempt.number(), attempt.at(), pushes, end));
    return new History(changed).kept();
  }

  /** Returns this with a replay at {@code at}, and no more entries than are kept. */
  public History replayed(Instant at) {
    return with(new Replayed(at)).kept();
  }

  private History kept() {
    return entries.size() <= MOST_ENTRIES
        ? this
        : new History(entries.subList(entries.size() - MOST_ENTRIES, entries.size()));
  }
}
