package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A recorded delivery was copied into a test by hand, with whatever stood in it. */
final class ShowFixtureTest {
  private static final String BODY =
      "{\"price\":1.10,\"user\":{\"name\":\"Ann Lee\",\"email\":\"ann@shop.de\"}}";
  private static final String REDACTED =
      "{\"price\":1.10,\"user\":{\"name\":\"Person 1\",\"email\":\"person1@example.com\"}}";

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = home.resolve("fixtures/moved.json");
  }

  @Test
  void fixture_isWrittenForItsOwner_andSaysWhereItWasChanged() throws IOException {
    EventKey key = recorded(BODY);

    Shell.Run run = show(key, "--fixture", file.toString());

    assertEquals(Hookset.OK, run.code(), run::err);
    String text = Files.readString(file);
    assertTrue(text.contains("\"eventId\": \"" + key.eventId() + "\""), text);
    assertTrue(text.contains("\"type\": \"" + operated.type + "\""), text);
    assertTrue(text.endsWith("\"body\": " + REDACTED + "\n}\n"), text);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (Stream<Path> files = Files.list(home.resolve("fixtures"))) {
      assertEquals(List.of(file), files.toList(), "nothing besides");
    }
    assertTrue(run.out().contains("  $.user.name   name\n"), run::out);
    assertTrue(run.out().contains("  $.user.email  e-mail address\n"), run::out);
    assertFalse(run.out().contains("Ann") || run.out().contains("shop.de"), run::out);
  }

  @Test
  void fixture_thatIsThere_isReplacedOnlyWhenTold() throws IOException {
    EventKey key = recorded(BODY);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "mine");

    Shell.Run refused = show(key, "--fixture", file.toString());

    assertEquals(Hookset.IN_THE_WAY, refused.code());
    assertEquals(
        List.of("hookset: " + file + " is there already; --force replaces it"),
        refused.errorLines());
    assertEquals("mine", Files.readString(file));
    assertEquals(Hookset.OK, show(key, "--fixture", file.toString(), "--force").code());
    assertTrue(Files.readString(file).contains(REDACTED));
  }

  @Test
  void fixture_onTheStandardOutput_isNothingBesides() {
    EventKey key = recorded(BODY);

    Shell.Run run = show(key, "--fixture", "-");

    assertTrue(run.out().startsWith("{\n  \"provider\": \"lucid\",\n"), run::out);
    assertTrue(run.out().endsWith("\"body\": " + REDACTED + "\n}\n"), run::out);
    assertTrue(run.err().contains("$.user.email  e-mail address"), run::err);
    assertEquals(Hookset.WRONG_COMMAND_LINE, show(key, "--fixture", "-", "--json").code());
  }

  @Test
  void fixture_ofABodyThatNobodyUnderstands_isRefused() {
    Shell.Run run = show(recorded("ann@shop.de"), "--fixture", file.toString());

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(run.err().contains("--save FILE"), run::err);
    assertFalse(Files.exists(file));
  }

  private EventKey recorded(String body) {
    Instant now = Instant.now();
    EventKey key = new EventKey("lucid", "evt_" + operated.type);
    Event event = new Event(key, operated.type, now, null, Body.ofUtf8(body));
    operated.stack().inbox().record(new NewRecord(event, now, Status.SKIPPED, Map.of(), null));
    return key;
  }

  private Shell.Run show(EventKey key, String... options) {
    return operated.local(
        Stream.concat(Stream.of("show", "lucid", key.eventId()), Stream.of(options))
            .toArray(String[]::new));
  }
}
