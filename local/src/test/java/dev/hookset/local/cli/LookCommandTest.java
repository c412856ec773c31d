package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.cli.terminal.TestTerminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page was there for the laptop alone; at night one read tables of text from production. */
final class LookCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private final StringWriter out = new StringWriter();

  /** Does something with the page while it is up. */
  @FunctionalInterface
  private interface Visit {
    void to(URI page, String cookie) throws IOException, InterruptedException;
  }

  private int look(Visit visit, String... options) {
    TestTerminal terminal =
        new TestTerminal()
            .inAPause(
                () -> {
                  String printed = out.toString();
                  URI address = URI.create(printed.substring(printed.indexOf("http")).strip());
                  try {
                    visit.to(
                        address.resolve("/"),
                        "hookset-page-"
                            + address.getPort()
                            + "="
                            + address.getQuery().substring("key=".length()));
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    List<String> all = new ArrayList<>(List.of("look", "--port=0", "--stack", CloudStandIn.STACK));
    all.addAll(List.of(options));
    return Hookset.run(
        new Shell(home, operated.cloud().environment())
            .commandLine(terminal)
            .setOut(new PrintWriter(out, true)),
        all.toArray(String[]::new));
  }

  private static String get(URI page, String path, String cookie)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(page.resolve(path)).header("Cookie", cookie).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  /** The first message of the feed. */
  private static JsonNode snapshot(URI page, String cookie)
      throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    try (InputStream feed =
            http.send(
                    HttpRequest.newBuilder(page.resolve("/api/feed"))
                        .header("Cookie", cookie)
                        .build(),
                    HttpResponse.BodyHandlers.ofInputStream())
                .body();
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(feed, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (!line.startsWith("data: ")) {
        line = lines.readLine();
      }
      return JSON.readTree(line.substring("data: ".length()));
    } finally {
      http.shutdownNow(); // to close it would wait for the feed's next heartbeat
    }
  }

  private JsonNode rowOf(EventKey key, JsonNode snapshot) {
    for (JsonNode row : snapshot.path("deliveries")) {
      if (row.path("key").asText().equals(key.toString())) {
        return row;
      }
    }
    throw new AssertionError(key + " is not in " + snapshot);
  }

  private static int post(URI page, String cookie, JsonNode snapshot, String path, String body)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(page.resolve(path))
                  .header("Cookie", cookie)
                  .header("Origin", page.toString().replaceFirst("/$", ""))
                  .header("Content-Type", "application/json")
                  .header("X-Hookset-Token", snapshot.path("token").asText())
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  @Test
  void page_ofADeployedStack_hasItsEvents_theirTimelinesAndBodies() {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.QUARANTINED);
    EventKey longer = ListenCommandTest.longBody(operated, "evt_long");

    int code =
        look(
            (page, cookie) -> {
              JsonNode snapshot = snapshot(page, cookie);
              assertEquals("shop", snapshot.path("stack").asText());
              assertFalse(snapshot.path("canReplay").asBoolean());
              String number = rowOf(key, snapshot).path("number").asText();
              JsonNode pane = JSON.readTree(get(page, "/api/deliveries/" + number, cookie));
              assertTrue(pane.path("fromRecord").asBoolean(), pane::toString);
              assertEquals("QUARANTINED", pane.path("record").path("status").asText());
              assertTrue(
                  pane.path("timeline").findValuesAsText("what").contains("quarantined"),
                  pane::toString);
              // Its records have neither headers nor bodies at hand, and are not the page's to
              // clear.
              assertTrue(get(page, "/api/search?text=a", cookie).contains("Not Found"));
              assertEquals(404, post(page, cookie, snapshot, "/api/clear", "{}"));
              assertEquals("{\"a\":[1]}", get(page, "/api/deliveries/" + number + "/body", cookie));
              String other = rowOf(longer, snapshot).path("number").asText();
              assertEquals(
                  record(longer).digest(),
                  Body.ofUtf8(get(page, "/api/deliveries/" + other + "/body", cookie)).sha256());
            });

    assertEquals(Hookset.OK, code);
    assertTrue(out.toString().contains("; it is only read. Ctrl-C stops."), out::toString);
  }

  private InboxRecord record(EventKey key) {
    return operated.stack().inbox().find(key).orElseThrow();
  }

  @Test
  void replay_isThereOnlyWhenItIsSaid() {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.QUARANTINED);
    String request = "{\"key\":\"" + key + "\"}";

    look(
        (page, cookie) ->
            assertEquals(404, post(page, cookie, snapshot(page, cookie), "/api/replay", request)));
    assertEquals(0, record(key).replays(), "it is only read");
    out.getBuffer().setLength(0);
    look(
        (page, cookie) ->
            assertEquals(200, post(page, cookie, snapshot(page, cookie), "/api/replay", request)),
        "--replay");

    assertEquals(1, record(key).replays());
  }

  @Test
  void visitor_withoutTheKey_findsNothing() {
    EventKey key = operated.recorded("lucid", "evt_" + operated.type, Status.QUARANTINED);

    look(
        (page, _) -> {
          for (String path : List.of("/api/feed", "/api/deliveries/1", "/main.js")) {
            String answer = get(page, path, "hookset-page-" + page.getPort() + "=no");
            assertFalse(answer.contains(key.eventId()), answer);
            assertTrue(answer.contains("Not Found"), answer);
          }
        });
  }

  @Test
  void stack_isOnlyRead_byWhatItsPolicyNames() throws IOException {
    EventKey longer = ListenCommandTest.longBody(operated, "evt_long");

    look(
        (page, cookie) -> {
          String number = rowOf(longer, snapshot(page, cookie)).path("number").asText();
          get(page, "/api/deliveries/" + number, cookie);
          get(page, "/api/deliveries/" + number + "/body", cookie);
        });

    assertEquals(ListenCommandTest.actions("look"), operated.cloud().operations());
  }

  @Test
  void look_withoutAStack_saysWhere() {
    assertEquals(Hookset.WRONG_COMMAND_LINE, new Shell(home, Map.of()).run("look").code());
  }
}
