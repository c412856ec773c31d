package dev.hookset.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.hookset.Body;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Does to a request what an HTTP API of API Gateway does: hands it to its function as an event of
 * payload format 2.0, and gives the answer back. Safe to share between threads.
 */
final class Gateway {
  /** What {@code doctor} calls itself. Its calls are no deliveries: nobody is told of them. */
  private static final String PROBE_AGENT = "hookset-doctor";

  private static final ScopedValue<Boolean> PROBING = ScopedValue.newInstance();

  /** What Lambda takes as an event; API Gateway answers 413 to what makes a longer one. */
  private static final int LARGEST_EVENT = 6 * 1024 * 1024;

  private static final Body NOTHING = Body.ofUtf8("");
  private static final int BUFFER = 64 * 1024;

  private final JsonMapper json = new JsonMapper();
  private final Map<String, Receipt> receipts;
  private final Duration timeout;
  private final InstantSource clock;
  private final StackListener listener;

  /**
   * Creates it.
   *
   * @param receipts where the functions leave what they made of a delivery, by its trace
   */
  Gateway(
      Map<String, Receipt> receipts,
      Duration timeout,
      InstantSource clock,
      StackListener listener) {
    this.receipts = receipts;
    this.timeout = timeout;
    this.clock = clock;
    this.listener = listener;
  }

  /** Returns whether this thread works on a call of {@code doctor}. */
  static boolean isProbing() {
    return PROBING.isBound();
  }

  /** Hands a request to its function, and the function's answer to the sender. */
  void deliver(HttpExchange exchange, Provider provider, ReceiveFunction receiver)
      throws IOException {
    if (isProbe(exchange)) {
      ScopedValue.where(PROBING, true)
          .<@Nullable Void, IOException>call(
              () -> {
                invoke(exchange, provider, receiver);
                return null;
              });
    } else {
      invoke(exchange, provider, receiver);
    }
  }

  private static boolean isProbe(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    return PROBE_AGENT.equals(headers.getFirst("User-Agent"))
        && "0".equals(headers.getFirst("Content-Length"));
  }

  private void invoke(HttpExchange exchange, Provider provider, ReceiveFunction receiver)
      throws IOException {
    Instant receivedAt = clock.instant();
    byte[] bytes;
    try {
      bytes = body(exchange);
    } catch (IOException e) {
      listener.troubled(
          "a request to " + provider.name() + " broke off before its body was whole: " + e);
      throw e;
    }
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
            exchange.getRequestMethod(),
            url(exchange, event.headers()),
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
      if (!isProbing()) {
        listener.answered(whole);
      }
    }
  }

  /** Returns the body, or its first bytes and one more than an event may have. */
  private static byte[] body(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER];
    while (body.size() <= LARGEST_EVENT) {
      int read;
      try {
        read = in.read(buffer, 0, Math.min(buffer.length, LARGEST_EVENT + 1 - body.size()));
      } catch (IOException e) {
        // The JDK's server knows no trailers: it fails at them, behind the last chunk.
        if (in.read() >= 0) {
          throw e;
        }
        exchange.getResponseHeaders().set("Connection", "close");
        break;
      }
      if (read < 0) {
        break;
      }
      body.write(buffer, 0, read);
    }
    return body.toByteArray();
  }

  /** Returns the address as the function makes it up of what it gets. */
  private static String url(HttpExchange exchange, Map<String, String> headers) {
    String query = exchange.getRequestURI().getRawQuery();
    return headers.get("x-forwarded-proto")
        + "://"
        + headers.get("host")
        + exchange.getRequestURI().getPath()
        + (query == null ? "" : "?" + query);
  }

  private static LambdaEvent event(
      HttpExchange exchange, Provider provider, Body body, Instant receivedAt) {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name, String.join(",", values)));
    if (!exchange.getRequestHeaders().containsKey("X-Forwarded-Proto")) {
      // Who signs the address has this one; a tunnel says what it was asked by.
      headers.put("x-forwarded-proto", "http");
    }
    return LambdaEvent.httpApi(
        new DeliveryRequest(
            provider,
            headers,
            body,
            exchange.getRequestMethod(),
            Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "")),
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
    } catch (RuntimeException | Error e) {
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

  /** What API Gateway answers to a wrong path, and to a wrong method, too. */
  static void notFound(HttpExchange exchange) throws IOException {
    send(exchange, ofTheGateway(404, "Not Found"));
  }

  /** What API Gateway answers where a function fails. */
  static void failed(HttpExchange exchange) throws IOException {
    send(exchange, ofTheGateway(500, "Internal Server Error"));
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
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(reply.status(), -1);
      return;
    }
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
}
