package dev.hookset.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One process of a contender. */
final class Instance implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final RuntimeApi api;
  private final Cgroup cgroup;
  private final Process process;
  private final Path log;
  private final long startedAt;

  private Instance(RuntimeApi api, Cgroup cgroup, Process process, Path log, long startedAt) {
    this.api = api;
    this.cgroup = cgroup;
    this.process = process;
    this.log = log;
    this.startedAt = startedAt;
  }

  /** Starts a process, with the variables that Lambda sets, and those given. */
  static Instance start(Contender contender, Map<String, String> backend, Path directory)
      throws IOException {
    RuntimeApi api = RuntimeApi.start();
    Cgroup cgroup = Cgroup.create();
    Path log = Files.createTempFile(directory, "log", ".txt");
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", cgroup.entering() + "exec \"$@\"", "sh"));
    command.addAll(contender.command());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(contender.root().toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("AWS_DEFAULT_REGION", "us-east-1");
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
    environment.put("AWS_LAMBDA_FUNCTION_NAME", "contender");
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", "1");
    environment.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
    environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/contender");
    environment.put("AWS_LAMBDA_LOG_LEVEL", "INFO");
    environment.put("AWS_LAMBDA_LOG_STREAM_NAME", "stream");
    environment.put("AWS_LAMBDA_RUNTIME_API", api.address());
    environment.put("AWS_REGION", "us-east-1");
    environment.put("LANG", "en_US.UTF-8");
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("TZ", ":UTC");
    switch (contender.start()) {
      case COLD -> {
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        environment.put("AWS_ACCESS_KEY_ID", "local");
        environment.put("AWS_SECRET_ACCESS_KEY", "secret");
        environment.put("AWS_SESSION_TOKEN", "token");
      }
      case RESTORED -> {
        environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
        environment.putAll(api.variablesOfCredentialsAddress());
      }
    }
    environment.putAll(backend);
    environment.putAll(contender.variables());
    long startedAt = System.nanoTime();
    return new Instance(api, cgroup, builder.start(), log, startedAt);
  }

  /**
   * Waits until it asks for work, or to be restored, and returns how long that took from its start.
   */
  long awaitReady() throws InterruptedException, TimeoutException, IOException {
    try {
      return api.awaitReady(PATIENCE) - startedAt;
    } catch (TimeoutException e) {
      throw new IOException("it said: " + Files.readString(log), e);
    }
  }

  RuntimeApi.Answer invoke(byte[] event) throws InterruptedException, TimeoutException {
    return api.invoke(event);
  }

  RuntimeApi.Answer restoreAndInvoke(byte[] event) throws InterruptedException, TimeoutException {
    return api.restoreAndInvoke(event);
  }

  /** Holds it to {@code cpus} of a CPU from now on. */
  void limit(double cpus) throws IOException {
    cgroup.limit(cpus);
  }

  boolean canBeLimited() {
    return cgroup.limits();
  }

  long cpuNanos() throws IOException {
    return cgroup.cpuNanos(process.toHandle());
  }

  /** Returns how many bytes of its memory are resident. */
  long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** Returns what it has printed. */
  String said() throws IOException {
    return Files.readString(log);
  }

  /** Asks it to end, as a JVM that writes a cache at its end has to be asked, and waits. */
  void end() throws InterruptedException {
    process.destroy();
    process.waitFor(2, TimeUnit.MINUTES);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    api.close();
    cgroup.close();
  }
}
