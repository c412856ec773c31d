package dev.hookset.local.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The command in a process of its own, as its launcher starts it. */
final class HooksetProcess {
  private final Path home;
  private final List<String> options = new ArrayList<>();

  HooksetProcess(Path home) {
    this.home = home;
  }

  /** Adds options of the JVM. */
  HooksetProcess with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Returns what starts it; no variable that a developer may have set changes what it does. */
  ProcessBuilder command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:TieredStopAtLevel=1",
            "-Dhookset.home=" + home));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Hookset.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeIf(
            name ->
                name.contains("_WEBHOOK_")
                    || name.startsWith("AWS_")
                    || name.toLowerCase(Locale.ROOT).endsWith("_proxy"));
    return builder;
  }
}
