package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.TestTerminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code list}, {@code show} and {@code replay} of many, on a local stack, and on a deployed one
 * that has the same records.
 */
final class ListAndShowTest {
  private static final Shell SHELL = new Shell(Shell.REPOSITORY);
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @Test
  void list_byStatusAndType_showsThoseAlone_here_andInTheCloud() {
    operated.recorded("lucid", "evt_skipped", Status.SKIPPED);
    operated.recorded("lucid", "evt_odd", Status.QUARANTINED);

    for (Shell.Run run :
        List.of(
            operated.local("list", "lucid", "--type", operated.type, "--status", "quarantined"),
            operated.deployed(
                "list", "lucid", "--type", operated.type, "--status", "quarantined"))) {
      assertEquals(Hookset.OK, run.code(), run::err);
      List<String> lines = run.out().lines().toList();
      assertEquals(2, lines.size(), run::out);
      assertTrue(lines.getFirst().startsWith("received (UTC)"), run::out);
      assertTrue(lines.getLast().endsWith("  evt_odd"), run::out);
    }
    assertEquals(
        "shop",
        operated.cloud().requests("DescribeStacks").getFirst().input().path("StackName").asText());
  }

  @Test
  void listShowAndReplay_ofASupersededEvent_sayAndTakeItAsSuch() throws IOException {
    EventKey key = operated.recorded("lucid", "evt_superseded", Status.RECEIVED);
    Inbox inbox = operated.stack().inbox();
    Instant now = Instant.now();
    ClaimTerms terms = new ClaimTerms("owner", now, now.plusSeconds(60), 9, false);
    InboxRecord claimed = ((Claim.Granted) inbox.claim(key, terms)).claimed();
    inbox.settle(claimed, new Settlement.Superseded(null), now);

    Shell.Run list =
        operated.local("list", "lucid", "--type", operated.type, "--status", "superseded");
    Shell.Run show = operated.deployed("show", "lucid", "evt_superseded", "--wide");
    JsonNode json =
        JSON.readTree(operated.local("show", "lucid", "evt_superseded", "--json").out());

    assertTrue(list.out().lines().toList().getLast().contains("superseded"), list::out);
    assertEquals(2, list.out().lines().count(), list::out);
    assertTrue(show.out().contains("a newer event of its subject was handled first"), show::out);
    assertEquals("superseded", json.path("status").asText());
    assertEquals("superseded", json.path("history").path(0).path("outcome").asText());
    assertTrue(json.hasNonNull("settledAt") && json.hasNonNull("expiresAt"), json::toString);
    assertEquals(Hookset.OK, operated.local("replay", "lucid", "evt_superseded").code());
  }

  @Test
  void list_json_isAnObjectALine() throws IOException {
    operated.recorded("lucid", "evt\u0007\u2028", Status.SKIPPED);

    Shell.Run run = operated.local("list", "lucid", "--type", operated.type, "--json");

    assertEquals(1, run.out().lines().count(), run::out);
    assertTrue(run.out().chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')), run::out);
    JsonNode json = JSON.readTree(run.out());
    assertEquals("evt\u0007\u2028", json.path("eventId").asText());
    assertEquals("skipped", json.path("status").asText());
    assertEquals(operated.type, json.path("type").asText());
  }

  /** Whoever names an event must not command the operator's terminal. */
  @Test
  void listAndShow_ofHostileIds_leaveTheTerminalAlone() {
    String hostile = "a\u001B[2J\u001B]0;x\u0007\r\n\u202Eb\u0000\u007F\u009B31m";
    String huge = "h".repeat(256);
    String tenKilobytes = "\u001B[31m".repeat(2048);
    for (String id : List.of(hostile, huge, "sha256:" + Body.ofUtf8(tenKilobytes).sha256())) {
      operated.recorded("lucid", id, Status.QUARANTINED);
    }

    List<Shell.Run> runs = new ArrayList<>();
    runs.add(operated.local("list", "--type", operated.type));
    runs.add(operated.local("list", "--type", operated.type, "--json"));
    for (String id : List.of(hostile, huge, tenKilobytes)) {
      Shell.Run shown = operated.local("show", "lucid", id, "--body");
      assertEquals(Hookset.OK, shown.code(), shown::err);
      runs.add(shown);
      runs.add(operated.local("show", "lucid", id, "--json"));
      runs.add(operated.local("show", "lucid", id + "nope"));
    }

    for (Shell.Run run : runs) {
      String all = run.out() + run.err();
      assertTrue(
          all.codePoints().allMatch(c -> c == '\n' || c == '\u2026' || (c >= ' ' && c <= '~')),
          () -> "something else in: " + all);
      assertTrue(all.lines().allMatch(line -> line.length() < 8000), "a line without end");
    }
    assertEquals(4, runs.getFirst().out().lines().count(), runs.getFirst()::out);
  }

  @Test
  void list_watch_addsWhatIsNewOrChanged() {
    operated.recorded("lucid", "first", Status.SKIPPED);
    TestTerminal terminal =
        new TestTerminal()
            .inAPause(() -> {})
            .inAPause(() -> operated.recorded("lucid", "second", Status.SKIPPED));

    Shell.Run run = SHELL.run(terminal, operated.ports("list", "--type", operated.type, "--watch"));

    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size(), run::out);
    assertTrue(lines.getFirst().endsWith("first"), run::out);
    assertTrue(lines.getLast().endsWith("second"), run::out);
  }

