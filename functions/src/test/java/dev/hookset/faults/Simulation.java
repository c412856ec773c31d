package dev.hookset.faults;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.faults.Point.Call;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import dev.hookset.receive.Subscription;
import dev.hookset.relay.Relay;
import dev.hookset.signing.Verifier;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Handler;
import dev.hookset.work.Margins;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * One sender, one inbox, one queue, and the processes between them, until nothing more happens. One
 * process runs at a time and every one of them is new, so that a run goes the same way each time.
 */
final class Simulation {
  static final Duration WORKER_TIMEOUT = Duration.ofMinutes(1);
  static final Margins WORKER_MARGINS =
      new Margins(Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(5));
  static final Duration RELAY_STOP_MARGIN = Duration.ofSeconds(12);
  static final Duration RETENTION = Duration.ofDays(30);

  private static final Duration RELAY_INTERVAL = Duration.ofMinutes(1);
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final int FAILURES = 4;
  private static final int FAILURES_OF_THE_NEWER = 2;
  private static final Duration EARLIER = Duration.ofSeconds(30);
  private static final int MORE_THAN_A_BATCH = 11;
  private static final int STEPS_OF_A_RUN_THAT_NEVER_ENDS = 10_000;

  /** What happens to the events of a run, besides deaths. */
  enum Path {
    HANDLED("delivered, worked on"),
    DUPLICATED("delivered twice, every message doubled"),
    CONFLICTING("other bytes under the same ID"),
    ABANDONED("the sender never tries again"),
    LEFT_BEHIND("eleven events, the queue refuses the first pushes, the relay delivers"),
    TRIED_AGAIN("the second handler fails four times"),
    EXHAUSTED("the second handler kills its worker until the attempts are used up, then a replay"),
    FAILED_AND_REPLAYED("the second handler fails for good, then a replay"),
    DONE_AND_REPLAYED("handled, then replayed all the same"),
    OUT_OF_ORDER("latest wins: the older of two events of a subject comes second"),
    FAILS_MEANWHILE("latest wins: the older is handled while the newer fails twice");

    private final String words;

    Path(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    private int maxAttempts() {
      return this == EXHAUSTED ? 2 : Lifecycle.DEFAULT_MAX_ATTEMPTS;
    }

    private boolean isOfOneSubject() {
      return this == OUT_OF_ORDER || this == FAILS_MEANWHILE;
    }

    private boolean hasReplay() {
      return this == EXHAUSTED || this == FAILED_AND_REPLAYED || this == DONE_AND_REPLAYED;
    }
  }

  /**
   * What came of a run.
   *
   * @param passed the points, in the order in which they were passed
   * @param deaths those at which a process died
   * @param events how many events were accepted, or recorded and then not tried again
   * @param lost what is missing, or was noted wrongly, in words
   * @param doubledInWindow how many effects came once too often after a death between an effect and
   *     its note
   * @param doubledElsewhere effects that came too often without such a death, in words
   * @param sweeps how many sweeps the relay made
   */
  record Outcome(
      List<Point> passed,
      List<Point> deaths,
      int events,
      List<String> lost,
      int doubledInWindow,
      List<String> doubledElsewhere,
      int sweeps) {}

  private final Sender sender;
  private final Path path;
  private final Set<Integer> deathsAt;
  private final boolean hasRelay;

  private final InMemoryInbox store = new InMemoryInbox(RETENTION);
  private final SimulatedQueue queue = new SimulatedQueue(this::now);
  private final Map<String, Integer> effects = new ConcurrentHashMap<>();
  private final Map<String, EventKey> lastHandled = new ConcurrentHashMap<>();
  private final List<Sender.Outgoing> events;
  private final List<EventKey> accepted = new ArrayList<>();
  private final List<Point> passed = new ArrayList<>();
  private final List<Point> deaths = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private volatile Instant now;
  private Instant lastSweep;
  private int sweeps;
  private int invocations;
  private int failures;
  private boolean repaired;
  private boolean replayed;

