package dev.hookset.janitor;

import dev.hookset.EventKey;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.UnreadableRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Deletes the bodies that no record refers to any more: those of records that have expired, those
 * of a crash between a body and its record, and those of duplicates.
 *
 * <p>Each sweep looks at one slice of the store, the next one a step of the clock later, so that no
 * sweep takes long and each body is looked at once in {@link #WHOLE_PASS}. It asks for the record
 * itself rather than follow the table's deletions: what one sweep misses the next one finds.
 *
 * <p>A body that was stored within the last day is left alone, whatever the inbox says: its record
 * may be on its way. An older one gets no new record any more, because the day of receipt is a part
 * of its name.
 *
 * <p>Safe to share between threads.
 */
public final class Janitor {
  /** How long one slice is the one to sweep; a sweep must come at least as often. */
  public static final Duration STEP = Duration.ofMinutes(15);

  /** In which time all slices are swept. */
  public static final Duration WHOLE_PASS = STEP.multipliedBy(BodyStore.SLICES);

  private static final Duration GRACE = Duration.ofDays(1);

  /** After so many bodies that could not be asked about, the store is taken to be down. */
  private static final int MOST_OUTAGES = 3;

  private final List<String> providers;
  private final Inbox inbox;
  private final BodyStore bodies;
  private final Duration stopMargin;
  private final InstantSource clock;

  /**
   * Creates a janitor.
   *
   * @param providers the names of all providers
   * @param inbox where the records are
   * @param bodies where the bodies are
   * @param stopMargin how long before its deadline a sweep ends
   * @param clock our clock
   */
  public Janitor(
      List<String> providers,
      Inbox inbox,
      BodyStore bodies,
      Duration stopMargin,
      InstantSource clock) {
    this.providers = List.copyOf(providers);
    this.inbox = Objects.requireNonNull(inbox, "inbox");
    this.bodies = Objects.requireNonNull(bodies, "bodies");
    this.stopMargin = Objects.requireNonNull(stopMargin, "stopMargin");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * What a sweep did.
   *
   * @param kept how many bodies have their record, or may still get it
   * @param deleted how many had none
   * @param finished whether the slice was swept to its end before the deadline
   * @param unreadable which bodies were kept because it cannot be told whether they are wanted, and
   *     why
   */
  public record Sweep(int kept, int deleted, boolean finished, List<String> unreadable) {
    /** Copies the list. */
    public Sweep {
      unreadable = List.copyOf(unreadable);
    }

    /** Creates one that could judge every body. */
    public Sweep(int kept, int deleted, boolean finished) {
      this(kept, deleted, finished, List.of());
    }
  }

  /**
   * Sweeps the slice whose turn it is, until the deadline is near.
   *
   * @throws InboxUnavailable if the inbox or the store did not answer about a body, when the others
   *     were looked at; what was not looked at is looked at in the next pass
   */
  public Sweep sweep(Instant deadline) {
    long step = clock.instant().getEpochSecond() / STEP.toSeconds();
    return sweep((int) Math.floorMod(step, (long) BodyStore.SLICES), deadline);
  }

  /** Sweeps one slice, as {@link #sweep(Instant)} does. */
  Sweep sweep(int slice, Instant deadline) {
    int kept = 0;
    int deleted = 0;
    List<String> unreadable = new ArrayList<>();
    List<InboxUnavailable> outages = new ArrayList<>();
    for (String provider : providers) {
      Iterator<BodyStore.Stored> stored = bodies.slice(provider, slice);
      while (stored.hasNext()) {
        if (clock.instant().isAfter(deadline.minus(stopMargin))) {
          return new Sweep(kept, deleted, false, unreadable);
        }
        BodyStore.Stored next = stored.next();
        try {
          if (isWanted(next)) {
            kept++;
          } else {
            bodies.delete(next.name());
            deleted++;
          }
        } catch (UnreadableRecord e) {
          kept++;
          unreadable.add(next.name() + ": " + e.getMessage());
        } catch (InboxUnavailable e) {
          // It may be this one alone: an object with a key of somebody else's answers nobody.
          kept++;
          outages.add(e);
          if (outages.size() == MOST_OUTAGES) {
            throw e;
          }
        }
      }
    }
    if (!outages.isEmpty()) {
      throw outages.getFirst();
    }
    return new Sweep(kept, deleted, true, unreadable);
  }

  private boolean isWanted(BodyStore.Stored stored) {
    if (stored.storedAt().plus(GRACE).isAfter(clock.instant())) {
      return true;
    }
    // What does not say whose it is was not stored by us, and is not ours to delete.
    Optional<EventKey> owner = bodies.owner(stored.name());
    return owner.isEmpty()
        || inbox
            .find(owner.get())
            .map(record -> stored.name().equals(record.overflow()))
            .orElse(false);
  }
}
