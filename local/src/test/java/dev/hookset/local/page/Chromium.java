package dev.hookset.local.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private Chromium() {}

  /**
   * Returns the browser. Where {@code CI} is set and there is none, it is installed, if this is
   * root on a Debian; on a laptop nothing is installed behind its owner's back.
   */
  static Optional<Path> find() throws IOException, InterruptedException {
    Optional<Path> found = installed();
    if (found.isEmpty() && isCi() && Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
      install();
      found = installed();
    }
    return found;
  }

  /** Returns whether the tests must not be left out. */
  static boolean isCi() {
    return System.getenv("CI") != null;
  }

  private static Optional<Path> installed() {
    String named = System.getenv("HOOKSET_CHROMIUM");
    Stream<Path> onThePath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)));
    return Stream.of(Stream.ofNullable(named).map(Path::of), onThePath, ELSEWHERE.stream())
        .flatMap(each -> each)
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void install() throws IOException, InterruptedException {
    for (String command :
        List.of("apt-get update -q", "apt-get install -q -y --no-install-recommends chromium")) {
      ProcessBuilder apt = new ProcessBuilder(command.split(" "));
      apt.environment().put("DEBIAN_FRONTEND", "noninteractive");
      Path log = Files.createTempFile("hookset-apt", ".log");
      Process process = apt.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (!process.waitFor(INSTALLATION_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        process.destroy();
        throw new IllegalStateException(command + " failed: " + Files.readString(log));
      }
      Files.delete(log);
    }
  }
}
