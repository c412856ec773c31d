package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * How an event, a provider and a status are named on the command line, and what is shown of one.
 */
final class NamedEventsTest {
  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private final String type = operated.type;

  @BeforeEach
  void remember() throws IOException {
    Ports.save(home.resolve(".hookset"), operated.stack());
  }

  // `show` and `replay` wanted the provider even where the ID alone says which event is meant.
  @Test
  void event_byItsIdAlone_isFoundWhereItIsTheOnlyOne() {
    EventKey key = recorded("lucid", "evt_" + type, Body.ofUtf8("{}"));

    assertTrue(local("show", key.eventId()).out().startsWith("lucid event " + key.eventId()));
    assertEquals(
        "would replay " + key,
        local("replay", key.eventId(), "--dry-run").out().lines().findFirst().orElse(""));

    recorded("lymnus", "evt_" + type, Body.ofUtf8("{}"));
    Shell.Run two = local("show", key.eventId());
    assertEquals(Hookset.WRONG_COMMAND_LINE, two.code());
    assertTrue(two.err().contains("lucid, lymnus"), two::err);
  }

  // `list` prints an ID with escapes, and `show` knew no such event.
  @Test
  void event_byItsIdAsItIsPrinted_isFound() {
    String id = "evt_\u001B[31m\u202E_" + type;
    recorded("lucid", id, Body.ofUtf8("{}"));

    String listed = local("list", "lucid", "--type", type, "--wide").out();
    String printed = listed.lines().toList().getLast().replaceFirst(".* ", "");

    assertTrue(printed.startsWith("evt_\\u{1B}[31m\\u{202E}_"), listed);
    assertEquals(Hookset.OK, local("show", "lucid", printed).code());
    assertEquals(Hookset.OK, local("show", printed).code());
  }

  // `dev` and `replay` print an event's key, and `show` knew no such event.
  @Test
  void event_byItsKeyAsItIsPrinted_isFound() {
    recorded("lucid", "-rf_" + type, Body.ofUtf8("{}"));

    assertEquals(Hookset.OK, local("show", "lucid#-rf_" + type).code());
    assertEquals(Hookset.NOT_AS_IT_SHOULD, local("show", "lucid#nope_" + type).code());
  }

  // `list --status received` was refused, though the column prints it.
  @Test
  void list_byAnyStatusThatItPrints_isUnderstood() {
    for (Status status : Status.values()) {
      String word = status.name().toLowerCase(Locale.ROOT);
      assertEquals(Hookset.OK, local("list", "--type", type, "--status", word).code(), word);
    }
    Shell.Run wrong = local("list", "--status", "dnoe");
    assertEquals(Hookset.WRONG_COMMAND_LINE, wrong.code());
    assertTrue(wrong.err().contains("processing"), wrong::err);
  }

  // `show lucidd evt` said "no record"; nobody sees the slip.
  @Test
  void provider_thatThereIsNot_isNamedWithTheNearest() {
    for (String command :
        List.of("show lucidd evt", "replay lucidd evt", "list lucidd", "tail Lucid")) {
      Shell.Run run = local(command.split(" ", -1));

      assertEquals(Hookset.WRONG_COMMAND_LINE, run.code(), command);
      assertTrue(run.err().contains("did you mean lucid?"), run::err);
    }
  }

  // A body was read into values and written anew: what is shown is evidence.
  @Test
  void show_aBody_changesNoToken() {
    String text = "{\"price\":1.10,\"price\":1e400}";
    EventKey key = recorded("lucid", "evt_" + type, Body.ofUtf8(text));

    Shell.Run run = local("show", "lucid", key.eventId(), "--body");

    assertTrue(run.out().endsWith("\n{\n  \"price\": 1.10,\n  \"price\": 1e400\n}\n"), run::out);
  }

  private EventKey recorded(String provider, String id, Body body) {
    Instant now = Instant.now();
    EventKey key = new EventKey(provider, id);
    Event event = new Event(key, type, now, null, body);
    operated.stack().inbox().record(new NewRecord(event, now, Status.SKIPPED, Map.of(), null));
    return key;
  }

  private Shell.Run local(String... arguments) {
    return new Shell(home).run(arguments);
  }
}
