package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A headless Chromium with one page, driven by its DevTools protocol. What a page logs as an error
 * is kept, a violation of its content security policy included.
 */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final JsonMapper JSON = new JsonMapper();

  /** What a key is to the protocol, where it is not its own text. */
  private static final Map<String, Integer> KEY_CODES =
      Map.of(
          "Tab",
          9,
          "Enter",
          13,
          "Escape",
          27,
          "PageUp",
          33,
          "PageDown",
          34,
          "End",
          35,
          "Home",
          36,
          "ArrowUp",
          38,
          "ArrowDown",
          40);

  private final Path profile;
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger last = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> calls = new ConcurrentHashMap<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final String session;

  Browser(Path executable) throws IOException, InterruptedException {
    this.profile = Files.createTempDirectory("hookset-chromium");
    this.process =
        new ProcessBuilder(
                executable.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-default-browser-check",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    this.socket = http.newWebSocketBuilder().buildAsync(devTools(), new Answers()).join();
    String target =
        call("Target.createTarget", Map.of("url", "about:blank"), "").path("targetId").asText();
    this.session =
        call("Target.attachToTarget", Map.of("targetId", target, "flatten", true), "")
            .path("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Log")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Chromium writes the port that it has chosen into its profile. */
  private URI devTools() throws IOException, InterruptedException {
    Path file = profile.resolve("DevToolsActivePort");
    for (long waited = 0; waited < PATIENCE.toMillis(); waited += POLL.toMillis()) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() == 2) {
        return URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.getLast());
      }
      Thread.sleep(POLL);
    }
    process.destroyForcibly();
    throw new IllegalStateException("Chromium did not start within " + PATIENCE);
  }

  /** Takes the protocol's messages apart. */
  private final class Answers implements WebSocket.Listener {
    private final StringBuilder begun = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean isLast) {
      begun.append(data);
      if (isLast) {
        take(begun.toString());
        begun.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedStage(null);
    }

    private void take(String text) {
      try {
        JsonNode message = JSON.readTree(text);
        CompletableFuture<JsonNode> call = calls.remove(message.path("id").asInt(-1));
        if (call != null) {
          call.complete(message);
        } else if (message.path("method").asText().equals("Runtime.exceptionThrown")) {
          errors.add(message.path("params").toString());
        } else if (message.path("method").asText().equals("Log.entryAdded")
            && message.at("/params/entry/level").asText().equals("error")) {
          errors.add(message.at("/params/entry/text").asText());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private JsonNode call(String method, Map<String, ?> parameters) {
    return call(method, parameters, session);
  }

  private JsonNode call(String method, Map<String, ?> parameters, String inSession) {
    int id = last.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", JSON.valueToTree(parameters));
    if (!inSession.isEmpty()) {
      message.put("sessionId", inSession);
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    calls.put(id, answer);
    socket.sendText(message.toString(), true).join();
    try {
      JsonNode got = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (got.has("error")) {
        throw new AssertionError(method + ": " + got.path("error"));
      }
      return got.path("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(method + " was not answered", e);
    }
  }

  /** Goes to a page, and waits until it is loaded. */
  void open(URI url) throws InterruptedException {
    errors.clear();
    call("Page.navigate", Map.of("url", url.toString()));
    await("document.readyState === 'complete' && location.href.startsWith('" + url + "')");
  }

  /** Returns what an expression of JavaScript gives; a promise is awaited. */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            Map.of(
                "expression", expression,
                "awaitPromise", true,
                "returnByValue", true,
                "userGesture", true));
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.at("/result/value");
  }

  String text(String expression) {
    return evaluate(expression).asText();
  }

  /** Waits until a condition holds. */
  void await(String condition) throws InterruptedException {
    for (long waited = 0; waited < PATIENCE.toMillis(); waited += POLL.toMillis()) {
      if (evaluate("Boolean(" + condition + ")").asBoolean()) {
        return;
      }
      Thread.sleep(POLL);
    }
    throw new AssertionError(
        condition + " did not come to hold; the page shows: " + text("document.body.innerText"));
  }

  /** Presses keys, one after the other, as a user does: names of keys, or text to type. */
  void press(String... keys) {
    for (String key : keys) {
      Integer code = KEY_CODES.get(key);
      Map<String, ?> down =
          code == null
              ? Map.of("type", "keyDown", "key", key, "text", key)
              : key.equals("Enter")
                  ? Map.of(
                      "type", "keyDown", "key", key, "windowsVirtualKeyCode", code, "text", "\r")
                  : Map.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", code);
      call("Input.dispatchKeyEvent", down);
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", "keyUp", "key", key, "windowsVirtualKeyCode", code == null ? 0 : code));
    }
  }

  void type(String text) {
    call("Input.insertText", Map.of("text", text));
  }

  /** Clicks into the middle of what a selector finds. */
  void click(String selector) throws InterruptedException {
    String found = "document.querySelector(" + JSON.valueToTree(selector) + ")";
    await(found);
    JsonNode middle =
        evaluate(
            "(() => { const e = "
                + found
                + "; e.scrollIntoView({ block: 'nearest' }); const r = e.getBoundingClientRect();"
                + " return [r.x + r.width / 2, r.y + r.height / 2]; })()");
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          Map.of(
              "type",
              type,
              "x",
              middle.get(0).asDouble(),
              "y",
              middle.get(1).asDouble(),
              "button",
              "left",
              "clickCount",
              1));
    }
  }

  void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Prefers {@code light} or {@code dark}. */
  void prefer(String scheme) {
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /** Returns what a screen reader is told, but for what it is not to notice. */
  List<JsonNode> accessibilityTree() {
    List<JsonNode> nodes = new ArrayList<>();
    call("Accessibility.getFullAXTree", Map.of())
        .path("nodes")
        .forEach(
            node -> {
              if (!node.path("ignored").asBoolean()) {
                nodes.add(node);
              }
            });
    return nodes;
  }

  /** Leaves the page, and forgets what it has logged. */
  void leave() throws InterruptedException {
    open(URI.create("about:blank"));
  }

  byte[] screenshot() {
    return Base64.getDecoder()
        .decode(call("Page.captureScreenshot", Map.of("format", "png")).path("data").asText());
  }

  /** Returns what the page has logged as errors since it was opened. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  @Override
  public void close() throws IOException {
    socket.abort();
    http.close();
    process.destroy();
    process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    List<Path> files;
    try (Stream<Path> all = Files.walk(profile)) {
      files = new ArrayList<>(all.toList());
    }
    for (Path file : files.reversed()) {
      Files.deleteIfExists(file);
    }
  }
}
