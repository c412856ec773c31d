package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.stack.Interceptor;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.template.Template;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code replay} and {@code redrive}, against a stack that runs. */
final class ReplayCommandTest {
  // A build failed now and then: a record of last June had expired, and DynamoDB Local deleted it
  // between a test's two lines. These are far ahead, as are those of all tests on a real table.
  private static final Instant RECEIVED = Instant.parse("2096-06-01T12:00:00Z");
  private static final Shell SHELL = new Shell(Shell.REPOSITORY);
  private static final AtomicBoolean BROKEN = new AtomicBoolean();
  private static final BlockingQueue<Report> REPORTS = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static LocalStack stack;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static Inbox inbox;

  /** A provider of its own for each test, as the stack is shared. */
  private final String provider = "p" + UUID.randomUUID();

  @BeforeAll
  static void start() throws IOException {
    Routes routes =
        Routes.builder()
            .otherwise(
                (_, _) -> {
                  if (BROKEN.get()) {
                    throw new PermanentFailure("not today");
                  }
                })
            .build();
    stack =
        LocalStack.start(
            Template.read(Shell.REPOSITORY.resolve("template.yaml")),
            new LocalStack.Settings(null, 0, 0, 0, 0, Map.of(), routes),
            InstantSource.system(),
            new Attempts(REPORTS));
    inbox = stack.inbox();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @BeforeEach
  void mend() {
    BROKEN.set(false);
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"SKIPPED", "QUARANTINED"})
  void replay_byId_hasItHandledAndCountsIt(Status status) throws InterruptedException {
    EventKey key = recorded("evt", status, RECEIVED);

    Shell.Run run = run("replay", provider, "evt");

    assertEquals(ok("replayed " + key, "1 replayed."), run);
    assertEquals(Report.Outcome.DONE, attempt(key).outcome());
    InboxRecord done = inbox.find(key).orElseThrow();
    assertAll(
        () -> assertEquals(Status.DONE, done.status()),
        () -> assertEquals(1, done.replays()),
        () -> assertEquals(RECEIVED, done.receivedAt()));
  }

  @Test
  void replay_ofADoneOneTwice_hasItHandledTwice() throws InterruptedException {
    EventKey key = recorded("evt", Status.SKIPPED, RECEIVED);
    for (int i = 1; i <= 2; i++) {
      assertEquals(Hookset.OK, run("replay", provider, "evt").code());
      attempt(key);
      assertEquals(i, inbox.find(key).orElseThrow().replays());
    }
  }

  @Test
  void replay_dryRun_saysWhichAndChangesNothing() {
    EventKey key = recorded("evt", Status.SKIPPED, RECEIVED);
    InboxRecord before = inbox.find(key).orElseThrow();

    Shell.Run run = run("replay", provider, "evt", "--dry-run");

    assertEquals(ok("would replay " + key, "1 would be replayed."), run);
    assertEquals(before, inbox.find(key).orElseThrow());
  }

  @Test
  void replay_bySpanOfTime_takesItsFirstMomentAndNotItsLast() {
    recorded("before", Status.SKIPPED, RECEIVED.minusNanos(1));
    EventKey first = recorded("first", Status.SKIPPED, RECEIVED);
    EventKey within = recorded("within", Status.SKIPPED, RECEIVED.plusMillis(500));
    recorded("after", Status.SKIPPED, RECEIVED.plusSeconds(1));

    Shell.Run run =
        run(
            "replay",
            provider,
            "--from",
            RECEIVED.toString(),
            "--to",
            RECEIVED.plusSeconds(1).toString(),
            "--dry-run");

    assertEquals(
        List.of("2 would be replayed.", "would replay " + first, "would replay " + within),
        run.out().lines().sorted().toList());
  }

  @Test
  void replay_failed_takesThatProvidersFailedOnesAlone() throws InterruptedException {
    EventKey failed = failed("evt");
    recorded("other", Status.SKIPPED, RECEIVED);

    Shell.Run run = run("replay", provider, "--failed");

    assertEquals(ok("replayed " + failed, "1 replayed."), run);
    assertEquals(Report.Outcome.DONE, attempt(failed).outcome());
  }

  @Test
  void redrive_movesTheDeadLettersBackAndReplaysWhatFailed() throws InterruptedException {
    EventKey failed = failed("evt");
    EventKey waiting = recorded("waiting", Status.RECEIVED, RECEIVED);
    stack
        .sqs()
        .sendMessage(
            send ->
                send.queueUrl(stack.deadLetterQueueUrl())
                    .messageBody("{\"provider\":\"" + provider + "\",\"eventId\":\"waiting\"}"));

    assertTrue(run("redrive", "--dry-run").out().startsWith("1 events would be replayed"));
    Shell.Run run = run("redrive");

    assertEquals(ok("replayed " + failed, "1 messages moved back, 1 events replayed."), run);
    assertEquals(
        List.of(Report.Outcome.DONE, Report.Outcome.DONE),
        List.of(attempt(failed, waiting).outcome(), attempt(failed, waiting).outcome()));
  }

