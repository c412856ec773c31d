package dev.hookset.local.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a client and an embedded server, on a port of its own, and has what a test wants
 * happen before, after or instead of a request. Until it is told something else it passes
 * everything on. Safe to share between threads.
 */
public final class Interceptor implements AutoCloseable {
  /** What belongs to a connection rather than to a request. */
  private static final Set<String> NOT_PASSED_ON = notPassedOn();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI upstream;
  private volatile Fault fault = Call::forward;

  /**
   * An answer in JSON.
   *
   * @param status the HTTP status code
   * @param body the bytes
   */
  public record Answer(int status, Body body) {
    /** Checks that there is a body. */
    public Answer {
      Objects.requireNonNull(body, "body");
    }

    /** Returns the answer with which AWS refuses a request. */
    public static Answer error(int status, String code) {
      return new Answer(
          status, Body.ofUtf8("{\"__type\":\"com.amazonaws#" + code + "\",\"message\":\"no\"}"));
    }
  }

  /** A request that was made, and not yet passed on. */
  public interface Call {
    /** Returns what is asked for, such as {@code PutItem}. */
    String operation();

    /** Returns what came, JSON. */
    Body body();

    /** Has the server answer {@code body} rather than what came. */
    Answer forward(Body body) throws IOException;

    /** Has the server answer what came. */
    default Answer forward() throws IOException {
      return forward(body());
    }
  }

  /** What happens to requests. */
  @FunctionalInterface
  public interface Fault {
    /** Returns the answer; null to break the connection instead. */
    @Nullable Answer on(Call call) throws IOException;
  }

  private Interceptor(HttpServer server, URI upstream) {
    this.server = server;
    this.upstream = upstream;
  }

  /** Starts one on a port that is free. */
  public static Interceptor before(URI upstream) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Interceptor interceptor = new Interceptor(server, upstream);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            interceptor.answer(exchange);
          }
        });
    server.setExecutor(interceptor.threads);
    server.start();
    return interceptor;
  }

  /** Has {@code fault} happen to every request from now on. */
  public void inject(Fault fault) {
    this.fault = fault;
  }

  /** Has {@code fault} happen to every request for {@code operation}, and to no other. */
  public void inject(String operation, Fault fault) {
    inject(call -> call.operation().equals(operation) ? fault.on(call) : call.forward());
  }

  /** Passes everything on again. */
  public void heal() {
    inject(Call::forward);
  }

  /** The address to give a client as its endpoint override. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    client.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    Answer answer = fault.on(new Exchanged(exchange));
    if (answer == null) {
      return; // Closing an exchange that has no answer breaks the connection.
    }
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(
        answer.status(), answer.body().size() == 0 ? -1 : answer.body().size());
    exchange.getResponseBody().write(answer.body().toByteArray());
  }

  private static Set<String> notPassedOn() {
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(
        Set.of("Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Upgrade"));
    return names;
  }

  private final class Exchanged implements Call {
    private final HttpExchange exchange;
    private final Body body;

    Exchanged(HttpExchange exchange) throws IOException {
      this.exchange = exchange;
      this.body = Body.copyOf(exchange.getRequestBody().readAllBytes());
    }

    @Override
    public String operation() {
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      return target == null ? "" : target.substring(target.indexOf('.') + 1);
    }

    @Override
    public Body body() {
      return body;
    }

    @Override
    public Answer forward(Body changed) throws IOException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI().toString()))
              .POST(HttpRequest.BodyPublishers.ofByteArray(changed.toByteArray()));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!NOT_PASSED_ON.contains(name)) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      try {
        HttpResponse<byte[]> response =
            client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(response.statusCode(), Body.copyOf(response.body()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("closed meanwhile", e);
      }
    }
  }
}