  @Test
  void list_watchOnATerminal_isDrawnAnewEachTime() {
    operated.recorded("lucid", "drawn_first", Status.SKIPPED);
    TestTerminal terminal =
        new TestTerminal(true, false)
            .inAPause(() -> operated.recorded("lucid", "drawn_second", Status.SKIPPED));

    Shell.Run run = SHELL.run(terminal, operated.ports("list", "--type", operated.type, "--watch"));

    String[] drawings = run.out().split("\u001B\\[H\u001B\\[2J", -1);
    assertEquals(3, drawings.length, run::out);
    assertEquals("", drawings[0], "nothing before the first");
    for (String drawing : List.of(drawings[1], drawings[2])) {
      assertTrue(drawing.lines().findFirst().orElse("").endsWith("every 2 s; Ctrl-C ends"));
      assertTrue(drawing.contains("\nreceived (UTC) "), drawing);
      assertFalse(drawing.contains("\u001B"), drawing);
    }
    assertEquals(List.of("drawn_first"), lastWords(drawings[1]));
    assertEquals(List.of("drawn_second", "drawn_first"), lastWords(drawings[2]));
  }

  private static List<String> lastWords(String drawing) {
    return drawing.lines().skip(3).map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList();
  }

  @Test
  void list_onATerminal_isColouredUnlessThatIsNotWanted() {
    operated.recorded("lucid", "evt_" + operated.type, Status.QUARANTINED);

    Shell.Run coloured =
        SHELL.run(new TestTerminal(true, true), operated.ports("list", "--type", operated.type));
    Shell.Run plain =
        SHELL.run(new TestTerminal(true, false), operated.ports("list", "--type", operated.type));

    assertTrue(coloured.out().contains("\u001B[33mquarantined\u001B[0m"), coloured::out);
    assertFalse(plain.out().contains("\u001B"), plain::out);
    assertEquals(plain.out(), coloured.out().replaceAll("\u001B\\[[0-9;]*m", ""), "same columns");
  }

  @Test
  void list_ofWhatIsRare_saysHowFarItLooked() {
    for (int i = 0; i < 3; i++) {
      operated.recorded("lymnus", "evt" + i + operated.type, Status.SKIPPED);
    }

    Shell.Run run = operated.local("list", "lymnus", "--status", "done", "--look", "2");

    assertEquals("There is none.\n", run.out());
    assertTrue(run.err().startsWith("Looked at the newest 2, back to "), run::err);
  }

  @Test
  void list_all_readsTheTable() {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.SKIPPED);

