package dev.hookset.local;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts together what the tests of faults have written down, with a description of the machine. The
 * profile {@code proof} runs it at its end; each section was written by a test that had passed.
 */
final class ProofReport {
  private ProofReport() {}

  /**
   * Writes the report.
   *
   * @param arguments where to, and then the folders with the sections
   */
  public static void main(String[] arguments) throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            # Nothing lost, nothing twice: the report of a full run

            Written by `mvn verify -Dproof`, which runs more of everything than `mvn verify` does.

            """);
    text.append("Machine: ")
        .append(Runtime.getRuntime().availableProcessors())
        .append(" processors, ")
        .append(memory())
        .append(", ")
        .append(System.getProperty("os.name"))
        .append(' ')
        .append(System.getProperty("os.arch"))
        .append(", Java ")
        .append(Runtime.version())
        .append(". Day: ")
        .append(LocalDate.now(ZoneOffset.UTC))
        .append(".\n");
    for (Path section : sections(arguments)) {
      text.append('\n').append(Files.readString(section));
    }
    Files.writeString(Path.of(arguments[0]), text);
  }

  private static String memory() {
    long bytes =
        ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getTotalMemorySize();
    return bytes / (1L << 30) + " GiB of memory";
  }

  private static List<Path> sections(String[] arguments) throws IOException {
    List<Path> sections = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) {
      try (Stream<Path> files = Files.list(Path.of(arguments[i]))) {
        files.forEach(sections::add);
      }
    }
    sections.sort((one, other) -> one.getFileName().compareTo(other.getFileName()));
    return sections;
  }
}
