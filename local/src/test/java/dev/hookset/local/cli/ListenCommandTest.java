package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.listen.Bookmarks;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.work.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What had come to production could be looked at there, and never be tried against the code in the
 * editor. Two local stacks: one stands in for the deployed one, behind the APIs of AWS.
 */
final class ListenCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @RegisterExtension final ReceivingStack here = new ReceivingStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @BeforeEach
  void tellCommandsWhereItIs() {
    Ports.save(home.resolve(".hookset"), here.stack());
  }

  private Shell.Run listen(String... arguments) {
    return listen(new TestTerminal(), arguments);
  }

  private Shell.Run listen(TestTerminal terminal, String... arguments) {
    List<String> all = new ArrayList<>(List.of("listen", "--type", operated.type));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--stack", CloudStandIn.STACK));
    return new Shell(home, operated.cloud().environment())
        .run(terminal, all.toArray(String[]::new));
  }

  private Shell.Run local(String... arguments) {
    return new Shell(home).run(arguments);
  }

  private EventKey came(String id, Status status, Duration ago) {
    return operated.recorded("lucid", id + operated.type, status, Instant.now().minus(ago));
  }

  private Set<EventKey> handled(int count) throws InterruptedException {
    List<EventKey> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Report report = here.reports.poll(30, TimeUnit.SECONDS);
      assertTrue(report != null, "the handlers got " + keys + " of " + count);
      assertEquals(Report.Outcome.DONE, report.outcome(), report::toString);
      keys.add(Objects.requireNonNull(report.key()));
    }
    assertEquals(count, Set.copyOf(keys).size(), "one was handled twice: " + keys);
    return Set.copyOf(keys);
  }

  @Test
  void past_isPlayedInItsOrder_andHandledOnce() throws Exception {
    EventKey second = came("evt_b", Status.RECEIVED, Duration.ofMinutes(5));
    EventKey first = came("evt_a", Status.RECEIVED, Duration.ofMinutes(10));
    EventKey skipped = came("evt_c", Status.SKIPPED, Duration.ofMinutes(1));

    Shell.Run run = listen("--no-follow", "--json");

    assertEquals(Hookset.OK, run.code(), run::err);
    List<String> told = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      JsonNode json = JSON.readTree(line);
      told.add(json.path("eventId").asText() + " " + json.path("outcome").asText());
    }
    assertEquals(
        List.of(
            first.eventId() + " played",
            second.eventId() + " played",
            skipped.eventId() + " recorded"),
        told);
    assertEquals(Set.of(first, second), handled(2));
    assertEquals(Status.SKIPPED, record(skipped).status(), "as it is there");
    Shell.Run show = local("show", "lucid", first.eventId());
    assertTrue(
        show.out().lines().anyMatch(l -> l.matches("  came by +stack shop, not by a delivery")),
        show::out);

    Shell.Run again = listen("--since", "1h", "--no-follow");

    assertEquals(3, again.out().lines().filter(line -> line.contains("already here")).count());
    assertEquals(0, here.reports.size(), "nothing is handled twice");
    assertEquals(Hookset.OK, listen("--since", "1h", "--again", "--no-follow").code());
    assertEquals(Set.of(first, second), handled(2));
  }

  private InboxRecord record(EventKey key) {
    return here.stack().inbox().find(key).orElseThrow();
  }

  @Test
  void live_isPlayedAsItComes_andGoesOnWhereItStopped() throws Exception {
    EventKey old = came("evt_old", Status.RECEIVED, Duration.ofHours(30));
    List<EventKey> live = new ArrayList<>();
    TestTerminal terminal =
        new TestTerminal()
            .inAPause(() -> live.add(came("evt_live", Status.RECEIVED, Duration.ZERO)));

    Shell.Run run = listen(terminal, "lucid");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertEquals(Set.copyOf(live), handled(1));
    assertFalse(run.out().contains(old.eventId()), "a day back, unless told otherwise");
    EventKey next = came("evt_next", Status.RECEIVED, Duration.ZERO);

    Shell.Run second = listen("lucid", "--no-follow");

    assertEquals(1, second.out().lines().count(), second::out);
    assertTrue(second.out().contains(next.eventId()), second::out);
    handled(1);
  }

  @Test
  void longBody_comesAlong() throws Exception {
    EventKey key = longBody(operated, "evt_long");
    Body body = operated.stack().inbox().body(operated.stack().inbox().find(key).orElseThrow());

    listen("--no-follow");

    handled(1);
    assertTrue(record(key).overflow() != null, "kept apart here, too");
    assertEquals(body, here.stack().inbox().body(record(key)));
  }

  /** Records an event whose body does not fit into its record. */
  static EventKey longBody(OperatedStack operated, String id) {
    byte[] random = new byte[40_000];
    new Random(1).nextBytes(random);
    Body body = Body.ofUtf8("{\"a\":\"" + HexFormat.of().formatHex(random) + "\"}");
    EventKey key = new EventKey("lucid", id + operated.type);
    operated
        .stack()
        .inbox()
        .record(
            new NewRecord(
                new Event(key, operated.type, null, null, body),
                Instant.now(),
                Status.RECEIVED,
                Map.of(),
                null));
    return key;
  }

  // Whoever tries production's events must not page production's people.
  @Test
  void start_saysWhichSettingsTheHandlersHave_andNoSecret() {
    NamedSettings.save(
        home.resolve(".hookset"),
        Map.of(
            "HANDLERS", "app.Handlers",
            "PAGER_SECRET", "t0ken-of-mine",
            "PAGER_URL", "https://user:pass@pager.example.com/v1?key=abc"));

    Shell.Run run = listen("--no-follow");

    assertTrue(
        run.err()
            .contains(
                "The local handlers have the local settings: HANDLERS, PAGER_SECRET,"
                    + " PAGER_URL (pager.example.com)."),
        run::err);
    assertFalse((run.out() + run.err()).matches("(?s).*(t0ken|pass|abc).*"), run::err);
  }

  @Test
  void handlerSettings_areTheWorkersOwn() {
    LocalStack set =
        OperatedStack.start(
            Map.of("EVENT_BUS_NAME", "mine", "OTHER", "no"), new StackListener() {});
    try {
      assertEquals("mine", set.handlerSettings().get("EVENT_BUS_NAME"));
      assertFalse(set.handlerSettings().containsKey("OTHER"));
      assertFalse(set.handlerSettings().containsKey("AWS_ACCESS_KEY_ID"));
    } finally {
      set.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ExpiredTokenException, 'credentials that work: those that it has are refused'",
    "ThrottlingException, 'AWS, which asks to be asked more slowly (ThrottlingException)'",
    "ProvisionedThroughputExceededException, 'AWS, which asks to be asked more slowly'"
  })
  void trouble_thatPasses_isWaitedForAndNamed(String code, String words) throws Exception {
    EventKey key = came("evt_late", Status.RECEIVED, Duration.ofMinutes(1));
    IntStream.range(0, 2_000).forEach(_ -> operated.cloud().refusals.add(code));

    Shell.Run run =
        listen(
            new TestTerminal().inAPause(() -> operated.cloud().refusals.clear()).inAPause(() -> {}),
            "lucid");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.err().contains("Waits for " + words), run::err);
    assertTrue(run.err().contains("Goes on.\n"), run::err);
    assertEquals(Set.of(key), handled(1));
  }

  @Test
  void trouble_thatDoesNotPass_endsIt() {
    came("evt_never", Status.RECEIVED, Duration.ofMinutes(1));
    IntStream.range(0, 80).forEach(_ -> operated.cloud().refusals.add("AccessDeniedException"));

    Shell.Run run = listen(new TestTerminal().inAPause(() -> {}), "lucid");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertTrue(run.errorLines().getLast().startsWith("hookset: stack shop: "), run::err);
    assertFalse(run.err().contains("Waits for"), run::err);
  }

  @Test
  void localStack_thatGoesAway_isWaitedFor() throws Exception {
    TestTerminal terminal =
        new TestTerminal()
            .inAPause(
                () -> {
                  came("evt_meanwhile", Status.RECEIVED, Duration.ZERO);
                  here.stack().close();
                })
            .inAPause(() -> {});

    Shell.Run run = listen(terminal, "lucid");

    assertEquals(Hookset.IN_THE_WAY, run.code(), run::err);
    assertTrue(
        run.err().contains("Waits for the local stack; is `./hookset dev` running?"), run::err);
    assertFalse(run.out().contains("evt_meanwhile"), "nothing is noted that is not safe here");
    here.start();
    tellCommandsWhereItIs();
    listen("lucid", "--no-follow");
    assertEquals(1, handled(1).size());
  }

  @Test
  void withoutDev_orWithoutAStack_itSaysSo() {
    Shell elsewhere = new Shell(home.resolve("elsewhere"), operated.cloud().environment());

    Shell.Run run =
        elsewhere.run(
            "listen", "--stack", "shop", "--dynamodb-port=1", "--sqs-port=1", "--s3-port=1");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertTrue(run.err().contains("is `./hookset dev` running?"), run::err);
    assertEquals(Hookset.WRONG_COMMAND_LINE, local("listen").code());
  }

  // A stack that is only to be read must not be written to by a slip; its policy would not allow
  // it.
  @Test
  void source_isOnlyRead_byWhatItsPolicyNames() throws Exception {
    longBody(operated, "evt_long");
    came("evt_more", Status.RECEIVED, Duration.ofMinutes(1));
    listen("--since", "1h", "--again", "--no-follow");

    assertEquals(actions("listen"), operated.cloud().operations());
  }

  /** The actions of a policy in docs/permissions.md, without their services. */
  static Set<String> actions(String command) throws IOException {
    String text = Files.readString(Shell.REPOSITORY.resolve("docs/permissions.md"));
    Matcher policy =
        Pattern.compile("(?s)## `" + command + "`.*?```json\n(.*?)\n```").matcher(text);
    assertTrue(policy.find(), command);
    Set<String> actions = new TreeSet<>();
    for (JsonNode statement : JSON.readTree(policy.group(1)).path("Statement")) {
      assertEquals("Allow", statement.path("Effect").asText());
      statement
          .path("Action")
          .forEach(
              action -> actions.add(action.asText().substring(action.asText().indexOf(':') + 1)));
    }
    return actions;
  }

  @Test
  void bookmarks_areDeletedWithTheRecords() throws IOException {
    listen("--no-follow");
    came("evt_x", Status.SKIPPED, Duration.ofMinutes(1));
    listen("--no-follow");
    Path folder = home.resolve(".hookset").resolve(Bookmarks.FOLDER);
    assertTrue(Files.exists(folder), "there is one");

    assertEquals(Hookset.OK, local("clear", "--records").code());

    assertFalse(Files.exists(folder), "or nothing would be played again");
  }
}