    assertTrue(
        operated
            .local("list", "--type", operated.type, "--all", "--wide")
            .out()
            .contains(key.eventId()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list --status open",
        "list nobody",
        "list --since yesterday",
        "list --limit 0",
        "list --region eu-central-1",
        "show lucid",
        "stats --since 1h --until 2h",
        "verify lucid --headers a"
      })
  void command_unclear_isAWrongCommandLine(String line) {
    Shell.Run run = SHELL.run(line.split(" ", -1));

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code(), run::err);
    assertEquals("", run.out());
  }

  @Test
  void show_aQuarantinedEvent_tellsItsStoryAndItsBody() throws IOException {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.QUARANTINED);
    Path file = home.resolve("body");

    Shell.Run run =
        operated.local("show", "lucid", key.eventId(), "--body", "--save", file.toString());

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().startsWith("lucid event " + key.eventId() + "  quarantined\n"), run::out);
    List<String> story =
        run.out()
            .lines()
            .filter(line -> line.matches(" {2}\\d{4}-.*"))
            .map(line -> line.substring(27).split(" {2,}", -1)[0])
            .toList();
    assertEquals(List.of("occurred", "received", "quarantined"), story, run::out);
    assertTrue(run.out().contains("{\n  \"a\": [\n    1\n  ]\n}\n"), run::out);
    assertEquals("{\"a\":[1]}", Files.readString(file));
  }

  @Test
  void show_aConflict_isNamedFromBothSides() {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.SKIPPED);
    EventKey other =
        operated.recorded("lucid", key.eventId() + "~0123456789abcdef", Status.QUARANTINED);
    operated.recorded("lucid", key.eventId() + "~no", Status.QUARANTINED);

    Shell.Run first = operated.local("show", "lucid", key.eventId(), "--wide");
    Shell.Run second = operated.local("show", "lucid", other.eventId(), "--wide");

    assertTrue(first.out().contains("other bytes came under this ID: " + other + "\n"), first::out);
    assertFalse(first.out().contains("~no"), first::out);
    assertTrue(
        second.out().contains("because other bytes had come before, under " + key.eventId()),
        second::out);
  }

  @Test
  void show_withTheLog_addsEachAttempt() throws IOException {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.SKIPPED);
    String attempt =
        "{\"timestamp\":\"2026-06-01T12:00:01Z\",\"message\":\"event retry\",\"outcome\":\"retry\","
            + "\"provider\":\"lucid\",\"eventId\":\""
            + key.eventId()
            + "\",\"attempt\":1,\"error\":\"boom \\u001b[31m\"}";
    Path log = home.resolve(".hookset/log/hookset.jsonl");
    Files.createDirectories(log.getParent());
    Files.writeString(log, attempt + "\n");
    long now = Instant.now().toEpochMilli();
    operated
        .cloud()
        .logs
        .put(
            "/aws/lambda/shop-WorkerFunction",
            List.of(Map.of("eventId", "1", "timestamp", now, "message", attempt)));

    for (Shell.Run run :
        List.of(
            new Shell(home).run(operated.ports("show", "lucid", key.eventId(), "--log")),
            operated.deployed("show", "lucid", key.eventId(), "--log"))) {
      assertTrue(run.out().contains("attempt 1 retry"), run::out);
      assertTrue(run.out().contains("boom \\u{1B}[31m"), run::out);
    }
    assertEquals(
        "{ $.eventId = \"" + key.eventId() + "\" }",
        operated
            .cloud()
            .requests("FilterLogEvents")
            .getFirst()
            .input()
            .path("filterPattern")
            .asText());
  }

  @Test
  void show_unknown_saysSoAndEndsWithOne() {
    Shell.Run run = operated.local("show", "lucid", "nope");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(run.err().startsWith("hookset: there is no record of lucid#nope"), run::err);
  }

  @Test
  void replay_ofMany_asksFirst_andShowsHowFarItIs() {
    Instant from = Instant.parse("2026-01-01T00:00:00Z");
    String provider = "p" + UUID.randomUUID();
    for (int i = 0; i <= Batch.FEW; i++) {
      operated.recorded(provider, "evt" + i, Status.SKIPPED, from.plusSeconds(i));
    }
    String[] command = {
      "replay", provider, "--from", from.toString(), "--to", from.plusSeconds(1000).toString()
    };

    Shell.Run alone = operated.local(command);
    TestTerminal no = new TestTerminal(true, false).answering("");
    Shell.Run refused = SHELL.run(no, operated.ports(command));
    TestTerminal yes = new TestTerminal(true, false).answering("y");
    Shell.Run done = SHELL.run(yes, operated.ports(command));

    assertEquals(Hookset.WRONG_COMMAND_LINE, alone.code());
    assertTrue(alone.err().contains("--yes"), alone::err);
    assertEquals(List.of("Replay 101 events? [y/N] "), no.questions());
    assertEquals(new Shell.Run(Hookset.NOT_AS_IT_SHOULD, "Nothing was replayed.\n", ""), refused);
    assertEquals(Hookset.OK, done.code(), done::err);
    assertEquals("101 replayed.\n", done.out());
    assertTrue(done.err().contains("101 of 101"), done::err);
  }

  @Test
  void replay_inTheCloud_isCountedInTheRecord() {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.SKIPPED);

    Shell.Run run = operated.deployed("replay", "lucid", key.eventId());

    assertEquals(new Shell.Run(Hookset.OK, "replayed " + key + "\n1 replayed.\n", ""), run);
    assertEquals(1, operated.stack().inbox().find(key).orElseThrow().replays());
  }
}