  /**
   * Prepares a run.
   *
   * @param deathsAt at which points a process dies, counted from 0 over all processes
   * @param hasRelay whether there is a relay
   */
  Simulation(Sender sender, Path path, Set<Integer> deathsAt, boolean hasRelay) {
    this.sender = sender;
    this.path = path;
    this.deathsAt = deathsAt;
    this.hasRelay = hasRelay;
    this.now = sender.start();
    this.lastSweep = now;
    Sender.Outgoing first = sender.event(0);
    int shard = Lifecycle.shard(first.key());
    this.events =
        path.isOfOneSubject()
            ? List.of(first, sender.event(inShard(shard), EARLIER))
            : path == Path.LEFT_BEHIND
                ? IntStream.iterate(0, i -> i + 1)
                    .mapToObj(sender::event)
                    .filter(event -> Lifecycle.shard(event.key()) == shard)
                    .limit(MORE_THAN_A_BATCH)
                    .toList()
                : List.of(first);
  }

  /** Returns the number of an event whose record is in the first one's shard. */
  private int inShard(int shard) {
    return IntStream.iterate(1, i -> i + 1)
        .filter(i -> Lifecycle.shard(sender.event(i, EARLIER).key()) == shard)
        .findFirst()
        .orElseThrow();
  }

  private record Task(Instant at, Runnable work) {}

  /** A process: passes points until it dies. */
  private final class Mortal implements Points {
    private final FaultyPorts ports = new FaultyPorts(this, shard());
    private final Inbox inbox = ports.inbox(store);
    private boolean dead;

    @Override
    public void pass(Point point) {
      synchronized (deaths) {
        if (dead) {
          throw new Killed();
        }
        passed.add(point);
        if (deathsAt.contains(passed.size() - 1)) {
          deaths.add(point);
          throw die();
        }
      }
    }

    Killed die() {
      synchronized (deaths) {
        dead = true;
      }
      return new Killed();
    }

    /** Does {@code work} and returns whether the process lived to its end. */
    boolean lives(Runnable work) {
      try {
        work.run();
        return true;
      } catch (Killed e) {
        return false;
      } catch (IllegalStateException e) {
        // From the threads of a worker or a relay.
        synchronized (deaths) {
          if (dead) {
            return false;
          }
        }
        throw e;
      }
    }
  }

  private int shard() {
    return Lifecycle.shard(events.getFirst().key());
  }

  private Instant now() {
    return now;
  }

  private void at(Instant time, Runnable work) {
    tasks.add(new Task(time, work));
  }

  /** Runs until nothing more happens. */
  Outcome run() {
    if (path == Path.DUPLICATED) {
      queue.doubleAll();
    }
    if (path == Path.LEFT_BEHIND) {
      queue.refuse(MORE_THAN_A_BATCH);
    }
    for (Sender.Outgoing event : events) {
      // The older of two comes so much later that the newer one has had its first attempt.
      Instant sent =
          path.isOfOneSubject() && event.equals(events.getLast()) ? now.plusSeconds(1) : now;
      at(sent, () -> send(event.body(), event.key(), 0));
    }
    if (path == Path.DUPLICATED || path == Path.CONFLICTING) {
      Sender.Outgoing event = events.getFirst();
      Body body = path == Path.DUPLICATED ? event.body() : Body.ofUtf8(event.body().utf8() + "\n");
      at(now.plusSeconds(1), () -> send(body, event.key(), 0));
    }
    for (int steps = 0; step(); steps++) {
      if (steps == STEPS_OF_A_RUN_THAT_NEVER_ENDS) {
        throw new AssertionError(path + " does not come to rest: " + store.all());
      }
    }
    return outcome();
  }

