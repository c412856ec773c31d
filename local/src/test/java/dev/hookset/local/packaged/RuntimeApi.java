package dev.hookset.local.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.Body;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for what Lambda gives the process of one function to talk to: the Runtime API, through
 * which it takes its invocations, and the address at which a function that is restored from a
 * snapshot finds its credentials. It listens on the loopback interface only.
 *
 * <p>See <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda's Runtime
 * API</a>. A snapshot is restored as soon as it could be taken.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String RUNTIME = "/2018-06-01/runtime/";
  private static final String INVOCATION = RUNTIME + "invocation/";
  private static final String CREDENTIALS = "/2021-04-23/credentials";
  private static final Duration CREDENTIALS_LAST = Duration.ofHours(6);
  private static final String FUNCTION_ARN =
      "arn:aws:lambda:us-east-1:000000000000:function:hookset";

  private static final String ACCESS_KEY_ID = "local";
  private static final String SESSION_TOKEN = "session-token";

  private final HttpServer server;
  private final ExecutorService threads;
  private final String credentialsToken = UUID.randomUUID().toString();
  private final String secretAccessKey = UUID.randomUUID().toString();
  private final CompletableFuture<Start> start = new CompletableFuture<>();
  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final ConcurrentMap<String, Invocation> unanswered = new ConcurrentHashMap<>();
  private volatile @Nullable IllegalStateException ended;

  /** How the init phase ended. */
  sealed interface Start {
    /** The function asks for its first invocation. */
    record Ready() implements Start {}

    /**
     * The function reported that it cannot start.
     *
     * @param report what it said, in JSON
     */
    record Failed(String report) implements Start {}
  }

  /** What came of an invocation. */
  sealed interface Outcome {
    /**
     * The function answered.
     *
     * @param payload its answer, in JSON
     */
    record Answered(String payload) implements Outcome {}

    /**
     * The function failed.
     *
     * @param report what it said, in JSON
     */
    record Failed(String report) implements Outcome {}
  }

  private record Invocation(
      String id, Body event, Instant deadline, CompletableFuture<Outcome> outcome) {}

  @FunctionalInterface
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private RuntimeApi(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /** Starts one for one process. */
  static RuntimeApi start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    RuntimeApi api = new RuntimeApi(server, threads);
    api.serve(INVOCATION + "next", api::next);
    api.serve(INVOCATION, api::settle);
    api.serve(
        RUNTIME + "init/error",
        exchange -> {
          api.start.complete(new Start.Failed(read(exchange)));
          accept(exchange);
        });
    api.serve(RUNTIME + "restore/next", exchange -> write(exchange, 200, Body.ofUtf8("")));
    api.serve(
        RUNTIME + "restore/error",
        exchange -> {
          api.start.complete(new Start.Failed(read(exchange)));
          accept(exchange);
        });
    api.serve(CREDENTIALS, api::credentials);
    server.setExecutor(threads);
    server.start();
    return api;
  }

  /** Returns host and port, as the variable {@code AWS_LAMBDA_RUNTIME_API} names them. */
  String address() {
    return server.getAddress().getAddress().getHostAddress() + ":" + server.getAddress().getPort();
  }

  /** Returns the variables that hold the function's credentials. */
  Map<String, String> variablesOfCredentials() {
    return Map.of(
        "AWS_ACCESS_KEY_ID",
        ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY",
        secretAccessKey,
        "AWS_SESSION_TOKEN",
        SESSION_TOKEN);
  }

  /** Returns the variables that say where a function with SnapStart finds its credentials. */
  Map<String, String> variablesOfCredentialsAddress() {
    return Map.of(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "http://" + address() + CREDENTIALS,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        credentialsToken);
  }

  /** Returns the secret part of the credentials. */
  String secretAccessKey() {
    return secretAccessKey;
  }

  /**
   * Waits until the init phase has ended.
   *
   * @throws IllegalStateException if the process has ended without a word
   */
  Start awaitStart(Duration patience) throws InterruptedException, TimeoutException {
    return get(start, patience);
  }

  /**
   * Runs the function once.
   *
   * @param event what it is called with, JSON
   * @param deadline how much time it has
   * @throws TimeoutException if it takes longer
   * @throws IllegalStateException if the process has ended without a word
   */
  Outcome invoke(byte[] event, Duration deadline) throws InterruptedException, TimeoutException {
    Invocation invocation =
        new Invocation(
            UUID.randomUUID().toString(),
            Body.copyOf(event),
            Instant.now().plus(deadline),
            new CompletableFuture<>());
    unanswered.put(invocation.id(), invocation);
    waiting.add(invocation);
    IllegalStateException gone = ended;
    if (gone != null) {
      throw gone;
    }
    return get(invocation.outcome(), deadline);
  }

  /** Ends every wait, as there is nobody any more to answer. */
  void abandon(String why) {
    IllegalStateException gone = new IllegalStateException(why);
    ended = gone;
    start.completeExceptionally(gone);
    unanswered.values().forEach(invocation -> invocation.outcome().completeExceptionally(gone));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void next(HttpExchange exchange) throws IOException {
    start.complete(new Start.Ready());
    Invocation invocation;
    try {
      invocation = waiting.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    String id = invocation.id();
    String hex = id.replace("-", "");
    var headers = exchange.getResponseHeaders();
    headers.set("Lambda-Runtime-Aws-Request-Id", id);
    headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadline().toEpochMilli()));
    headers.set("Lambda-Runtime-Invoked-Function-Arn", FUNCTION_ARN);
    headers.set(
        "Lambda-Runtime-Trace-Id",
        "Root=1-"
            + hex.substring(0, 8)
            + "-"
            + hex.substring(8)
            + ";Parent="
            + hex.substring(16)
            + ";Sampled=1");
    write(exchange, 200, invocation.event());
  }

  private void settle(HttpExchange exchange) throws IOException {
    String[] path =
        exchange.getRequestURI().getPath().substring(INVOCATION.length()).split("/", -1);
    Invocation invocation = path.length == 2 ? unanswered.remove(path[0]) : null;
    if (invocation == null) {
      write(exchange, 404, Body.ofUtf8("{}"));
      return;
    }
    String text = read(exchange);
    accept(exchange);
    switch (path[1]) {
      case "response" -> invocation.outcome().complete(new Outcome.Answered(text));
      case "error" -> invocation.outcome().complete(new Outcome.Failed(text));
      default -> throw new IOException("the Runtime API knows no " + path[1]);
    }
  }

  private void credentials(HttpExchange exchange) throws IOException {
    boolean authorized =
        credentialsToken.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    write(
        exchange,
        authorized ? 200 : 403,
        Body.ofUtf8(
            authorized
                ? """
                {"AccessKeyId": "%s", "SecretAccessKey": "%s", "Token": "%s", "Expiration": "%s"}
                """
                    .formatted(
                        ACCESS_KEY_ID,
                        secretAccessKey,
                        SESSION_TOKEN,
                        Instant.now().plus(CREDENTIALS_LAST))
                : "{}"));
  }

  private void serve(String path, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          }
        });
  }

  private static void accept(HttpExchange exchange) throws IOException {
    write(exchange, 202, Body.ofUtf8("{\"status\":\"OK\"}"));
  }

  private static String read(HttpExchange exchange) throws IOException {
    return new String(exchange.getRequestBody().readAllBytes(), UTF_8);
  }

  private static void write(HttpExchange exchange, int status, Body body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.size() == 0 ? -1 : body.size());
    exchange.getResponseBody().write(body.toByteArray());
  }

  private static <T> T get(CompletableFuture<T> future, Duration patience)
      throws InterruptedException, TimeoutException {
    try {
      return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          Objects.requireNonNull(e.getCause(), "cause").getMessage(), e.getCause());
    }
  }
}
