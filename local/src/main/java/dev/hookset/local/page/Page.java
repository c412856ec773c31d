package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.local.crash.CrashReport;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Records;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.QueueUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of the page: its files, a stream of what happens, a delivery's pane, and
 * what it asks to be done.
 *
 * <p>Whoever does not show the page's secret gets what an unknown path gets in the cloud, so that
 * nothing of it shows through a tunnel; only who asks for the page itself, by a name of this
 * machine, is told where the secret is. Safe to share between threads.
 */
public final class Page implements HttpHandler, AutoCloseable {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final int LONGEST_REQUEST = 16 * 1024;
  private static final String TEXT = "text/plain; charset=utf-8";

  private static final Answer WITHOUT_SECRET =
      new Answer(
          401,
          TEXT,
          Body.ofUtf8(
              "Open this page by the whole URL that `./hookset dev` prints: it ends in a key, which"
                  + " this browser has not shown yet.\n"));

  /** The files that are served. */
  private static final Set<String> FILES =
      Set.of(
          "/bar.css",
          "/base.css",
          "/body.js",
          "/chip.css",
          "/dialog.css",
          "/dom.js",
          "/icon.svg",
          "/index.html",
          "/list.css",
          "/list.js",
          "/main.js",
          "/narrow.css",
          "/pane.css",
          "/pane.js",
          "/rows.js",
          "/send.js",
          "/store.js",
          "/text.css",
          "/timeline.css",
          "/timeline.js",
          "/verification.js",
          "/viewer.js");

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final DeliveryLog log;
  private final Operator operator;
  private final DeliveryPane pane;
  private final Verification verification;
  private final RecordPoller poller;
  private final SampleSender samples;
  private final PageSecret secret;
  private final Guard guard;
  private final Consumer<String> troubled;
  private final JsonMapper json = new JsonMapper();

  /**
   * Creates a page.
   *
   * @param log what it shows
   * @param inbox where the records are
   * @param records lists them
   * @param operator replays them
   * @param providers whose deliveries the stack receives
   * @param deliveries makes samples
   * @param variables what the functions have in their environment
   * @param urls where the deliveries of a provider go
   * @param clock our clock
   * @param secret what a browser has to show
   * @param troubled is told, for the person at the laptop, what the page could not do
   */
  public Page(
      DeliveryLog log,
      Inbox inbox,
      Records records,
      Operator operator,
      List<Provider> providers,
      Deliveries deliveries,
      Map<String, String> variables,
      Function<String, URI> urls,
      InstantSource clock,
      PageSecret secret,
      Consumer<String> troubled) {
    this.secret = Objects.requireNonNull(secret, "secret");
    this.guard = new Guard(secret, new SecureRandom());
    this.troubled = Objects.requireNonNull(troubled, "troubled");
    this.log = Objects.requireNonNull(log, "log");
    this.operator = Objects.requireNonNull(operator, "operator");
    this.verification = new Verification(variables);
    this.pane = new DeliveryPane(log, inbox, records, verification, urls, clock);
    this.samples = new SampleSender(providers, deliveries, urls, clock);
    this.poller = new RecordPoller(log, inbox, records);
  }

  /** What a request is answered. */
  private record Answer(int status, String type, Body body) {
    static Answer of(int status, JsonNode json) {
      return new Answer(status, "application/json", Body.ofUtf8(PageJson.write(json)));
    }

    static Answer text(String text) {
      return new Answer(200, TEXT, Body.ofUtf8(text));
    }
  }

  /**
   * Has samples signed, and deliveries judged again, with other keys from now on.
   *
   * @param deliveries makes samples
   * @param variables what the functions have in their environment
   */
  public void useKeys(Deliveries deliveries, Map<String, String> variables) {
    verification.use(variables);
    samples.use(deliveries);
  }

  /** Returns the URL that opens the page at {@code base} in a browser. */
  public URI address(URI base) {
    return base.resolve("/?" + Guard.KEY + "=" + secret.text());
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      answer(exchange);
    } catch (RuntimeException | Error e) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
      // Its message may quote a body or a key.
      String fault = CrashReport.summary(e);
      troubled.accept("the page could not answer " + request + ": " + fault);
      if (exchange.getResponseCode() < 0) {
        send(exchange, message(500, "the page failed: " + fault));
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String method = exchange.getRequestMethod();
    boolean isFromHere = Guard.isFromHere(exchange);
    if (isFromHere) {
      Guard.protect(exchange);
    }
    if (isFromHere && method.equals("GET") && path.equals("/") && guard.admits(exchange)) {
      exchange.getResponseHeaders().set("Location", "/");
      send(exchange, new Answer(303, TEXT, Body.ofUtf8("")));
      return;
    }
    if (!isFromHere || !guard.isAdmitted(exchange)) {
      boolean asksForThePage = isFromHere && method.equals("GET") && path.equals("/");
      send(exchange, asksForThePage ? WITHOUT_SECRET : message(404, "Not Found"));
      return;
    }
    boolean isData = path.startsWith("/api/");
    if (isData && Guard.isFromAnotherSite(exchange)) {
      send(exchange, message(403, "the request comes from another site"));
      return;
    }
    switch (method) {
      case "GET" -> {
        if (path.equals("/api/feed")) {
          stream(exchange);
        } else {
          Answer found = isData ? data(path) : file(path.equals("/") ? "/index.html" : path);
          send(exchange, found == null ? message(404, "Not Found") : found);
        }
      }
      case "POST" -> send(exchange, isData ? act(exchange, path) : message(404, "Not Found"));
      case null, default -> {
        exchange.getResponseHeaders().set("Allow", "GET, POST");
        send(exchange, message(405, "Method Not Allowed"));
      }
    }
  }

