package dev.hookset.local.cli;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.forget.ErasureLog;
import dev.hookset.local.stack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody asked to be forgotten, and nobody knew where all of what had come about them lay. On a
 * stack behind the APIs of AWS.
 */
final class ForgetCommandTest {
  private static final String MARKER = "zoe.marker@example.org";

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private Shell.Run forget(TestTerminal terminal, String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "forget";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[arguments.length + 1] = "--stack";
    all[arguments.length + 2] = CloudStandIn.STACK;
    return new Shell(home, operated.cloud().environment()).run(terminal, all);
  }

  private Shell.Run forget(String... arguments) {
    return forget(new TestTerminal(), arguments);
  }

  private EventKey came(String id, Status status, Body body) {
    EventKey key = new EventKey("lamba", id + operated.type);
    Event event =
        new Event(key, operated.type, null, MARKER, body, new Origin(MARKER, MARKER, MARKER));
    operated
        .stack()
        .inbox()
        .record(
            new NewRecord(event, Instant.now(), status, Map.of("x-lamba-tenant", MARKER), MARKER));
    return key;
  }

  private static Body about(String text) {
    return Body.ofUtf8("{\"user\":{\"email\":\"" + text + "\"}}");
  }

  private static Body longAbout(String text) {
    byte[] random = new byte[40_000];
    new Random(1).nextBytes(random);
    return Body.ofUtf8(
        "{\"email\":\"" + text + "\",\"a\":\"" + HexFormat.of().formatHex(random) + "\"}");
  }

  private InboxRecord record(EventKey key) {
    return operated.stack().inbox().find(key).orElseThrow();
  }

  /** Whether the marker is anywhere in the table's items of this test, or in its objects. */
  private boolean isAnywhere() {
    LocalStack stack = operated.stack();
    boolean inTable =
        stack.dynamoDb().scanPaginator(scan -> scan.tableName(LocalStack.TABLE)).items().stream()
            .filter(item -> item.toString().contains(operated.type))
            .anyMatch(
                item ->
                    item.toString().contains(MARKER)
                        || item.containsKey("body")
                        || item.containsKey("overflow"));
    return inTable || !objects().isEmpty();
  }

  private List<String> objects() {
    return operated
        .stack()
        .s3()
        .listObjectsV2(list -> list.bucket(LocalStack.BUCKET))
        .contents()
        .stream()
        .map(object -> object.key())
        .filter(name -> name.startsWith("lamba/"))
        .toList();
  }

