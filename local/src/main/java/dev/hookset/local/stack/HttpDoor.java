package dev.hookset.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.local.crash.CrashReport;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Does what an HTTP API of API Gateway does: takes requests, hands each to its function as an event
 * of payload format 2.0, and gives the answer back. On the loopback interface alone, at 127.0.0.1
 * and, where there is one, at ::1, which is what {@code localhost} means to some clients.
 */
final class HttpDoor implements AutoCloseable {
  /** What {@code doctor} calls itself. Its calls are no deliveries: nobody is told of them. */
  static final String PROBE_AGENT = "hookset-doctor";

  private static final ScopedValue<Boolean> PROBING = ScopedValue.newInstance();

  static {
    // The JDK's server breaks a connection off at the 201st header, without an answer or a line.
    System.setProperty("sun.net.httpserver.maxReqHeaders", "10000");
  }

  /** What Lambda takes as an event; API Gateway answers 413 to what makes a longer one. */
  private static final int LARGEST_EVENT = 6 * 1024 * 1024;

  private static final Body NOTHING = Body.ofUtf8("");
  private static final String ROUTES = "/webhooks/";
  private static final String PAGE_DATA = "/api/";
  private static final int BUFFER = 64 * 1024;

  private final List<HttpServer> servers = new ArrayList<>();
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
      HttpServer first = listen(InetAddress.ofLiteral("127.0.0.1"), port);
      if (hasIpv6()) {
        listen(InetAddress.ofLiteral("::1"), first.getAddress().getPort());
      }
    } catch (BindException e) {
      close();
      throw new IOException("port " + port + " is taken", e);
    }
    servers.forEach(HttpServer::start);
  }

  private HttpServer listen(InetAddress address, int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
    servers.add(server);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    return server;
  }

  private static boolean hasIpv6() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
  }

  int port() {
    return servers.getFirst().getAddress().getPort();
  }

  /**
   * Has what is no provider's route answered by {@code others} from here on; until then with 404.
   */
  void open(HttpHandler others) {
    this.others = others;
  }

  /** Returns whether this thread works on a call of {@code doctor}. */
  static boolean isProbing() {
    return PROBING.isBound();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        route(exchange);
      } catch (RuntimeException e) {
        // By itself the server would drop the connection, and say nothing.
        listener.troubled(
            exchange.getRequestMethod()
                + " "
                + exchange.getRequestURI().getPath()
                + " failed: "
                + CrashReport.summary(e));
        if (exchange.getResponseCode() == -1) {
          send(exchange, ofTheGateway(500, "Internal Server Error"));
        }
      }
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = Objects.requireNonNullElse(exchange.getRequestURI().getPath(), "");
    Provider provider =
        path.startsWith(ROUTES)
            ? Providers.named(path.substring(ROUTES.length())).orElse(null)
            : null;
    ReceiveFunction receiver = provider == null ? null : receivers.get(provider.name());
    if (provider != null && receiver != null && method.equals("POST")) {
      if (isProbe(exchange)) {
        ScopedValue.where(PROBING, true)
            .<@Nullable Void, IOException>call(
                () -> {
                  deliver(exchange, provider, receiver);
                  return null;
                });
      } else {
        deliver(exchange, provider, receiver);
      }
    } else if (!path.startsWith(ROUTES) && (method.equals("GET") || path.startsWith(PAGE_DATA))) {
      others.handle(exchange);
    } else {
      // What API Gateway answers to a wrong path, and to a wrong method, too.
      notFound(exchange);
    }
  }

  private static boolean isProbe(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    return PROBE_AGENT.equals(headers.getFirst("User-Agent"))
        && "0".equals(headers.getFirst("Content-Length"));
  }

  private void deliver(HttpExchange exchange, Provider provider, ReceiveFunction receiver)
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

  /** Lets the requests in hand finish, and takes no more. */
  @Override
  public void close() {
    // Each waits for what it has in hand, or for a second.
    servers.parallelStream().forEach(server -> server.stop(1));
    threads.close();
  }
}
