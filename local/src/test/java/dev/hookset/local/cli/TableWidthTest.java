package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.cli.terminal.TextWidth;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lists were 130 columns wide and more, and broke in a terminal of 80 into two lines each. */
final class TableWidthTest {
  private static final String LONG_TYPE = "注文.🎉.created." + "very.long.".repeat(20) + "end";

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private final String mark = operated.type;

  @BeforeEach
  void remember() throws IOException {
    Ports.save(home.resolve(".hookset"), operated.stack());
  }

  @Test
  void tables_fit80Columns_inAPipeAndOnATerminal() throws IOException {
    EventKey key = recorded(mark + "x".repeat(180) + "日本語");
    Shell.checkOutInto(home);
    new Settings(home.resolve(".hookset")).savePublicUrl(URI.create("https://a.example.com"));
    Map<String, String> variables = Map.of("LAMINA_WEBHOOK_PUBLIC_KEY", "x");
    Path headers = Files.writeString(home.resolve("headers"), "x-a: " + "b".repeat(300) + "\n");
    Path body = Files.writeString(home.resolve("body"), "{}");
    String[] verify = {
      "verify", "lymnus", "--headers", headers.toString(), "--body", body.toString()
    };
    List<String[]> calls =
        List.of(
            words("list"),
            words("list lamba --status skipped"),
            new String[] {"show", key.provider(), key.eventId()},
            words("stats"),
            words("secret"),
            words("demo"),
            words("urls"),
            words("status"),
            verify);
    for (String[] call : calls) {
      for (TestTerminal terminal : List.of(new TestTerminal(), new TestTerminal(true, true))) {
        Shell.Run run = new Shell(home, variables).run(terminal, call);

        assertTrue(run.code() <= 1, run::err);
        tableLines(call[0], run)
            .forEach(line -> assertTrue(TextWidth.of(line) <= Table.COLUMNS, line));
      }
    }
  }

  /** The title of `show` has the whole ID, and what follows the tables of `verify` is prose. */
  private static List<String> tableLines(String command, Shell.Run run) {
    List<String> lines = run.out().lines().toList();
    return switch (command) {
      case "show" -> lines.subList(1, lines.size());
      case "verify" -> lines.stream().takeWhile(line -> !line.isEmpty()).toList();
      default -> lines;
    };
  }

  private static String[] words(String call) {
    return call.split(" ", -1);
  }

  @Test
  void wide_hasEveryColumnAndTheWholeOfEachCell() {
    EventKey key = recorded(mark + "x".repeat(180) + "日本語");

    Shell.Run run = local("list", "--wide");

    assertTrue(run.out().contains("attempts  last error"), run::out);
    assertTrue(run.out().contains(key.eventId()), run::out);
    assertTrue(run.out().contains(LONG_TYPE), run::out);
  }

  // What a list prints is what the next command is called with.
  @Test
  void id_withoutItsMiddle_namesItsEvent() {
    EventKey key = recorded("evt_" + mark + "x".repeat(60) + "_end");
    String shown = lastWord(local("list", "lamba"));

    assertTrue(shown.startsWith("evt_") && shown.contains("…") && shown.endsWith("end"), shown);
    assertTrue(local("show", shown, "--wide").out().startsWith("lamba event " + key.eventId()));
    assertTrue(local("show", "lamba", shown).out().startsWith("lamba event "));
    assertEquals(
        "would replay " + key,
        local("replay", shown, "--dry-run").out().lines().findFirst().orElse(""));

    Shell.Run none = local("show", "evt_no…such");
    assertEquals(Hookset.NOT_AS_IT_SHOULD, none.code(), none::out);
    recorded(key.eventId().replace("xxxx_end", "yxxx_end"));
    Shell.Run two = local("show", "evt_" + mark + "…end");
    assertEquals(Hookset.WRONG_COMMAND_LINE, two.code());
    assertTrue(two.err().contains("2 events have an ID like that"), two::err);
  }

  // A URL without its middle is none: it is there to be pasted.
  @Test
  void url_thatIsTooLong_staysWholeInALineOfItsOwn() throws IOException {
    String base = "https://" + "a-long-name.".repeat(7) + "example.com";
    new Settings(home.resolve(".hookset")).savePublicUrl(URI.create(base));

    for (String command : List.of("urls", "status")) {
      Shell.Run narrow = local(command);
      assertTrue(narrow.out().contains("lemma\n  " + base + "/webhooks/lemma\n"), narrow::out);
      Shell.Run wide = local(command, "--wide");
      assertTrue(wide.out().contains("lemma     " + base + "/webhooks/lemma\n"), wide::out);
    }
  }

  private static String lastWord(Shell.Run run) {
    String line = run.out().lines().skip(1).findFirst().orElseThrow();
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  private EventKey recorded(String id) {
    Instant now = Instant.now();
    EventKey key = new EventKey("lamba", id);
    Event event = new Event(key, LONG_TYPE, now, null, Body.ofUtf8("{}"));
    operated.stack().inbox().record(new NewRecord(event, now, Status.SKIPPED, Map.of(), null));
    return key;
  }

  private Shell.Run local(String... arguments) {
    return new Shell(home).run(arguments);
  }
}
