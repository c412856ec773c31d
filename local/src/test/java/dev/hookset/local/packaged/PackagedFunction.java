package dev.hookset.local.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * One function in a process of its own, run as Lambda runs it: from the unpacked package, under the
 * genuine runtime interface client, and with no variables but those given and Lambda's own.
 */
final class PackagedFunction implements AutoCloseable {
  /** Lambda itself gives a start ten seconds, of a whole CPU. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The functions of the template, as far as their processes differ. */
  enum Kind {
    /** One provider's receiver, as it starts without a snapshot. */
    RECEIVER("dev.hookset.aws.ReceiveFunction", 1024, Duration.ofSeconds(9), false),
    /** The same, restored from a snapshot, for which it takes some seconds to get ready. */
    RESTORED_RECEIVER("dev.hookset.aws.ReceiveFunction", 1024, Duration.ofSeconds(9), true),
    /** The worker. */
    WORKER("dev.hookset.aws.WorkerFunction::handleRequest", 1024, Duration.ofSeconds(60), false),
    /** The relay. */
    RELAY("dev.hookset.aws.RelayFunction::handleRequest", 1769, Duration.ofSeconds(55), false),
    /** The janitor. */
    JANITOR("dev.hookset.aws.JanitorFunction::handleRequest", 512, Duration.ofMinutes(10), false);

    private final String handler;
    private final int memoryMb;
    private final Duration timeout;
    private final boolean snapStart;

    Kind(String handler, int memoryMb, Duration timeout, boolean snapStart) {
      this.handler = handler;
      this.memoryMb = memoryMb;
      this.timeout = timeout;
      this.snapStart = snapStart;
    }

    String handler() {
      return handler;
    }

    int memoryMb() {
      return memoryMb;
    }

    Duration timeout() {
      return timeout;
    }

    boolean hasSnapStart() {
      return snapStart;
    }
  }

  private final Kind kind;
  private final RuntimeApi api;
  private final Process process;
  private final CompletableFuture<Void> end;
  private final Output out;
  private final Output err;

  private PackagedFunction(Kind kind, RuntimeApi api, Process process) {
    this.kind = kind;
    this.api = api;
    this.process = process;
    this.end =
        process
            .onExit()
            .thenAccept(ended -> api.abandon("the process has ended with " + ended.exitValue()));
    this.out = new Output(process.getInputStream());
    this.err = new Output(process.getErrorStream());
  }

  /**
   * Starts a function; does not wait until it is ready.
   *
   * @param kind which one
   * @param root where the package is unpacked
   * @param variables what the template sets
   */
  static PackagedFunction start(Kind kind, Path root, Map<String, String> variables)
      throws IOException {
    RuntimeApi api = RuntimeApi.start();
    ProcessBuilder builder =
        new ProcessBuilder(LambdaRuntime.command(kind)).directory(root.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(LambdaRuntime.variables(kind, root, api));
    environment.putAll(variables);
    return new PackagedFunction(kind, api, builder.start());
  }

  /**
   * Waits until the init phase has ended, one way or the other.
   *
   * @throws IllegalStateException if the process has ended without a word
   */
  RuntimeApi.Start awaitStart() throws InterruptedException, TimeoutException {
    return api.awaitStart(PATIENCE);
  }

  /**
   * Runs the function once, in the time that the template gives it.
   *
   * @throws TimeoutException if that is not enough
   * @throws IllegalStateException if the process has ended without a word
   */
  RuntimeApi.Outcome invoke(JsonNode event) throws InterruptedException, TimeoutException {
    return api.invoke(event.toString().getBytes(UTF_8), kind.timeout());
  }

  /**
   * Runs the function once and returns its answer.
   *
   * @throws AssertionError if it fails
   */
  JsonNode answer(JsonNode event) throws InterruptedException, TimeoutException {
    return switch (invoke(event)) {
      case RuntimeApi.Outcome.Answered answered -> json(answered.payload());
      case RuntimeApi.Outcome.Failed failed -> throw new AssertionError(failed.report());
    };
  }

  /**
   * Returns the first line of the log that is {@code wanted}, waiting for it.
   *
   * @throws TimeoutException if it does not come
   */
  JsonNode awaitLog(Predicate<JsonNode> wanted) throws InterruptedException, TimeoutException {
    return json(out.await(line -> wanted.test(json(line)), PATIENCE));
  }

  /** Returns what it has printed to standard output; once it is closed, that is all. */
  List<String> log() {
    return out.lines();
  }

  /** Returns what it has printed to standard error; once it is closed, that is all. */
  List<String> errors() {
    return err.lines();
  }

  /** Returns the secret part of the credentials that it works with. */
  String secretAccessKey() {
    return api.secretAccessKey();
  }

  /** Waits until it ends by itself, and returns the process's status. */
  int awaitExit() throws InterruptedException, TimeoutException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new TimeoutException(this + " goes on");
    }
    return process.exitValue();
  }

  /** Kills the process as {@code kill -9} does, and waits until it is gone. */
  void kill() {
    process.destroyForcibly();
    end.join();
    out.awaitEnd();
    err.awaitEnd();
  }

  @Override
  public void close() {
    kill();
    api.close();
  }

  @Override
  public String toString() {
    return kind + " in process " + process.pid();
  }

  /** Reads what must be JSON. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
