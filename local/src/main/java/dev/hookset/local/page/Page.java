package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.hookset.Body;
import dev.hookset.inbox.Inbox;
import dev.hookset.local.crash.CrashReport;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Records;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
  /** Where a command has something forgotten. */
  public static final String FORGET = "/api/forget";

  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final int LONGEST_REQUEST = 16 * 1024;

  /** Where a delivery is sent again, edited. */
  static final String RESEND = "/api/resend";

  /** A body of the longest, of which each character is escaped. */
  private static final int LONGEST_RESEND = 32 * 1024 * 1024;

  private static final Answer WITHOUT_SECRET =
      new Answer(
          401,
          Answer.TEXT,
          Body.ofUtf8(
              "Open this page by the whole URL that `./hookset dev` or `look` prints: it ends in a key, which"
                  + " this browser has not shown yet.\n"));

  /** The files that are served. */
  private static final Set<String> FILES =
      Set.of(
          "/actions.js",
          "/address.js",
          "/ask.js",
          "/bar.css",
          "/base.css",
          "/body.js",
          "/changes.js",
          "/chip.css",
          "/clipboard.js",
          "/columns.js",
          "/compare.css",
          "/compare.js",
          "/comparison.js",
          "/dialog.css",
          "/diff.js",
          "/dom.js",
          "/filters.css",
          "/filters.js",
          "/icon.svg",
          "/index.html",
          "/json.js",
          "/list.css",
          "/list.js",
          "/main.js",
          "/narrow.css",
          "/numbers.js",
          "/pane.css",
          "/pane.js",
          "/payload.js",
          "/providers.css",
          "/providers.js",
          "/replay.js",
          "/resend.css",
          "/resend.js",
          "/row.js",
          "/rows.js",
          "/search.js",
          "/selection.js",
          "/send.js",
          "/store.js",
          "/text.css",
          "/timeline.css",
          "/timeline.js",
          "/tools.js",
          "/tree.css",
          "/tree.js",
          "/treeview.js",
          "/urls.js",
          "/verification.js",
          "/viewer.js",
          "/waterfall.css",
          "/waterfall.js");

  private static final Map<String, String> MEDIA_TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final DeliveryLog log;
  private final Contents contents;
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
   * @param publicUrls where its provider is to send them
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
      Function<String, URI> publicUrls,
      InstantSource clock,
      PageSecret secret,
      Consumer<String> troubled) {
    this(
        log,
        new DeliveriesOfDev(
            log,
            inbox,
            records,
            new Verification(variables),
            urls,
            clock,
            operator,
            new SampleSender(providers, deliveries, urls, clock),
            publicUrls),
        secret,
        troubled);
  }

  private Page(DeliveryLog log, Contents contents, PageSecret secret, Consumer<String> troubled) {
    this.log = Objects.requireNonNull(log, "log");
    this.contents = Objects.requireNonNull(contents, "contents");
    this.secret = Objects.requireNonNull(secret, "secret");
    this.guard = new Guard(secret, new SecureRandom());
    this.troubled = Objects.requireNonNull(troubled, "troubled");
  }

  /**
   * Creates a page of a deployed stack, from its records alone.
   *
   * @param stack its name
   * @param providers whose deliveries it receives
   * @param inbox where the records are
   * @param records lists them
   * @param operator replays them; null if the stack is only to be read
   * @param clock our clock
   * @param secret what a browser has to show
   * @param troubled is told, for the person at the laptop, what the page could not do
   */
  public static Page ofRecords(
      String stack,
      List<String> providers,
      Inbox inbox,
      Records records,
      @Nullable Operator operator,
      InstantSource clock,
      PageSecret secret,
      Consumer<String> troubled) {
    DeliveryLog log = new DeliveryLog(clock);
    return new Page(
        log,
        new RecordsOfStack(stack, providers, log, inbox, records, operator, clock),
        secret,
        troubled);
  }

  /**
   * Has samples signed, and deliveries judged again, with other keys from now on.
   *
   * @param deliveries makes samples
   * @param variables what the functions have in their environment
   */
  public void useKeys(Deliveries deliveries, Map<String, String> variables) {
    contents.useKeys(deliveries, variables);
  }

  /** What else has to be rid of what is forgotten. */
  @FunctionalInterface
  public interface Compaction {
    /**
     * Rids it.
     *
     * @throws IOException if it cannot be done now
     */
    void run() throws IOException;
  }

  /** Has something done whenever events were forgotten. */
  public void whenForgetting(Compaction compaction) {
    contents.whenForgetting(compaction);
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
        send(exchange, Answer.message(500, "the page failed: " + fault));
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
      send(exchange, new Answer(303, Answer.TEXT, Body.ofUtf8("")));
      return;
    }
    if (!isFromHere || !guard.isAdmitted(exchange)) {
      boolean asksForThePage = isFromHere && method.equals("GET") && path.equals("/");
      send(exchange, asksForThePage ? WITHOUT_SECRET : Answer.message(404, "Not Found"));
      return;
    }
    boolean isData = path.startsWith("/api/");
    if (isData && Guard.isFromAnotherSite(exchange)) {
      send(exchange, Answer.message(403, "the request comes from another site"));
      return;
    }
    switch (method) {
      case "GET" -> {
        if (path.equals("/api/feed")) {
          stream(exchange);
        } else {
          Answer found =
              path.equals("/api/search")
                  ? contents.search(exchange.getRequestURI().getRawQuery())
                  : isData ? data(path) : file(path.equals("/") ? "/index.html" : path);
          send(exchange, found == null ? Answer.message(404, "Not Found") : found);
        }
      }
      case "POST" ->
          send(exchange, isData ? act(exchange, path) : Answer.message(404, "Not Found"));
      case null, default -> {
        exchange.getResponseHeaders().set("Allow", "GET, POST");
        send(exchange, Answer.message(405, "Method Not Allowed"));
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
    return parts.length > 5 ? null : contents.data(delivered, parts.length == 4 ? "" : parts[4]);
  }

  private void stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    Feed feed =
        log.feed(snapshot -> new Feed(PageJson.snapshot(snapshot, contents, guard.token())));
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
      return Answer.message(403, objection);
    }
    int longest = path.startsWith(RESEND) ? LONGEST_RESEND : LONGEST_REQUEST;
    byte[] body = exchange.getRequestBody().readNBytes(longest + 1);
    if (body.length > longest) {
      return Answer.message(413, "the request is too long");
    }
    JsonNode request;
    try {
      request = json.readTree(body);
    } catch (IOException e) {
      return Answer.message(400, "the request is not JSON"); // Or not even in an encoding of JSON.
    }
    Answer done = contents.act(path, request);
    return done == null ? Answer.message(404, "Not Found") : done;
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
    contents.close();
  }
}
