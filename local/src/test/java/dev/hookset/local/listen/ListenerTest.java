package dev.hookset.local.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.TypePattern;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.operator.Arrival;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.QueueUnavailable;
import dev.hookset.receive.WorkQueue;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plays what a source tells of late, out of order and with failures in between. {@code
 * -Dhookset.interleavings} says in how many drawn orders, {@code -Dhookset.seed} which is the
 * first.
 */
final class ListenerTest {
  private static final int RUNS = Integer.getInteger("hookset.interleavings", 150);
  private static final long FIRST_SEED = Long.getLong("hookset.seed", 1);
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final int PARTITIONS = 3;
  private static final int PAGE = 2;
  private static final Duration RETENTION = Duration.ofDays(30);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path state;

  /** A stack whose index lags, and a local one; either may fail at any call. */
  private final class World implements Source {
    private final Random random;
    private final int faultPercent;
    private final Inbox there = new InMemoryInbox(RETENTION);
    private final Inbox here = new InMemoryInbox(RETENTION);
    private final InMemoryWorkQueue queue = new InMemoryWorkQueue(this::now);
    private final Map<EventKey, Instant> seenFrom = new HashMap<>();
    private final List<Arrival> sent = new ArrayList<>();
    private final Map<EventKey, Integer> handled = new HashMap<>();
    private Instant now = NOON;
    private boolean isLively;

    World(long seed, int faultPercent) {
      this.random = new Random(seed);
      this.faultPercent = faultPercent;
    }

    Instant now() {
      return now;
    }

    /** An event comes; it is in the index only after a while. */
    void send(Duration lag) {
      String id = "evt_" + sent.size();
      EventKey key = new EventKey("lucid", id);
      Event event =
          new Event(key, "budget.warning", now, null, Body.ofUtf8("{\"id\":\"" + id + "\"}"));
      there.record(new NewRecord(event, now, Status.RECEIVED, Map.of(), null));
      seenFrom.put(key, now.plus(lag));
      sent.add(new Arrival(key, now, event.type()));
    }