  private static @Nullable Answer file(String path) throws IOException {
    if (!FILES.contains(path)) {
      return null;
    }
    String type =
        Objects.requireNonNull(MEDIA_TYPES.get(path.substring(path.lastIndexOf('.') + 1)));
    try (InputStream file = Page.class.getResourceAsStream(path.substring(1))) {
      return new Answer(200, type, Body.wrap(Objects.requireNonNull(file, path).readAllBytes()));
    }
  }

  /**
   * {@code /api/deliveries/<number>}, and below it its verification, its body, and it for other
   * tools.
   */
  private @Nullable Answer data(String path) {
    String[] parts = path.split("/", -1);
    if (parts.length < 4 || !parts[2].equals("deliveries") || !parts[3].matches("\\d{1,15}")) {
      return null;
    }
    LogEntry.Delivered delivered = log.delivery(Long.parseLong(parts[3]));
    if (delivered == null) {
      return null;
    }
    String view = parts.length == 4 ? "" : parts.length == 5 ? parts[4] : "?";
    boolean hasBody = delivered.exchange().body() != null;
    return switch (view) {
      case "" -> Answer.of(200, pane.of(delivered));
      case "verification" -> Answer.of(200, pane.verification(delivered));
      case "body" -> hasBody ? bytes(delivered) : null;
      case "curl" -> hasBody ? Answer.text(pane.curl(delivered)) : null;
      case "fixture" -> hasBody ? Answer.of(200, pane.fixture(delivered)) : null;
      case "event" -> hasBody ? Answer.text(pane.lambdaEvent(delivered)) : null;
      default -> null;
    };
  }

  /** The body as it came; the media type is ours, so that no browser takes it for anything else. */
  private static Answer bytes(LogEntry.Delivered delivered) {
    return new Answer(
        200, "application/octet-stream", Objects.requireNonNull(delivered.exchange().body()));
  }

  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    Feed feed =
        log.feed(snapshot -> new Feed(PageJson.snapshot(snapshot, guard.token(), samples.types())));
    try (OutputStream out = exchange.getResponseBody()) {
      for (String next = feed.next(HEARTBEAT); next != null; next = feed.next(HEARTBEAT)) {
        out.write(next.getBytes(StandardCharsets.UTF_8));
        if (feed.isEmpty()) {
          out.flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // The page was closed.
    } finally {
      feed.end();
    }
  }

  private Answer act(HttpExchange exchange, String path) throws IOException {
    String objection = guard.objection(exchange);
    if (objection != null) {
      return message(403, objection);
    }
    byte[] body = exchange.getRequestBody().readNBytes(LONGEST_REQUEST + 1);
    if (body.length > LONGEST_REQUEST) {
      return message(413, "the request is too long");
    }
    JsonNode request;
    try {
      request = json.readTree(body);
    } catch (IOException e) {
      return message(400, "the request is not JSON"); // Or not even in an encoding of JSON.
    }
    return switch (path) {
      case "/api/replay" -> replay(request.path("key").asText());
      case "/api/send" ->
          sendSample(
              request.path("provider").asText(),
              request.path("type").asText(),
              request.path("variant").asText());
      default -> message(404, "Not Found");
    };
  }

  private Answer replay(String text) {
    EventKey key;
    try {
      key = EventKey.parse(text);
    } catch (IllegalArgumentException e) {
      return message(400, e.getMessage());
    }
    try {
      return operator.replay(key)
          ? message(200, "replayed")
          : message(409, "there is no such record, or it is not finished yet");
    } catch (QueueUnavailable e) {
      return message(202, "replayed; the queue does not answer, so the relay pushes it later");
    } catch (InboxUnavailable e) {
      return message(503, "the record cannot be changed: " + e.getMessage());
    }
  }

  private Answer sendSample(String providerName, String type, String variantName) {
    Provider provider = Providers.named(providerName).orElse(null);
    if (provider == null || type.isEmpty()) {
      return message(400, "which provider, and which type?");
    }
    try {
      SampleSender.Variant variant =
          SampleSender.Variant.valueOf(variantName.toUpperCase(Locale.ROOT));
      ArrayNode answers = json.createArrayNode();
      samples.send(provider, type, variant).forEach(answers::add);
      ObjectNode sent = json.createObjectNode();
      sent.set("answers", answers);
      return Answer.of(200, sent);
    } catch (IllegalArgumentException e) {
      return message(400, e.getMessage());
    } catch (IOException e) {
      return message(502, "the stack does not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return message(503, "the stack is being stopped");
    }
  }

  private static Answer message(int status, @Nullable String message) {
    return Answer.of(status, JsonNodeFactory.instance.objectNode().put("message", message));
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), answer.body().size());
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer.body().toByteArray());
    }
  }

  /** Ends the streams, so that the stack can be stopped. */
  @Override
  public void close() {
    log.endFeeds();
    poller.close();
    samples.close();
  }
}
