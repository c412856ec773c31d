package dev.hookset.faults;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.faults.Point.Call;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import dev.hookset.receive.Subscription;
import dev.hookset.receive.WorkQueue;
import dev.hookset.relay.Relay;
import dev.hookset.signing.Verifier;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Handler;
import dev.hookset.work.HandlerContext;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Routes;
import dev.hookset.work.WatchedInbox;
import dev.hookset.work.Worker;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One drawn order of the steps of receivers, workers, relays and operators on a few records, with
 * deaths, stalls, an inbox that does not answer and a queue that loses and doubles.
 */
final class Interleaving {
  private static final int STEPS = 150;
  private static final int MAX_ATTEMPTS = 3;
  private static final int MOST_PROCESSES = 6;
  private static final int STEPS_OF_A_RUN_THAT_NEVER_ENDS = 2_000;
  private static final Duration RETENTION = Duration.ofHours(3);
  private static final Duration MAX_AGE = Duration.ofHours(2);
  private static final Duration RECEIVER_TIMEOUT = Duration.ofSeconds(9);
  private static final List<Duration> JUMPS =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(12),
          Duration.ofSeconds(70),
          Duration.ofMinutes(3),
          Duration.ofMinutes(7),
          Duration.ofMinutes(40));

  private final Random random;
  private final Sender sender;
  private final List<Sender.Outgoing> deliveries;
  private final int shard;
  private final InMemoryInbox store = new InMemoryInbox(RETENTION);
  private final SimulatedQueue queue = new SimulatedQueue(this::now);
  private final boolean oneSubject;
  private final Ledger ledger;
  private final List<Running> running = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final List<String> omissions = new ArrayList<>();
  private volatile Instant now;
  private volatile boolean calm;
  private int invocations;

  /**
   * Prepares a run.
   *
   * @param deliveries what may be delivered, all in one shard
   * @param oneSubject whether they are of one subject, of which the latest wins
   */
  Interleaving(long seed, Sender sender, List<Sender.Outgoing> deliveries, boolean oneSubject) {
    this.random = new Random(seed);
    this.oneSubject = oneSubject;
    this.ledger = new Ledger(store, this::now, MAX_ATTEMPTS, Set.of("first", "second"), oneSubject);
    this.sender = sender;
    this.deliveries = deliveries;
    this.shard = Lifecycle.shard(deliveries.getFirst().key());
    this.now = sender.start();
  }

  /** Returns two events with other bytes for each, all records of which are in one shard. */
  static List<Sender.Outgoing> deliveries(Sender sender) {
    Sender.Outgoing first =
        Stream.iterate(0, i -> i + 1)
            .map(sender::event)
            .filter(event -> isIn(Lifecycle.shard(event.key()), event))
            .findFirst()
            .orElseThrow();
    int shard = Lifecycle.shard(first.key());
    Sender.Outgoing second =
        Stream.iterate(0, i -> i + 1)
            .map(sender::event)
            .filter(event -> isIn(shard, event) && !event.key().equals(first.key()))
            .findFirst()
            .orElseThrow();
    return List.of(
        first, first, second, second, otherBytes(first, shard), otherBytes(second, shard));
  }

  /**
   * Of a record in another shard, the relay's thread for that one ran beside those that take turns,
   * rarely. Where other bytes come first, the event itself is a copy.
   */
  private static boolean isIn(int shard, Sender.Outgoing event) {
    return Lifecycle.shard(event.key()) == shard
        && Lifecycle.shard(copy(event.key(), event.body())) == shard;
  }

  /** Returns three events in one shard, the first the newest and the others of one time. */
  static List<Sender.Outgoing> inDisorder(Sender sender) {
    Sender.Outgoing newest = sender.event(0);
    int shard = Lifecycle.shard(newest.key());
    List<Sender.Outgoing> older =
        Stream.iterate(1, i -> i + 1)
            .map(i -> sender.event(i, Duration.ofSeconds(30)))
            .filter(event -> Lifecycle.shard(event.key()) == shard)
            .limit(2)
            .toList();
    return List.of(newest, older.getFirst(), older.getLast(), newest, older.getFirst());
  }

  private static Sender.Outgoing otherBytes(Sender.Outgoing event, int shard) {
    return Stream.iterate(event.body().utf8() + "\n", text -> text + " ")
        .map(text -> new Sender.Outgoing(event.key(), Body.ofUtf8(text)))
        .filter(other -> isIn(shard, other))
        .findFirst()
        .orElseThrow();
  }

  private static EventKey copy(EventKey key, Body body) {
    return new EventKey(key.provider(), key.eventId() + "~" + body.sha256().substring(0, 16));
  }

  /**
   * What came of a run.
   *
   * @param violations what did not hold
   * @param trace what happened, step by step
   * @param events how many events were accepted
   * @param superseded how many are SUPERSEDED at the end
   */
  record Outcome(List<String> violations, List<String> trace, int events, int superseded) {}

  private record Running(SteppedProcess process, Instant since, boolean isReceiver) {}

  private Instant now() {
    return now;
  }

  Outcome run() {
    for (int i = 0; i < STEPS && isSound(); i++) {
      act();
      ledger.checkRecords();
    }
    if (isSound()) {
      comeToRest();
      ledger.checkEnd();
    }
    running.stream()
        .filter(each -> !each.process().hasEnded())
        .forEach(each -> each.process().kill());
    List<String> violations = new ArrayList<>(ledger.violations());
    violations.addAll(omissions);
    int superseded =
        (int) store.all().stream().filter(each -> each.status() == Status.SUPERSEDED).count();
    return new Outcome(violations, List.copyOf(trace), ledger.acceptedCount(), superseded);
  }

  private boolean isSound() {
    return ledger.violations().isEmpty() && omissions.isEmpty();
  }

  private void act() {
    running.removeIf(each -> each.process().hasEnded());
    int drawn = random.nextInt(100);
    if (drawn < 60 && !running.isEmpty()) {
      Running next = running.get(random.nextInt(running.size()));
      trace.add("step " + next.process());
      next.process().step();
    } else if (drawn < 64 && !running.isEmpty()) {
      Running next = running.get(random.nextInt(running.size()));
      trace.add("kill " + next.process());
      next.process().kill();
    } else if (drawn < 72) {
      pass(JUMPS.get(random.nextInt(JUMPS.size())));
    } else if (drawn < 74 && queue.size() > 0) {
      trace.add("lose a message");
      queue.lose(random.nextInt(queue.size()));
    } else if (drawn < 76 && queue.size() > 0) {
      trace.add("double a message");
      queue.doubleOne(random.nextInt(queue.size()));
    } else if (drawn < 77) {
      trace.add("the queue refuses");
      queue.refuse(1);
    } else if (drawn < 79) {
      trace.add("expire");
      ledger.expire();
    } else if (running.size() < MOST_PROCESSES) {
      begin(drawn);
    }
  }

  private void begin(int drawn) {
    if (drawn < 85) {
      Sender.Outgoing delivery = deliveries.get(random.nextInt(deliveries.size()));
      begin("receiver", true, process -> receive(process, delivery));
    } else if (drawn < 95) {
      queue
          .receive()
          .ifPresent(receipt -> begin("worker", false, process -> work(process, receipt)));
    } else if (drawn < 98) {
      begin("relay", false, this::sweep);
    } else {
      List<InboxRecord> all = store.all();
      if (!all.isEmpty()) {
        EventKey key = all.get(random.nextInt(all.size())).key();
        begin("operator", false, process -> replay(process, key));
      }
    }
  }

  private interface Work {
    void of(SteppedProcess process);
  }

  private void begin(String name, boolean isReceiver, Work work) {
    invocations++;
    SteppedProcess process = new SteppedProcess(name + " " + invocations);
    process.start(() -> work.of(process));
    trace.add("begin " + process);
    running.add(new Running(process, now, isReceiver));
  }

  /** Lets time pass. A receiver that stands still for so long is ended by its platform. */
  private void pass(Duration duration) {
    trace.add("pass " + duration);
    now = now.plus(duration);
    for (Running each : running) {
      if (each.isReceiver()
          && !each.process().hasEnded()
          && each.since().plus(RECEIVER_TIMEOUT).isBefore(now)) {
        each.process().kill();
      }
    }
  }

  private FaultyPorts ports(SteppedProcess process) {
    return new FaultyPorts(
        point -> {
          if (!calm) {
            process.pass(point);
          }
        },
        shard);
  }

  private void receive(SteppedProcess process, Sender.Outgoing delivery) {
    FaultyPorts ports = ports(process);
    Set<EventKey> toPush = new HashSet<>();
    Inbox watched =
        watching(
            Inbox.class,
            ledger,
            (arguments, result) -> {
              if (arguments[0] instanceof NewRecord fresh && leavesWork(fresh, result)) {
                toPush.add(fresh.event().key());
              }
            });
    WorkQueue watchedQueue =
        new WorkQueue() {
          @Override
          public void push(Pointer pointer, Duration delay) {
            toPush.remove(pointer.key());
            queue.push(pointer, delay);
          }

          @Override
          public List<Pointer> pushAll(List<Pointer> pointers) {
            throw new AssertionError("a receiver pushes one at a time");
          }
        };
    Receiver receiver =
        new Receiver(
            sender.provider(),
            new Verifier(
                sender.provider().scheme(),
                sender::keys,
                Duration.ofMinutes(5),
                4 << 20,
                this::now),
            ports.inbox(watched),
            ports.queue(watchedQueue),
            new Subscription("", null),
            MAX_AGE,
            _ -> {});
    Reply reply = receiver.receive(sender.delivery(delivery.body(), now), null);
    if (reply.status() / 100 == 2) {
      ledger.accepted(delivery.key(), delivery.body());
      toPush.forEach(key -> omissions.add(key + " waits for a worker and was not pushed"));
    }
  }

  private static boolean leavesWork(NewRecord fresh, Object recording) {
    return switch (recording) {
      case Recording.Created _ -> fresh.status() == Status.RECEIVED;
      case Recording.Existing existing ->
          existing.waits()
              && fresh.status() == Status.RECEIVED
              && existing.digest().equals(fresh.event().body().sha256());
      default -> false;
    };
  }

  private void work(SteppedProcess process, SimulatedQueue.Receipt receipt) {
    FaultyPorts ports = ports(process);
    Instant began = now;
    String invocation = "invocation " + invocations;
    String provider = sender.provider().name();
    Routes.Builder routes = Routes.builder();
    for (String name : List.of("first", "second")) {
      Handler handler = ports.handler(name, handler(name, invocation)::on);
      routes.on(
          provider,
          "*",
          name,
          (event, context) -> {
            ledger.begins(event.key(), invocation);
            try {
              handler.handle(event, context);
            } finally {
              ledger.ends(invocation);
            }
          });
      if (oneSubject) {
        routes.latest(_ -> "subject");
      }
    }
    Worker worker =
        new Worker(
            unreliable(ports.inbox(ledger)),
            (pointer, wait) -> ports.postpone(queue, pointer, wait),
            routes.build(),
            MAX_ATTEMPTS,
            Simulation.WORKER_MARGINS,
            // The thread that waits for the others waits in real time, which is short.
            () -> process.isMainThread() ? began : now,
            pause -> now = now.plus(pause),
            _ -> {},
            new CapturedLog());
    List<String> comeBack =
        worker.work(List.of(receipt.message()), invocation, began.plus(Simulation.WORKER_TIMEOUT));
    ports.around(
        Call.ANSWER,
        () -> {
          if (!comeBack.contains(receipt.message().id())) {
            receipt.delete();
          }
        });
  }

  /** What follows on a handler fails now and then, before or after the write was applied. */
  private Inbox unreliable(Inbox inbox) {
    WatchedInbox watched = new WatchedInbox(inbox);
    watched.before(this::failSometimes);
    watched.after(this::failSometimes);
    return watched;
  }

  private void failSometimes(WatchedInbox.Call call) {
    boolean isNote =
        switch (call.step()) {
          case MARK, SETTLE, TAKE_TURN, END_TURN -> true;
          default -> false;
        };
    if (isNote && !calm && random.nextInt(100) < 15) {
      trace.add("the inbox does not answer " + call);
      throw new InboxUnavailable("UpdateItem failed", new IOException("drawn"));
    }
  }

  private interface Effect {
    void on(Event event, HandlerContext context) throws PermanentFailure;
  }

  private Effect handler(String name, String invocation) {
    return (event, _) -> {
      int drawn = calm ? 99 : random.nextInt(100);
      if (drawn < 20) {
        throw new IllegalStateException("told to fail");
      }
      if (drawn < 25) {
        ledger.failedForGood(event.key());
        throw new PermanentFailure("told to fail for good");
      }
      ledger.effect(event.key(), name, invocation);
    };
  }

  private void sweep(SteppedProcess process) {
    FaultyPorts ports = ports(process);
    Set<EventKey> deferred = new HashSet<>();
    Inbox watched =
        watching(
            Inbox.class,
            ledger,
            (arguments, result) -> {
              if (arguments[0] instanceof Due due && result.equals(true)) {
                deferred.add(due.key());
              }
            });
    WorkQueue watchedQueue =
        new WorkQueue() {
          @Override
          public void push(Pointer pointer, Duration delay) {
            throw new AssertionError("a relay pushes in batches");
          }

          @Override
          public List<Pointer> pushAll(List<Pointer> pointers) {
            for (Pointer pointer : pointers) {
              if (!deferred.remove(pointer.key())) {
                omissions.add(pointer.key() + " was pushed by a relay that had not moved it on");
              }
            }
            return queue.pushAll(pointers);
          }
        };
    Instant began = now;
    Relay relay =
        new Relay(
            ports.inbox(watched),
            ports.queue(watchedQueue),
            Simulation.RELAY_STOP_MARGIN,
            this::now);
    relay.sweep(began.plusSeconds(55));
  }

  private void replay(SteppedProcess process, EventKey key) {
    FaultyPorts ports = ports(process);
    Inbox inbox = ports.inbox(ledger);
    Optional<InboxRecord> found = inbox.find(key);
    if (found.isPresent() && found.get().status().isFinal() && inbox.replay(found.get(), now)) {
      ports.queue(new Tolerant(queue)).push(Pointer.to(key), Duration.ZERO);
    }
  }

  /** A queue whose refusals do not matter: the relay brings what was not pushed. */
  private record Tolerant(WorkQueue queue) implements WorkQueue {
    @Override
    public void push(Pointer pointer, Duration delay) {
      queue.pushAll(List.of(pointer));
    }

    @Override
    public List<Pointer> pushAll(List<Pointer> pointers) {
      return queue.pushAll(pointers);
    }
  }

  private interface Watch {
    void on(Object[] arguments, Object result);
  }

  private static <T> T watching(Class<T> type, T real, Watch watch) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              try {
                Object result = method.invoke(real, arguments);
                watch.on(arguments, result);
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** No more faults: what runs is killed or runs to its end, and worker and relay run on. */
  private void comeToRest() {
    for (Running each : running) {
      boolean dies = random.nextBoolean();
      while (!each.process().hasEnded()) {
        trace.add((dies ? "last kill " : "last step ") + each.process());
        if (dies) {
          each.process().kill();
        } else {
          each.process().step();
        }
      }
    }
    calm = true;
    queue.refuse(0);
    Instant earliestSweep = now;
    for (int i = 0; isSound(); i++) {
      Instant noSooner = earliestSweep;
      Optional<Instant> due =
          store.all().stream()
              .filter(found -> !found.status().isFinal())
              .flatMap(found -> Optional.ofNullable(found.dueAt()).stream())
              .min(Comparator.naturalOrder())
              .map(time -> time.isAfter(noSooner) ? time : noSooner);
      Optional<Instant> next =
          Stream.concat(due.stream(), queue.nextVisible().stream()).min(Comparator.naturalOrder());
      if (next.isEmpty()) {
        return;
      }
      if (i == STEPS_OF_A_RUN_THAT_NEVER_ENDS) {
        omissions.add("does not come to rest: " + store.all());
        return;
      }
      if (next.get().isAfter(now)) {
        now = next.get();
      }
      trace.add("calm, " + now);
      invocations++;
      Optional<SimulatedQueue.Receipt> receipt = queue.receive();
      if (receipt.isEmpty()) {
        earliestSweep = now.plus(Duration.ofMinutes(1));
      }
      SteppedProcess process = new SteppedProcess("calm " + invocations);
      process.start(
          () -> {
            if (receipt.isPresent()) {
              work(process, receipt.get());
            } else {
              sweep(process);
            }
          });
      ledger.checkRecords();
    }
  }
}