  /** As a process, since what is said on Ctrl-C is said while the JVM goes down. */
  @Test
  void replay_interruptedByCtrlC_saysWhatTakesTheRest(@TempDir Path files) throws Exception {
    int count = 600;
    List<EventKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(recorded("evt" + i, Status.SKIPPED, RECEIVED.plusSeconds(i)));
    }
    Path err = files.resolve("err");
    // The queue holds the tenth push until the signal has come, and is slow from there on.
    AtomicInteger pushes = new AtomicInteger();
    CountDownLatch tenth = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    int code;
    try (Interceptor queue = Interceptor.before(stack.sqsEndpoint())) {
      queue.inject(
          call -> {
            if (pushes.incrementAndGet() >= 10) {
              tenth.countDown();
              await(interrupted);
              LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
            return call.forward();
          });
      Process process =
          process(
              err,
              queue.endpoint().getPort(),
              "replay",
              provider,
              "--from",
              RECEIVED.toString(),
              "--to",
              "2096-06-02T12:00:00Z");
      try {
        await(tenth);
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        interrupted.countDown();
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), "it ends");
        code = process.exitValue();
      } finally {
        process.destroyForcibly();
      }
    }

    String said = Files.readString(err);
    Matcher stopped =
        Pattern.compile(
                "(?m)^Stopped after (\\d+) of 600\\. For the rest say (--from \\S+ --to \\S+)\\.$")
            .matcher(said);
    assertEquals(130, code, said);
    assertTrue(stopped.find(), said);
    int done = Integer.parseInt(stopped.group(1));
    assertTrue(done > 0 && done < count, said);
    assertEquals(done, keys.stream().filter(key -> replays(key) == 1).count(), "it is exact");

    List<String> rest = new ArrayList<>(List.of("replay", provider, "--yes"));
    rest.addAll(List.of(stopped.group(2).split(" ", -1)));
    Shell.Run run = run(rest.toArray(String[]::new));

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().endsWith(count - done + " replayed.\n"), run::out);
    assertTrue(keys.stream().allMatch(key -> replays(key) == 1), "each once");
  }

  private static int replays(EventKey key) {
    return inbox.find(key).orElseThrow().replays();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(2, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  private static Process process(Path err, int sqsPort, String... arguments) throws IOException {
    // A build that a shell runs in the background ignores SIGINT, and so did what it started.
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Hookset.class.getName()));
    command.addAll(List.of(arguments));
    command.add("--yes");
    command.add("--dynamodb-port=" + stack.dynamoDbEndpoint().getPort());
    command.add("--sqs-port=" + sqsPort);
    command.add("--s3-port=" + stack.s3Endpoint().getPort());
    return new ProcessBuilder(command)
        .redirectError(err.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void replay_unknownEvent_saysSoAndEndsWithOne() {
    Shell.Run run = run("replay", "lemma", "nope\u001B[31m");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertEquals(
        List.of("hookset: there is no record of lemma#nope\\u{1B}[31m to replay."),
        run.errorLines());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replay",
        "replay lemma",
        "replay lemma evt --failed",
        "replay --from 2096-06-01T12:00:00Z",
        "replay lemma --to 2096-06-01T12:00:00Z",
        "replay lemma --from yesterday"
      })
  void replay_unclear_isAWrongCommandLine(String line) {
    Shell.Run run = run(line.split(" ", -1));

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code());
    assertEquals(1, run.errorLines().size(), run.err());
  }

  @Test
  void replay_noStack_saysHowToStartOne() {
    Shell.Run run = SHELL.run("replay", provider, "evt", "--dynamodb-port", "1", "--sqs-port", "1");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertTrue(run.err().contains("./hookset dev"), run.err());
  }

  private static Shell.Run ok(String... lines) {
    return new Shell.Run(Hookset.OK, String.join("\n", lines) + "\n", "");
  }

  private static Shell.Run run(String... arguments) {
    return SHELL.run(OperatedStack.ports(stack, arguments));
  }

  private EventKey recorded(String id, Status status, Instant receivedAt) {
    EventKey key = new EventKey(provider, id);
    Event event = new Event(key, "type", receivedAt, null, Body.ofUtf8("{}"));
    inbox.record(new NewRecord(event, receivedAt, status, Map.of(), null));
    return key;
  }

  /** Records an event whose only attempt fails for good. */
  private EventKey failed(String id) throws InterruptedException {
    EventKey key = recorded(id, Status.SKIPPED, RECEIVED);
    BROKEN.set(true);
    run("replay", provider, id);
    assertEquals(Report.Outcome.FAILED, attempt(key).outcome());
    BROKEN.set(false);
    return key;
  }

  /** Returns the next report of an attempt on one of {@code keys}. */
  private static Report attempt(EventKey... keys) throws InterruptedException {
    while (true) {
      Report report = REPORTS.poll(20, TimeUnit.SECONDS);
      if (report == null) {
        throw new AssertionError("no report of " + List.of(keys));
      }
      if (report.attempt() > 0 && List.of(keys).contains(report.key())) {
        return report;
      }
    }
  }
}
