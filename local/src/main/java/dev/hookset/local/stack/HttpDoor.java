package dev.hookset.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  private static final String ROUTES = "/webhooks/";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Map<String, ReceiveFunction> receivers;
  private final Duration timeout;
  private final InstantSource clock;
  private final StackListener listener;
  private final JsonMapper json = new JsonMapper();

  /**
   * Opens the door.
   *
   * @param receivers the functions by provider
   * @throws BindException if the port is taken
   */
  HttpDoor(
      int port,
      Map<String, ReceiveFunction> receivers,
      Duration timeout,
      InstantSource clock,
      StackListener listener)
      throws IOException {
    this.receivers = Map.copyOf(receivers);
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

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Provider provider =
          Providers.named(path.startsWith(ROUTES) ? path.substring(ROUTES.length()) : "")
              .orElse(null);
      ReceiveFunction receiver = provider == null ? null : receivers.get(provider.name());
      if (provider == null || receiver == null || !exchange.getRequestMethod().equals("POST")) {
        send(exchange, 404, Map.of(), "{\"message\":\"Not Found\"}");
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(LARGEST_EVENT + 1);
      byte[] event = body.length > LARGEST_EVENT ? null : event(exchange, provider, body);
      if (event == null || event.length > LARGEST_EVENT) {
        exchange.getRequestBody().skip(Long.MAX_VALUE);
        send(exchange, 413, Map.of(), "{\"message\":\"Request Too Long\"}");
        return;
      }
      invoke(exchange, provider.name(), receiver, event);
    }
  }

  private byte[] event(HttpExchange exchange, Provider provider, byte[] body) {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name, String.join(",", values)));
    return LambdaEvent.httpApi(
            new DeliveryRequest(provider, headers, Body.wrap(body)),
            UUID.randomUUID().toString(),
            clock.instant(),
            isText(exchange.getRequestHeaders().getFirst("Content-Type"))
                ? LambdaEvent.BodyForm.TEXT
                : LambdaEvent.BodyForm.BASE64)
        .compact();
  }

  private void invoke(
      HttpExchange exchange, String provider, ReceiveFunction receiver, byte[] event)
      throws IOException {
    JsonNode reply;
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      receiver.handleRequest(
          new ByteArrayInputStream(event), out, new LocalContext(provider, timeout, clock));
      reply = json.readTree(out.toByteArray());
    } catch (RuntimeException e) {
      listener.troubled("the function of " + provider + " failed: " + e);
      send(exchange, 500, Map.of(), "{\"message\":\"Internal Server Error\"}");
      return;
    }
    Map<String, String> headers = new LinkedHashMap<>();
    reply
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asText()));
    send(
        exchange,
        reply.path("statusCode").asInt(),
        headers,
        reply.has("body") ? reply.path("body").asText() : null);
  }

  private static void send(
      HttpExchange exchange, int status, Map<String, String> headers, @Nullable String body)
      throws IOException {
    headers.forEach(exchange.getResponseHeaders()::set);
    if (body == null) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json"));
    exchange.sendResponseHeaders(status, bytes.length);
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
