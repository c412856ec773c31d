package dev.hookset.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.aws.clients.Clients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service that speaks AWS's JSON protocol on the loopback interface and answers as it is told.
 * Safe to share between threads.
 */
public final class AwsStandIn implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> requests = new ArrayList<>();
  private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
  private final Service service;

  /**
   * What the service was asked: an operation, such as {@code GetSecretValue}, and its input; or a
   * method, which asks for nothing.
   */
  public record Request(String operation, JsonNode input) {
    /** Returns the text at a member of the input; empty if there is none. */
    public String text(String member) {
      return input.path(member).asText();
    }
  }

  /** What the service answers. */
  public record Answer(int status, String body) {
    public static Answer ok(Object body) {
      return new Answer(200, write(body));
    }

    public static Answer error(int status, String type, String message) {
      return new Answer(status, write(Map.of("__type", type, "message", message)));
    }

    private static String write(Object body) {
      try {
        return JSON.writeValueAsString(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Answers requests. */
  @FunctionalInterface
  public interface Service {
    Answer answer(Request request);
  }

  public AwsStandIn(Service service) throws IOException {
    this.service = service;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Returns where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns clients that come here, as a function has them. */
  public Clients clients() {
    String url = url();
    return new Adapters(
            new Environment(
                Map.of(
                    "AWS_REGION",
                    "eu-central-1",
                    "AWS_ACCESS_KEY_ID",
                    "test",
                    "AWS_SECRET_ACCESS_KEY",
                    "test",
                    "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                    url,
                    "AWS_ENDPOINT_URL_EVENTBRIDGE",
                    url,
                    "AWS_ENDPOINT_URL_SQS",
                    url)))
        .clients(Clients.Patience.WORKING);
  }

  /** Returns how many connections it was ever asked through. */
  public int connections() {
    return ports.size();
  }

  /** Forgets what it was asked. */
  public void forgetRequests() {
    synchronized (requests) {
      requests.clear();
    }
  }

  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      ports.add(exchange.getRemoteAddress().getPort());
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      Request request =
          new Request(
              target == null
                  ? exchange.getRequestMethod()
                  : target.substring(target.indexOf('.') + 1),
              JSON.readTree(exchange.getRequestBody()));
      synchronized (requests) {
        requests.add(request);
      }
      Answer answer = service.answer(request);
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
