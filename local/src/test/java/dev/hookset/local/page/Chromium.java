package dev.hookset.local.page;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Finds the browser that the tests of the page run in. */
final class Chromium {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome");
  private static final List<Path> ELSEWHERE =
      List.of(
          Path.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
          Path.of("/Applications/Chromium.app/Contents/MacOS/Chromium"));
  private static final long INSTALLATION_MINUTES = 8;

  private final Map<String, String> environment;
  private final List<Path> elsewhere;
  private final Path apt;

  /** Looks on this machine. */
  Chromium() {
    this(System.getenv(), ELSEWHERE, Path.of("/usr/bin/apt-get"));
  }

  /**
   * Looks in the path of {@code environment} and {@code elsewhere}, and installs by {@code apt}.
   */
  Chromium(Map<String, String> environment, List<Path> elsewhere, Path apt) {
    this.environment = environment;
    this.elsewhere = elsewhere;
    this.apt = apt;
  }

  /**
   * Returns the browser. Where {@code CI} is set and there is none, it is installed, if this is
   * root on a Debian; on a laptop nothing is installed behind its owner's back.
   */
  Optional<Path> find() throws IOException, InterruptedException {
    Optional<Path> found = installed();
    if (found.isEmpty() && isCi() && Files.isExecutable(apt)) {
      found = installOnce();
    }
    return found;
  }

  /** Returns whether the tests must not be left out. */
  boolean isCi() {
    return environment.containsKey("CI");
  }

  private Optional<Path> installed() {
    String named = environment.getOrDefault("HOOKSET_CHROMIUM", "");
    if (!named.isEmpty()) {
      Path path = Path.of(named);
      if (!Files.isExecutable(path)) {
        throw new IllegalStateException(
            "HOOKSET_CHROMIUM names " + named + ", which cannot be run");
      }
      return Optional.of(path);
    }
    Stream<Path> onThePath =
        Stream.of(environment.getOrDefault("PATH", "").split(":", -1))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)));
    return Stream.concat(onThePath, elsewhere.stream())
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Two JVMs run the tests, and {@code apt-get update} does not wait for another one. */
  private Optional<Path> installOnce() throws IOException, InterruptedException {
    Path lock = Path.of(System.getProperty("java.io.tmpdir"), "hookset-apt.lock");
    try (FileChannel file =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      if (installed().isEmpty()) {
        install();
      }
    }
    return installed();
  }

  /** Another installation may have the lock, and a mirror may not answer at once. */
  private void install() throws IOException, InterruptedException {
    for (List<String> words :
        List.of(
            List.of("update"),
            List.of("install", "--yes", "--no-install-recommends", "chromium"))) {
      List<String> command = new ArrayList<>();
      command.add(apt.toString());
      command.addAll(
          List.of("--quiet", "-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=3"));
      command.addAll(words);
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
      Path log = Files.createTempFile("hookset-apt", ".log");
      log.toFile().deleteOnExit();
      Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (!process.waitFor(INSTALLATION_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroy();
        throw new IllegalStateException(
            String.join(" ", command)
                + " failed, as root? Install a Chromium, or name one in HOOKSET_CHROMIUM. It said: "
                + Files.readString(log));
      }
    }
  }
}
