package dev.hookset.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Does what an HTTP API of API Gateway does: takes requests, hands each to its function as an event
 * of payload format 2.0, and gives the answer back. On the loopback interface alone.
 */
final class HttpDoor implements AutoCloseable {
  /** What Lambda takes as an event; API Gateway answers 413 to what makes a longer one. */
  private static final int LARGEST_EVENT = 6 * 1024 * 1024;

  private static final Body NOTHING = Body.ofUtf8("");
  private static final String ROUTES = "/webhooks/";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Map<String, ReceiveFunction> receivers;
  private final Duration timeout;
  private final InstantSource clock;
  private final StackListener listener;
  private final Map<String, Receipt> receipts;
  private volatile HttpHandler others = HttpDoor::notFound;
  private final JsonMapper json = new JsonMapper();

  /**
   * Opens the door.
   *
   * @param receivers the functions by provider
   * @param receipts where the functions leave what they made of a delivery, by its trace
   * @throws BindException if the port is taken
   */
  HttpDoor(
      int port,
      Map<String, ReceiveFunction> receivers,
      Map<String, Receipt> receipts,
      Duration timeout,
      InstantSource clock,
      StackListener listener)
      throws IOException {
    this.receivers = Map.copyOf(receivers);
    this.receipts = receipts;
    this.timeout = timeout;
    this.clock = clock;
    this.listener = listener;
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (BindException e) {
      throw new IOException("port " + port + " is taken", e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /**
   * Has what is no provider's route answered by {@code others} from here on; until then with 404.
   */
  void open(HttpHandler others) {
    this.others = others;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (!path.startsWith(ROUTES)) {
        others.handle(exchange);
        return;
      }
      Provider provider = Providers.named(path.substring(ROUTES.length())).orElse(null);
      ReceiveFunction receiver = provider == null ? null : receivers.get(provider.name());
      if (provider == null || receiver == null || !exchange.getRequestMethod().equals("POST")) {
        notFound(exchange);
        return;
      }
      deliver(exchange, provider, receiver);
    }
  }

  private void deliver(HttpExchange exchange, Provider provider, ReceiveFunction receiver)
      throws IOException {
    Instant receivedAt = clock.instant();
    byte[] bytes = exchange.getRequestBody().readNBytes(LARGEST_EVENT + 1);
    Body body = bytes.length > LARGEST_EVENT ? null : Body.wrap(bytes);
    LambdaEvent event = event(exchange, provider, body == null ? NOTHING : body, receivedAt);
    byte[] compact = event.compact();
    LocalContext context = new LocalContext(provider.name(), timeout, clock);
    Reply reply;
    if (body == null || compact.length > LARGEST_EVENT) {
      exchange.getRequestBody().skip(Long.MAX_VALUE);
      reply = ofTheGateway(413, "Request Too Long");
    } else {
      reply = invoke(provider.name(), receiver, compact, context);
    }
    Exchange whole =
        new Exchange(
            provider.name(),
            receivedAt,
            Duration.between(receivedAt, clock.instant()),
            event.headers(),
            body,
            event.isBase64(),
            receipts.remove(context.traceId()),
            reply);
    try {
      send(exchange, reply);
    } finally {
      // The sender may be gone; what it sent has come all the same.
      listener.answered(whole);
    }
  }

  private static LambdaEvent event(
      HttpExchange exchange, Provider provider, Body body, Instant receivedAt) {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name, String.join(",", values)));
    return LambdaEvent.httpApi(
        new DeliveryRequest(provider, headers, body),
        UUID.randomUUID().toString(),
        receivedAt,
        isText(exchange.getRequestHeaders().getFirst("Content-Type"))
            ? LambdaEvent.BodyForm.TEXT
            : LambdaEvent.BodyForm.BASE64);
  }

  private Reply invoke(
      String provider, ReceiveFunction receiver, byte[] event, LocalContext context)
      throws IOException {
    JsonNode answer;
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      receiver.answer(new ByteArrayInputStream(event), out, context.traceId());
      answer = json.readTree(out.toByteArray());
    } catch (RuntimeException e) {
      listener.troubled("the function of " + provider + " failed: " + e);
      return ofTheGateway(500, "Internal Server Error");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    answer
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    return new Reply(
        answer.path("statusCode").asInt(),
        headers,
        answer.has("body") ? answer.path("body").asText() : null);
  }

  private static void notFound(HttpExchange exchange) throws IOException {
    send(exchange, ofTheGateway(404, "Not Found"));
  }

  /** What API Gateway itself answers. */
  private static Reply ofTheGateway(int status, String message) {
    return new Reply(status, Map.of(), "{\"message\":\"" + message + "\"}");
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    reply.headers().forEach(exchange.getResponseHeaders()::set);
    String body = reply.body();
    if (body == null) {
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
    exchange.sendResponseHeaders(reply.status(), bytes.length);
    try (OutputStream stream = exchange.getResponseBody()) {
      stream.write(bytes);
    }
  }

  /**
   * Whether API Gateway hands over a body of this type as it is; it encodes any other in base64.
   */
  private static boolean isText(@Nullable String contentType) {
    if (contentType == null) {
      return true;
    }
    String type = contentType.toLowerCase(Locale.ROOT);
    return type.startsWith("text/")
        || type.startsWith("application/json")
        || type.startsWith("application/xml")
        || type.startsWith("application/javascript");
  }

  /** Lets the requests in hand finish, and takes no more. */
  @Override
  public void close() {
    server.stop(1);
    threads.close();
  }
}
