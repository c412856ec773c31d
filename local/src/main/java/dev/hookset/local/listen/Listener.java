package dev.hookset.local.listen;

import dev.hookset.EventKey;
import dev.hookset.TypePattern;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Arrival;
import dev.hookset.local.operator.ParallelCalls;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Plays what has come to a stack, in the order of its receipt, and notes how far it came. What
 * fails on the way flies, and the next look plays the rest: an event is noted only when it is safe
 * here. Not safe to share between threads.
 */
public final class Listener {
  /** How many are read from the source at the same time. */
  private static final int BATCH = 20;

  private final Source source;
  private final LocalCopies copies;
  private final Bookmarks bookmarks;
  private final @Nullable TypePattern type;
  private final InstantSource clock;
  private Bookmark bookmark;

  /**
   * Creates a listener; calls nothing.
   *
   * @param type which types are played; null for all
   * @param bookmark from where on
   * @param clock our clock, which tells how long a look takes
   */
  public Listener(
      Source source,
      LocalCopies copies,
      Bookmarks bookmarks,
      @Nullable TypePattern type,
      Bookmark bookmark,
      InstantSource clock) {
    this.source = Objects.requireNonNull(source, "source");
    this.copies = Objects.requireNonNull(copies, "copies");
    this.bookmarks = Objects.requireNonNull(bookmarks, "bookmarks");
    this.type = type;
    this.bookmark = Objects.requireNonNull(bookmark, "bookmark");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * What became of an event.
   *
   * @param arrival what came
   * @param outcome what was done here
   * @param detail what is to be said about it; null for nothing
   */
  public record Played(Arrival arrival, Outcome outcome, @Nullable String detail) {}

  /** An event as it was read, or why it was not. */
  private record Reading(@Nullable Copy copy, Outcome otherwise, @Nullable String detail) {}

  /**
   * Plays all that is there and was not played yet.
   *
   * @param told is told of each
   * @throws IOException if the bookmark cannot be written
   */
  public void look(Consumer<Played> told) throws IOException {
    Instant begun = clock.instant();
    Iterator<Arrival> arrivals = source.arrivals(bookmark.from());
    while (arrivals.hasNext()) {
      List<Arrival> batch = new ArrayList<>();
      Map<EventKey, Instant> passed = new HashMap<>();
      while (batch.size() < BATCH && arrivals.hasNext() && passed.size() < BATCH * BATCH) {
        Arrival next = arrivals.next();
        if (bookmark.hasPlayed(next.key())) {
          continue;
        }
        passed.put(next.key(), next.receivedAt());
        if (type == null || type.matches(next.type())) {
          batch.add(next);
        }
      }
      if (!passed.isEmpty()) {
        List<Played> played = play(batch);
        bookmark = bookmark.with(passed, Duration.between(begun, clock.instant()).abs());
        bookmarks.write(bookmark);
        played.forEach(told);
      }
    }
  }

  private List<Played> play(List<Arrival> batch) {
    List<Reading> readings =
        ParallelCalls.call(
            batch.stream().<Callable<Reading>>map(arrival -> () -> read(arrival)).toList());
    List<Copy> whole =
        readings.stream()
            .map(Reading::copy)
            .flatMap(copy -> Optional.ofNullable(copy).stream())
            .toList();
    Iterator<Outcome> outcomes = copies.play(whole).iterator();
    List<Played> played = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Reading reading = readings.get(i);
      played.add(
          new Played(
              batch.get(i),
              reading.copy() == null ? reading.otherwise() : outcomes.next(),
              reading.detail()));
    }
    return played;
  }

  private Reading read(Arrival arrival) {
    try {
      return source
          .read(arrival.key())
          .map(copy -> new Reading(copy, Outcome.PLAYED, null))
          .orElseGet(() -> new Reading(null, Outcome.GONE, "its record has expired"));
    } catch (BodyLost e) {
      return new Reading(null, Outcome.GONE, e.getMessage());
    } catch (UnreadableRecord e) {
      return new Reading(null, Outcome.UNREADABLE, e.getMessage());
    }
  }
}