    /** Reads its partitions page by page, while time goes on and more comes. */
    @Override
    public Iterator<Arrival> arrivals(Instant from) {
      List<Partition> partitions = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new Partition(i, from));
      }
      partitions.forEach(Partition::fill);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return partitions.stream().anyMatch(each -> !each.page.isEmpty());
        }

        @Override
        public Arrival next() {
          Partition oldest =
              partitions.stream()
                  .filter(each -> !each.page.isEmpty())
                  .min(Comparator.comparing(each -> each.page.element().receivedAt()))
                  .orElseThrow();
          Arrival next = oldest.page.remove();
          passTime();
          oldest.fill();
          return next;
        }
      };
    }

    private void passTime() {
      if (isLively && random.nextInt(3) == 0) {
        now = now.plusMillis(random.nextInt(40_000));
        send(lag());
      }
    }

    private Duration lag() {
      return Duration.ofMillis(random.nextInt((int) Bookmark.LOOK_BACK.toMillis()));
    }

    /** A part of the index, read in small pages from its oldest entry on. */
    private final class Partition {
      private final int number;
      private final Instant from;
      private final Deque<Arrival> page = new ArrayDeque<>();
      private @Nullable Arrival last;
      private boolean ended;

      Partition(int number, Instant from) {
        this.number = number;
        this.from = from;
      }

      void fill() {
        if (ended || !page.isEmpty()) {
          return;
        }
        fail();
        Comparator<Arrival> order =
            Comparator.comparing(Arrival::receivedAt).thenComparing(each -> each.key().eventId());
        sent.stream()
            .filter(each -> Math.floorMod(each.key().hashCode(), PARTITIONS) == number)
            .filter(each -> !each.receivedAt().isBefore(from))
            .filter(each -> !seenFrom.getOrDefault(each.key(), NOON).isAfter(now))
            .filter(each -> last == null || order.compare(each, last) > 0)
            .sorted(order)
            .limit(PAGE)
            .forEach(page::add);
        ended = page.size() < PAGE;
        last = page.isEmpty() ? last : page.peekLast();
      }
    }

    @Override
    public Optional<Copy> read(EventKey key) {
      synchronized (this) {
        fail();
      }
      return there.find(key).map(found -> Copy.of(found, Objects.requireNonNull(found.body())));
    }

    private void fail() {
      if (random.nextInt(100) < faultPercent) {
        throw new InboxUnavailable("drawn", new IOException("drawn"));
      }
    }

    /** Fails before a call or behind it, so that nobody knows whether it was done. */
    private <T> T failing(Class<T> port, T target, RuntimeException fault) {
      return port.cast(
          Proxy.newProxyInstance(
              port.getClassLoader(),
              new Class<?>[] {port},
              (_, method, arguments) -> {
                synchronized (this) {
                  if (random.nextInt(100) < faultPercent) {
                    throw fault;
                  }
                  Object result;
                  try {
                    result = method.invoke(target, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                  if (random.nextInt(100) < faultPercent) {
                    throw fault;
                  }
                  return result;
                }
              }));
    }

    LocalCopies copies(boolean again) {
      return new LocalCopies(
          failing(Inbox.class, here, new InboxUnavailable("drawn", new IOException("drawn"))),
          failing(WorkQueue.class, queue, new QueueUnavailable("drawn", new IOException("drawn"))),
          "prod",
          again,
          this::now);
    }

    /** Does what a worker does with all that is in the queue. */
    void work() {
      for (EventKey key : queue.receive()) {
        if (here.claim(
                key, new ClaimTerms("w" + handled.size(), now, now.plusSeconds(60), 9, false))
            instanceof Claim.Granted granted) {
          handled.merge(key, 1, Integer::sum);
          here.settle(granted.claimed(), new Settlement.Done(null), now);
        }
      }
    }

    List<EventKey> pushed() {
      return queue.pushed().stream().map(InMemoryWorkQueue.Push::pointer).distinct().toList();
    }
  }

  private Bookmarks bookmarks(String of) {
    return new Bookmarks(state, of);
  }

  private Bookmark kept(String of) throws IOException {
    return Objects.requireNonNull(bookmarks(of).read(), of);
  }

  private Listener listener(World world, String of, boolean again) throws IOException {
    Bookmark kept = bookmarks(of).read();
    return new Listener(
        world,
        world.copies(again),
        bookmarks(of),
        null,
        kept == null ? Bookmark.at(NOON.minusSeconds(1)) : kept,
        world::now);
  }

  private static void look(Listener listener) throws IOException {
    try {
      listener.look(_ -> {});
    } catch (InboxUnavailable | LocalStackAway e) {
      // Drawn; the next look plays the rest.
    }
  }

  // An event that is in the index only after a newer one was played would be missed, and one that
  // is
  // looked at twice would be handled twice.
  @Test
  void events_inAnyOrderOfLagsFailuresAndRestarts_areEachHandledOnce() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      World world = new World(seed, 2);
      world.isLively = true;
      Random random = new Random(~seed);
      Listener listener = listener(world, "seed " + seed, false);
      for (int step = 0; step < 120; step++) {
        switch (random.nextInt(6)) {
          case 0, 1 -> world.send(world.lag());
          case 2 -> world.now = world.now.plusMillis(random.nextInt(40_000));
          case 3 -> look(listener);
          case 4 -> world.work();
          default -> {
            if (random.nextInt(4) == 0) {
              listener = listener(world, "seed " + seed, false); // The process was killed.
            }
          }
        }
      }
      world.isLively = false;
      world.now = world.now.plus(Bookmark.LOOK_BACK);
      for (int i = 0; i < 400 && world.handled.size() < world.sent.size(); i++) {
        look(listener);
        world.work();
      }
      look(listener);
      world.work();

      Map<EventKey, Integer> once = new HashMap<>();
      world.sent.forEach(each -> once.put(each.key(), 1));
      assertEquals(once, world.handled, "-Dhookset.interleavings=1 -Dhookset.seed=" + seed);
    }
  }

  @Test
  void events_thatAreSeenAtOnce_arePushedInTheOrderOfTheirReceipt() throws IOException {
    World world = new World(1, 0);
    for (int i = 0; i < 70; i++) {
      world.send(Duration.ZERO);
      world.now = world.now.plusMillis(1 + i % 7);
    }
    List<Outcome> outcomes = new ArrayList<>();
    List<EventKey> told = new ArrayList<>();

    listener(world, "order", false)
        .look(
            played -> {
              outcomes.add(played.outcome());
              told.add(played.arrival().key());
            });

    List<EventKey> inOrder =
        world.sent.stream()
            .sorted(Comparator.comparing(Arrival::receivedAt))
            .map(Arrival::key)
            .toList();
    assertEquals(70, told.size());
    assertEquals(inOrder, told);
    assertEquals(inOrder, world.pushed());
    assertEquals(List.of(Outcome.PLAYED), outcomes.stream().distinct().toList());
  }

  @Test
  void event_ofAnotherListen_isHandledAgainOnlyWhenTold() throws IOException {
    World world = new World(1, 0);
    world.send(Duration.ZERO);
    look(listener(world, "first", false));
    world.work();
    Map<String, Outcome> outcomes = new HashMap<>();

    listener(world, "second", false).look(each -> outcomes.put("second", each.outcome()));
    world.work();
    assertEquals(1, world.handled.get(world.sent.getFirst().key()));
    listener(world, "third", true).look(each -> outcomes.put("third", each.outcome()));
    world.work();

    assertEquals(2, world.handled.get(world.sent.getFirst().key()));
    assertEquals(Map.of("second", Outcome.ALREADY_HERE, "third", Outcome.PLAYED_AGAIN), outcomes);
  }

  // The queue fails behind the replay: the next look must push, and not replay once more.
  @Test
  void event_playedAgainAmongFailures_isHandledOnceMoreAndNotOften() throws IOException {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      World world = new World(seed, 0);
      world.send(Duration.ZERO);
      look(listener(world, "once " + seed, false));
      world.work();
      Listener again =
          new Listener(
              world,
              faulty(world, seed),
              bookmarks("again " + seed),
              null,
              Bookmark.at(NOON.minusSeconds(1)),
              world::now);
      for (int i = 0; i < 40; i++) {
        look(again);
        world.work();
      }

      assertEquals(2, world.handled.get(world.sent.getFirst().key()), "-Dhookset.seed=" + seed);
    }
  }

  private LocalCopies faulty(World world, long seed) {
    World faults = new World(seed, 15);
    return new LocalCopies(
        faults.failing(Inbox.class, world.here, new InboxUnavailable("drawn", new IOException())),
        faults.failing(
            WorkQueue.class, world.queue, new QueueUnavailable("drawn", new IOException())),
        "prod",
        true,
        world::now);
  }

  @Test
  void type_thatIsNotWanted_isPassedOverAndNotLookedAtAgain() throws IOException {
    World world = new World(1, 0);
    world.send(Duration.ZERO);
    List<Listener.Played> told = new ArrayList<>();

    new Listener(
            world,
            world.copies(false),
            bookmarks("type"),
            TypePattern.of("receipt.*"),
            Bookmark.at(NOON.minusSeconds(1)),
            world::now)
        .look(told::add);

    assertEquals(List.of(), told);
    assertTrue(kept("type").hasPlayed(world.sent.getFirst().key()), "noted");
  }

  @Test
  void bookmark_isForItsOwnerAlone_andHoldsNoMoreThanItLooksBack() throws IOException {
    World world = new World(1, 0);
    for (int i = 0; i < 30; i++) {
      world.send(Duration.ZERO);
      world.now = world.now.plusSeconds(10);
    }

    look(listener(world, "file", false));

    Bookmark kept = kept("file");
    assertEquals(13, kept.played().size(), "two minutes and the one at their start");
    assertEquals(world.sent.getLast().receivedAt().minus(Bookmark.LOOK_BACK), kept.from());
    try (Stream<Path> files = Files.list(state.resolve(Bookmarks.FOLDER))) {
      Path file = files.toList().getFirst();
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      Files.writeString(file, "{\"from\":");
    }
    assertNull(bookmarks("file").read(), "one that was damaged is none");
    assertNull(bookmarks("another").read(), "each filter has its own");
  }
}
