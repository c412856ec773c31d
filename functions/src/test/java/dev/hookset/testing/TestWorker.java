package dev.hookset.testing;

import dev.hookset.Event;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.providers.Providers;
import dev.hookset.work.Application;
import dev.hookset.work.Margins;
import dev.hookset.work.Message;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The real worker over an inbox in memory. It plays an event from its receipt to its end: every
 * attempt, with the waits between them passed over by the clock.
 */
public final class TestWorker {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final TestSetup setup;
  private final InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
  private final CapturedLog log = new CapturedLog();
  private final List<Report> reports = new ArrayList<>();
  private final Worker worker;

  private TestWorker(Routes routes, TestSetup setup) {
    this.setup = setup;
    this.worker =
        new Worker(
            inbox,
            (_, _) -> {},
            routes,
            Lifecycle.DEFAULT_MAX_ATTEMPTS,
            new Margins(Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(5)),
            setup.clock(),
            pause -> setup.moveTo(setup.clock().instant().plus(pause)),
            reports::add,
            log);
  }

  /** Returns a worker of {@code application}, which gets {@code setup} as it would at a start. */
  public static TestWorker of(Application application, TestSetup setup) {
    return new TestWorker(application.routes(setup).describedBy(Providers::subjectOf), setup);
  }

  /**
   * What became of an event.
   *
   * @param status DONE, FAILED, or SUPERSEDED where a route wants the latest alone
   * @param attempts how many there were
   * @param waits how long the worker waited after each failed attempt
   * @param errors what went wrong in each failed attempt
   * @param idempotencyKey what the handlers were given as such
   * @param log what they logged, each line with its level in front
   */
  public record Played(
      Status status,
      int attempts,
      List<Duration> waits,
      List<String> errors,
      String idempotencyKey,
      List<String> log) {}

  /** Plays {@code event} to its end. An event that was played before is replayed. */
  public Played play(Event event) {
    Instant received = setup.clock().instant();
    inbox
        .find(event.key())
        .ifPresentOrElse(
            found -> inbox.replay(found, received),
            () -> inbox.record(new NewRecord(event, received, Status.RECEIVED, Map.of(), null)));
    int logged = log.lines().size();
    reports.clear();
    List<Duration> waits = new ArrayList<>();
    do {
      Instant now = setup.clock().instant();
      worker.work(
          List.of(new Message("message", event.key())),
          "invocation " + reports.size(),
          now.plus(TIMEOUT));
      Instant next = reports.getLast().notBefore();
      if (next != null) {
        waits.add(Duration.between(now, next));
        setup.moveTo(next);
      }
    } while (reports.getLast().outcome() == Report.Outcome.RETRY);
    InboxRecord end = inbox.find(event.key()).orElseThrow();
    return new Played(
        end.status(),
        end.attempts(),
        List.copyOf(waits),
        reports.stream().map(Report::error).filter(error -> error != null).toList(),
        event.key().toString(),
        log.lines().subList(logged, log.lines().size()));
  }
}