  /** Lets the next thing happen, if there is one. */
  private boolean step() {
    Optional<Task> task = tasks.stream().min(Comparator.comparing(Task::at));
    Optional<Instant> message = queue.nextVisible();
    Optional<Instant> sweep = nextSweep();
    Instant never = Instant.MAX;
    Instant next =
        min(task.map(Task::at).orElse(never), min(message.orElse(never), sweep.orElse(never)));
    if (next.equals(never)) {
      if (!path.hasReplay() || replayed) {
        return false;
      }
      repaired = true;
      at(now.plus(Duration.ofMinutes(10)), this::replay);
      return true;
    }
    if (next.isAfter(now)) {
      now = next;
    }
    if (task.isPresent() && task.get().at().equals(next)) {
      tasks.remove(task.get());
      task.get().work().run();
    } else if (message.isPresent() && message.get().equals(next)) {
      queue.receive().ifPresent(this::work);
    } else {
      sweep();
    }
    return true;
  }

  private static Instant min(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private Optional<Instant> nextSweep() {
    return store.all().stream()
        .filter(found -> hasRelay && !found.status().isFinal())
        .flatMap(found -> Optional.ofNullable(found.dueAt()).stream())
        .min(Comparator.naturalOrder())
        .map(
            due ->
                due.isAfter(lastSweep.plus(RELAY_INTERVAL)) ? due : lastSweep.plus(RELAY_INTERVAL));
  }

  private void send(Body body, EventKey key, int attempt) {
    List<Reply> answers = new ArrayList<>();
    Mortal process = new Mortal();
    process.lives(() -> receive(process, body, answers::add));
    if (!answers.isEmpty() && answers.getFirst().status() / 100 == 2) {
      accepted.add(key);
    } else if (path != Path.ABANDONED && attempt < sender.waits().size()) {
      at(now.plus(sender.waits().get(attempt)), () -> send(body, key, attempt + 1));
    }
  }

  private void receive(Mortal process, Body body, Consumer<Reply> answer) {
    Receiver receiver =
        new Receiver(
            sender.provider(),
            new Verifier(sender.provider().scheme(), sender::keys, TOLERANCE, 4 << 20, this::now),
            process.inbox,
            process.ports.queue(queue),
            new Subscription("", null),
            RETENTION.minusDays(1),
            _ -> {});
    Reply reply = receiver.receive(sender.delivery(body, now), "trace");
    process.ports.around(Call.ANSWER, () -> answer.accept(reply));
  }

  private void work(SimulatedQueue.Receipt receipt) {
    Mortal process = new Mortal();
    Worker worker =
        new Worker(
            process.inbox,
            (pointer, wait) -> process.ports.postpone(queue, pointer, wait),
            routes(process),
            path.maxAttempts(),
            WORKER_MARGINS,
            this::now,
            pause -> now = now.plus(pause),
            _ -> {},
            new CapturedLog());
    invocations++;
    process.lives(
        () -> {
          List<String> comeBack =
              worker.work(
                  List.of(receipt.message()),
                  "invocation " + invocations,
                  now.plus(WORKER_TIMEOUT));
          process.ports.around(
              Call.ANSWER,
              () -> {
                if (!comeBack.contains(receipt.message().id())) {
                  receipt.delete();
                }
              });
        });
  }

  private Routes routes(Mortal process) {
    String provider = sender.provider().name();
    Handler first =
        process.ports.handler(
            "first",
            (event, _) -> {
              failIfNewer(event);
              effect(event, "first");
            });
    Handler second =
        process.ports.handler(
            "second",
            (event, _) -> {
              failIfTold(process);
              effect(event, "second");
            });
    Routes.Builder routes = Routes.builder().on(provider, "*", "first", first);
    if (path.isOfOneSubject()) {
      routes.latest(_ -> "subject");
    }
    routes.on(provider, "*", "second", second);
    if (path.isOfOneSubject()) {
      routes.latest(_ -> "subject");
    }
    return routes.build();
  }

  private void effect(Event event, String handler) {
    effects.merge(event.key() + " " + handler, 1, Integer::sum);
    lastHandled.put(handler, event.key());
  }

  private void failIfNewer(Event event) {
    if (path == Path.FAILS_MEANWHILE
        && event.key().equals(events.getFirst().key())
        && failures < FAILURES_OF_THE_NEWER) {
      failures++;
      throw new IllegalStateException("told to fail");
    }
  }

  private void failIfTold(Mortal process) throws PermanentFailure {
    switch (path) {
      case TRIED_AGAIN -> {
        if (failures < FAILURES) {
          failures++;
          throw new IllegalStateException("told to fail");
        }
      }
      case EXHAUSTED -> {
        if (!repaired) {
          throw process.die();
        }
      }
      case FAILED_AND_REPLAYED -> {
        if (!repaired) {
          throw new PermanentFailure("told to fail for good");
        }
      }
      case HANDLED,
          DUPLICATED,
          CONFLICTING,
          ABANDONED,
          LEFT_BEHIND,
          DONE_AND_REPLAYED,
          OUT_OF_ORDER,
          FAILS_MEANWHILE -> {}
    }
  }

  private void sweep() {
    lastSweep = now;
    sweeps++;
    Mortal process = new Mortal();
    Relay relay =
        new Relay(process.inbox, process.ports.queue(queue), RELAY_STOP_MARGIN, this::now);
    process.lives(() -> relay.sweep(now.plusSeconds(55)));
  }

  /** The operator's command; run once more if it did not come to its end. */
  private void replay() {
    Mortal process = new Mortal();
    boolean lived =
        process.lives(
            () -> {
              for (Sender.Outgoing event : events) {
                InboxRecord found = process.inbox.find(event.key()).orElseThrow();
                if (found.status().isFinal()
                    && found.replays() == 0
                    && process.inbox.replay(found, now)) {
                  process.ports.queue(queue).push(Pointer.to(event.key()), Duration.ZERO);
                }
              }
            });
    if (lived) {
      replayed = true;
    } else {
      at(now.plus(Duration.ofMinutes(1)), this::replay);
    }
  }

  /** Returns where the events stand, in order. */
  List<Status> statuses() {
    return events.stream().map(event -> store.find(event.key()).orElseThrow().status()).toList();
  }

  private Outcome outcome() {
    List<String> lost = new ArrayList<>();
    Set<String> tooOften = new TreeSet<>();
    int wanted = path == Path.DONE_AND_REPLAYED ? 2 : 1;
    int excess = 0;
    int count = 0;
    for (Sender.Outgoing event : events) {
      Optional<InboxRecord> found = store.find(event.key());
      if (path == Path.ABANDONED && found.isEmpty() && !accepted.contains(event.key())) {
        continue;
      }
      count++;
      Status status = found.map(InboxRecord::status).orElse(null);
      boolean isSuperseded =
          path.isOfOneSubject() && event.equals(events.getLast()) && status == Status.SUPERSEDED;
      if (status != Status.DONE && !isSuperseded) {
        lost.add(event.key() + " is " + status);
      }
      found.stream()
          .flatMap(record -> Histories.contradictions(record, path.maxAttempts()).stream())
          .forEach(contradiction -> lost.add(event.key() + " " + contradiction));
      for (String handler : List.of("first", "second")) {
        String name = event.key() + " " + handler;
        int times = effects.getOrDefault(name, 0);
        if (path.isOfOneSubject() && !events.getFirst().key().equals(lastHandled.get(handler))) {
          lost.add(handler + " has handled " + lastHandled.get(handler) + " last");
        }
        if (times < wanted && !isSuperseded) {
          lost.add(name + " had its effect " + times + " times");
        } else if (times > wanted) {
          excess += times - wanted;
          tooOften.add(name + " had its effect " + times + " times");
        }
      }
    }
    if (path == Path.CONFLICTING) {
      count++;
      long kept =
          store.all().stream().filter(found -> found.status() == Status.QUARANTINED).count();
      if (kept != 1) {
        lost.add(kept + " conflicting copies");
      }
    }
    long inWindow = deaths.stream().filter(Point::isBetweenEffectAndNote).count();
    boolean isAdmitted = excess <= inWindow;
    return new Outcome(
        List.copyOf(passed),
        List.copyOf(deaths),
        count,
        lost,
        isAdmitted ? excess : 0,
        isAdmitted ? List.of() : List.copyOf(tooOften),
        sweeps);
  }
}
