package dev.hookset.fuzz;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.WorkerFunction;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Margins;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Any text as a message to the worker, beside a good one. What points nowhere is reported to the
 * queue, and its neighbour is worked on all the same.
 */
public final class MessageTarget {
  private static final EventKey GOOD = new EventKey("lemma", "good");
  private static final EventKey OTHER = new EventKey("lemma", "evt_1");

  private MessageTarget() {}

  /** Takes an input. */
  public static void fuzzerTestOneInput(byte[] input) {
    InstantSource clock = InstantSource.fixed(Rig.NOW);
    InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
    for (EventKey key : List.of(GOOD, OTHER)) {
      inbox.record(
          new NewRecord(
              new Event(key, "a.b", null, null, Body.ofUtf8("{}")),
              Rig.NOW,
              Status.RECEIVED,
              Map.of(),
              null));
    }
    Map<String, Report> reports = new ConcurrentHashMap<>();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    JsonLog lines =
        new JsonLog(new PrintStream(log, true, StandardCharsets.UTF_8), clock, "Hookset");
    WorkerFunction function =
        new WorkerFunction(
            new Worker(
                inbox,
                (pointer, delay) -> {},
                Routes.builder().otherwise((event, _) -> {}).build(),
                Lifecycle.DEFAULT_MAX_ATTEMPTS,
                new Margins(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(2)),
                clock,
                _ -> {
                  throw new AssertionError("nothing fails here");
                },
                report -> {
                  reports.put(report.messageId(), report);
                  lines.note(report);
                },
                new CapturedLog()),
            clock);
    SQSEvent batch = new SQSEvent();
    batch.setRecords(
        List.of(
            message("fuzzed", new String(input, StandardCharsets.UTF_8)),
            message("good", "{\"provider\":\"lemma\",\"eventId\":\"good\"}")));

    SQSBatchResponse response = function.handleRequest(batch, FuzzedInvocation.CONTEXT);

    Set<String> failed = new TreeSet<>();
    response.getBatchItemFailures().forEach(each -> failed.add(each.getItemIdentifier()));
    Set<String> reported = new TreeSet<>();
    reports.forEach(
        (id, report) -> {
          if (report.outcome().comesBack()) {
            reported.add(id);
          }
          switch (report.outcome()) {
            case DONE, FINISHED, HELD -> Rig.check(report.key() != null, "no key");
            case UNKNOWN, UNREADABLE -> Rig.check(id.equals("fuzzed"), "the good one: " + report);
            case RETRY,
                FAILED,
                TOO_EARLY,
                NO_TIME,
                LEASE_LOST,
                SUPERSEDED,
                BUSY,
                INBOX_UNAVAILABLE,
                UNREADABLE_RECORD ->
                throw new AssertionError("nothing here fails: " + report);
          }
        });
    Rig.check(reports.size() == 2 && failed.equals(reported), reports + " but failed " + failed);
    Rig.check(
        log.toString(StandardCharsets.UTF_8)
            .chars()
            .allMatch(c -> c == '\n' || c == '\r' || (c >= ' ' && c <= '~')),
        "the log is not printable");
  }

  private static SQSEvent.SQSMessage message(String id, String body) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId(id);
    message.setBody(body);
    return message;
  }
}