  @Test
  void event_forgotten_isNowhere_andARepeatedDeliveryIsKnown() throws Exception {
    Body body = longAbout(MARKER);
    EventKey key = came("evt_1", Status.QUARANTINED, body);
    EventKey conflict = new EventKey("lamba", key.eventId() + "~0123456789abcdef");
    operated
        .stack()
        .inbox()
        .record(
            new NewRecord(
                new Event(conflict, operated.type, null, MARKER, about(MARKER)),
                Instant.now(),
                Status.QUARANTINED,
                Map.of(),
                null));
    String object = objects().getFirst();
    operated.cloud().oldVersions.put(object, List.of("v1", "v2"));

    Shell.Run run = forget("lamba", key.eventId(), "--yes");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().startsWith("forgotten " + key + ", with 3 long bodies"), run::out);
    assertTrue(run.out().contains("forgotten " + conflict + "\n"), run::out);
    assertTrue(run.out().contains("35 days"), run::out);
    assertEquals(List.of(), operated.cloud().oldVersions.get(object));
    InboxRecord left = record(key);
    assertEquals(body.sha256(), left.digest());
    assertTrue(left.forgottenAt() != null && left.expiresAt() != null, left::toString);
    assertThrows(BodyLost.class, () -> operated.stack().inbox().body(left));
    assertFalse(operated.stack().inbox().replay(left, Instant.now()), "nothing is left to handle");
    assertEquals(
        new Recording.Existing(false, body.sha256()),
        operated
            .stack()
            .inbox()
            .record(
                new NewRecord(
                    new Event(key, operated.type, null, null, body),
                    Instant.now(),
                    Status.RECEIVED,
                    Map.of(),
                    null)),
        "a repeated delivery is a duplicate, and not pushed");
    forget("lamba", key.eventId(), "--yes");
    assertFalse(isAnywhere(), "the marker, a body or an object");
    Shell.Run show = operated.deployed("show", "lamba", key.eventId());
    assertTrue(show.out().contains("forgotten"), show::out);
    assertFalse(show.out().contains(MARKER), show::out);
  }

  @Test
  void events_ofASubject_areFoundHoweverItIsWritten() throws Exception {
    EventKey plain =
        came("evt_plain", Status.SKIPPED, Body.ofUtf8("{\"to\":\"Zoe <ZOE.x@e.org>\"}"));
    EventKey escaped =
        came("evt_escaped", Status.SKIPPED, Body.ofUtf8("{\"to\":\"zo\\u0065.x@e.org\"}"));
    EventKey form = came("evt_form", Status.SKIPPED, Body.ofUtf8("a=1&to=zoe.x%40e.org"));
    EventKey other = came("evt_other", Status.SKIPPED, Body.ofUtf8("{\"to\":\"nzoe.x@e.org\"}"));
    Instant now = Instant.now();
    SubjectKey subject = new SubjectKey("lamba", "zoe.x@e.org");
    operated
        .stack()
        .inbox()
        .takeTurn(subject, new TurnTerms(plain, now, "o", now, now.plusSeconds(9)));
    operated.stack().inbox().endTurn(subject, "o", now, now);

    Shell.Run dry = forget("lamba", "--subject", "zoe.x@e.org", "--dry-run");
    Shell.Run run = forget("lamba", "--subject", "zoe.x@e.org", "--yes");

    assertEquals(
        Stream.of(plain, escaped, form).map(key -> "would be forgotten " + key).collect(toSet()),
        dry.out().lines().collect(toSet()));
    assertEquals(
        3, run.out().lines().filter(line -> line.startsWith("forgotten ")).count(), run::out);
    assertTrue(record(other).forgottenAt() == null, "somebody else");
    assertTrue(
        operated
            .stack()
            .dynamoDb()
            .getItem(get -> get.tableName(LocalStack.TABLE).key(DynamoDbInbox.itemOf(subject)))
            .item()
            .isEmpty(),
        "the subject's own mark");
  }

  @Test
  void event_thatWaits_isNotHandledAnyMore_andOneInWorkIsLeft() {
    EventKey waiting = came("evt_waits", Status.RECEIVED, about(MARKER));
    EventKey held = came("evt_held", Status.RECEIVED, about(MARKER));
    Instant now = Instant.now();
    operated.stack().inbox().claim(held, new ClaimTerms("o", now, now.plusSeconds(60), 9, false));

    assertEquals(Hookset.OK, forget("lamba", waiting.eventId(), "--yes").code());
    Shell.Run refused = forget("lamba", held.eventId(), "--yes");

    assertEquals(Status.SKIPPED, record(waiting).status());
    assertTrue(record(waiting).dueAt() == null, "the relay does not find it");
    assertEquals(Hookset.NOT_AS_IT_SHOULD, refused.code());
    assertTrue(refused.out().startsWith("in work " + held), refused::out);
    assertTrue(record(held).forgottenAt() == null, "it is whole");
  }

  @Test
  void question_thatIsNotAnsweredWithYes_leavesAll() {
    EventKey key = came("evt_1", Status.SKIPPED, about(MARKER));
    TestTerminal terminal = new TestTerminal(true, false).answering("n");

    Shell.Run no = forget(terminal, "lamba", key.eventId());

    assertEquals(Hookset.NOT_AS_IT_SHOULD, no.code());
    assertEquals(List.of("Erase this event for good in stack shop? [y/N] "), terminal.questions());
    assertEquals("Nothing was forgotten.\n", no.out());
    assertEquals(Hookset.WRONG_COMMAND_LINE, forget("lamba", key.eventId()).code(), "nobody there");
    assertTrue(record(key).forgottenAt() == null, "it is whole");
    assertEquals(
        Hookset.OK,
        forget(new TestTerminal(true, false).answering("y"), "lamba", key.eventId()).code());
    assertTrue(record(key).forgottenAt() != null, "and then it is not");
  }

  @Test
  void erasure_isNoted_withoutWhatWasErased() throws IOException {
    EventKey key = came("evt_1", Status.SKIPPED, about(MARKER));

    forget("lamba", key.eventId(), "--yes");

    Path file = home.resolve(".hookset").resolve(ErasureLog.FILE);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    String text = Files.readString(file);
    assertTrue(text.contains("\"stack\":\"shop\"") && text.contains(about(MARKER).sha256()), text);
    assertFalse(text.contains(MARKER), text);
  }

  @Test
  void calls_areThoseOfThePolicy() throws IOException {
    EventKey key = came("evt_1", Status.SKIPPED, longAbout(MARKER));
    forget("lamba", "--subject", MARKER, "--dry-run");
    forget("lamba", "--subject", "nobody at all", "--yes");
    forget("lamba", "--subject", key.eventId(), "--yes");

    Set<String> called = new TreeSet<>(operated.cloud().operations());
    assertTrue(called.remove("ListObjectVersions"), "S3 calls its right by another name");
    called.add("ListBucketVersions");
    assertEquals(ListenCommandTest.actions("forget"), called);
  }

  @Test
  void call_thatNamesNothing_isAWrongCommandLine() {
    for (String call :
        List.of("lamba", "lamba evt --subject x", "nobody evt", "lamba --subject ")) {
      assertEquals(Hookset.WRONG_COMMAND_LINE, forget(call.split(" ", -1)).code(), call);
    }
    assertEquals(Hookset.NOT_AS_IT_SHOULD, forget("lamba", "evt_nope", "--yes").code());
  }
}
