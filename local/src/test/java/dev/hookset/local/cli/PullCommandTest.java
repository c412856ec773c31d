package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.work.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * To look at what had failed in production, one copied its body out of the table by hand, and the
 * customer's name with it. Two local stacks, one behind the APIs of AWS.
 */
final class PullCommandTest {
  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @RegisterExtension final ReceivingStack here = new ReceivingStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @BeforeEach
  void tellCommandsWhereItIs() {
    Ports.save(home.resolve(".hookset"), here.stack());
  }

  private Shell.Run pull(String... arguments) {
    List<String> all = new ArrayList<>(List.of("pull"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--stack", CloudStandIn.STACK));
    return new Shell(home, operated.cloud().environment()).run(all.toArray(String[]::new));
  }

  private EventKey came(String id, Status status, String body) {
    EventKey key = new EventKey("lucid", id + operated.type);
    operated
        .stack()
        .inbox()
        .record(
            new NewRecord(
                new Event(
                    key,
                    operated.type,
                    null,
                    null,
                    Body.ofUtf8(body),
                    new Origin(null, "ann@shop.de", null)),
                Instant.now().minus(Duration.ofMinutes(1)),
                status,
                Map.of("x-customer-email", "ann@shop.de"),
                null));
    return key;
  }

  private InboxRecord record(EventKey key) {
    return here.stack().inbox().find(key).orElseThrow();
  }

  @Test
  void event_thatIsPulled_isHere_andHandledOnlyByHand() throws Exception {
    EventKey key = came("evt_1", Status.RECEIVED, "{\"a\":1}");

    Shell.Run run = pull("lucid", key.eventId());

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().startsWith("recorded " + key + "\n"), run::out);
    assertEquals(Status.SKIPPED, record(key).status());
    assertEquals("stack shop", record(key).via());
    assertEquals(Body.ofUtf8("{\"a\":1}"), here.stack().inbox().body(record(key)));
    Shell.Run show = new Shell(home).run("show", "lucid", key.eventId());
    assertTrue(show.out().contains("brought here to be looked at"), show::out);
    assertEquals(0, here.reports.size(), "not handled");

    assertEquals(Hookset.OK, new Shell(home).run("replay", "lucid", key.eventId()).code());

    Report report = here.reports.poll(30, TimeUnit.SECONDS);
    assertTrue(report != null && key.equals(report.key()), "handled by hand");
    assertTrue(pull("lucid", key.eventId()).out().startsWith("already here "), "and known");
  }

  // What had been pulled to be looked at was taken for handled, and listen left it out.
  @Test
  void event_thatWasPulled_isHandledWhenItIsListenedTo() throws Exception {
    EventKey key = came("evt_1", Status.RECEIVED, "{\"a\":1}");
    pull("lucid", key.eventId());

    Shell.Run run =
        new Shell(home, operated.cloud().environment())
            .run("listen", "--type", operated.type, "--no-follow", "--stack", CloudStandIn.STACK);

    assertTrue(run.out().contains("  played  "), run::out);
    Report report = here.reports.poll(30, TimeUnit.SECONDS);
    assertTrue(report != null && key.equals(report.key()), "handled");
  }

  @Test
  void since_andType_takeThoseAlone() {
    EventKey key = came("evt_1", Status.RECEIVED, "{}");
    operated.recorded(
        "lucid",
        "evt_old" + operated.type,
        Status.SKIPPED,
        Instant.now().minus(Duration.ofHours(3)));

    Shell.Run run = pull("lucid", "--since", "1h", "--type", operated.type);

    assertEquals(
        List.of("recorded " + key), run.out().lines().filter(l -> l.startsWith("rec")).toList());
    assertTrue(
        run.out().endsWith("1 of 1 are here; `./hookset replay` has them handled.\n"), run::out);
  }

  @Test
  void failed_areFoundByTheirIndex() {
    EventKey key = came("evt_failed", Status.RECEIVED, "{}");
    Instant now = Instant.now();
    InboxRecord claimed =
        ((Claim.Granted)
                operated
                    .stack()
                    .inbox()
                    .claim(key, new ClaimTerms("o", now, now.plusSeconds(60), 9, false)))
            .claimed();
    operated.stack().inbox().settle(claimed, new Settlement.Failed("no such budget"), now);

    assertTrue(pull("--failed").out().contains("recorded " + key), "among all that failed");
    assertTrue(record(key).lastError() == null, "what went wrong there is not so here");
  }

  @Test
  void redacted_nothingPersonalComesHere_andTheSameIsReplacedByTheSame() throws Exception {
    EventKey first = came("evt_1", Status.RECEIVED, "{\"user\":{\"email\":\"ann@shop.de\"}}");
    EventKey second =
        came("evt_2", Status.RECEIVED, "{\"to\":\"ann@shop.de\",\"cc\":\"bob@shop.de\"}");

    Shell.Run run = pull("lucid", "--since", "1h", "--type", operated.type, "--redact");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().contains("  $.user.email "), run::out);
    assertTrue(run.out().contains("  headers.x-customer-email "), run::out);
    assertTrue(run.out().contains("  origin.workspace "), run::out);
    assertFalse((run.out() + run.err()).contains("shop.de"), run::out);
    String one = here.stack().inbox().body(record(first)).utf8();
    String two = here.stack().inbox().body(record(second)).utf8();
    assertEquals("{\"user\":{\"email\":\"person1@example.com\"}}", one);
    assertEquals("{\"to\":\"person1@example.com\",\"cc\":\"person2@example.com\"}", two);
    for (EventKey key : List.of(first, second)) {
      assertEquals("person1@example.com", record(key).headers().get("x-customer-email"));
      assertEquals("person1@example.com", record(key).origin().workspace());
    }
    assertFalse(
        here.stack()
            .dynamoDb()
            .scan(scan -> scan.tableName(LocalStack.TABLE))
            .toString()
            .contains("shop.de"));
  }

  @Test
  void redacted_whatNobodyCanRead_staysThere() {
    EventKey key = came("evt_1", Status.QUARANTINED, "no JSON of ann@shop.de");

    Shell.Run run = pull("lucid", key.eventId(), "--redact");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(run.out().startsWith("not redacted " + key + ": nobody can tell"), run::out);
    assertTrue(here.stack().inbox().find(key).isEmpty(), "it is not here");
  }

  @Test
  void source_isOnlyRead_byWhatItsPolicyNames() throws Exception {
    ListenCommandTest.longBody(operated, "evt_long");
    EventKey key = came("evt_1", Status.RECEIVED, "{}");
    pull("lucid", key.eventId());
    pull("--failed");
    pull("lucid", "--since", "1h", "--type", operated.type);

    assertEquals(ListenCommandTest.actions("pull"), operated.cloud().operations());
    assertEquals(
        Set.of("byReceipt", "byStatus"),
        operated.cloud().requests("Query").stream()
            .map(each -> each.input().path("IndexName").asText())
            .collect(Collectors.toSet()));
  }

  @Test
  void call_thatNamesNothing_isAWrongCommandLine() {
    for (String call : List.of("", "--failed --since 1h", "lucid", "--type x", "a b --failed")) {
      Shell.Run run = pull(call.isEmpty() ? new String[0] : call.split(" ", -1));
      assertEquals(Hookset.WRONG_COMMAND_LINE, run.code(), call);
      assertEquals("", run.out());
    }
    assertEquals(Hookset.NOT_AS_IT_SHOULD, pull("lucid", "evt_nope").code());
  }
}
