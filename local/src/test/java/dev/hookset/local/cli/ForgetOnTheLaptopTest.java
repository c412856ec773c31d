package dev.hookset.local.cli;

import static java.util.Locale.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was erased in the table still stood in the page's book, in its file and in the log. Plants a
 * marker in a delivery to a running {@code dev}, has it forgotten, and searches every file.
 */
final class ForgetOnTheLaptopTest {
  private static final String MARKER = "zoe.marker@example.org";

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @Test
  void marker_thatIsForgotten_isInNoFileThatDevKeeps(@TempDir Path home) throws Exception {
    Files.copy(Shell.REPOSITORY.resolve("template.yaml"), home.resolve("template.yaml"));
    Path body =
        Files.writeString(
            home.resolve("body.json"),
            "{\"id\":\"evt_zoe\",\"type\":\"budget.warning\",\"timestamp\":\""
                + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + "\",\"to\":\""
                + MARKER
                + "\"}"); // Too short to be compressed.
    Path state = home.resolve(".hookset");
    Process process =
        new HooksetProcess(home)
            .command("dev", "--port=0", "--dynamodb-port=0", "--sqs-port=0", "--s3-port=0")
            .redirectErrorStream(true)
            .start();
    try {
      Thread.ofVirtual().start(() -> read(process));
      await(line -> line.startsWith("See every delivery at "));
      for (String how : List.of("--duplicate", "--tamper")) {
        new Shell(home).run("send", "lucid", "--body", body.toString(), how);
      }
      await(line -> line.contains("Refused"));
      assertTrue(
          holding(state).contains("deliveries.jsonl")
              && holding(state).stream().anyMatch(file -> file.startsWith("dynamodb/")),
          () -> "it is there at first");

      String[] forget = {"forget", "lucid", "--subject", MARKER.toUpperCase(ROOT), "--yes"};
      Shell.Run run = new Shell(home).run(forget);
      for (int i = 0; i < 60 && run.out().startsWith("in work"); i++) {
        await(line -> line.contains("lucid#evt_zoe")); // The handlers are through with it.
        run = new Shell(home).run(forget);
      }

      assertEquals(Hookset.OK, run.code(), run.err());
      assertTrue(run.out().startsWith("forgotten lucid#evt_zoe\n"), run.out());
      assertTrue(run.out().contains("Erased here besides: 3 deliveries of the page"), run.out());
      assertEquals(List.of(), holding(state));
      Shell.Run again = new Shell(home).run("send", "lucid", "--body", body.toString());
      assertTrue(again.out().contains("duplicate"), "a repeated delivery is known");
      new Shell(home).run("forget", "lucid", "--subject", MARKER, "--yes");
    } finally {
      process.destroy();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    }
    assertEquals(List.of(), holding(state), "nor after its end");
  }

  /** How the marker looks: as it is, and in base64, wherever it stands in what is encoded. */
  private static List<String> forms() {
    List<String> forms = new ArrayList<>(List.of(MARKER));
    for (int before = 0; before < 3; before++) {
      String encoded =
          Base64.getEncoder()
              .withoutPadding()
              .encodeToString(("x".repeat(before) + MARKER).getBytes(StandardCharsets.UTF_8));
      forms.add(encoded.substring(before == 0 ? 0 : before + 1, encoded.length() - 2));
    }
    return forms;
  }

  /** The files in which the marker stands. */
  private static List<String> holding(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (forms().stream().anyMatch(text::contains)) {
          found.add(folder.relativize(file).toString());
        }
      }
    }
    return found;
  }

  private void read(Process process) {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      out.lines().forEach(lines::add);
    } catch (IOException e) {
      lines.add("cannot read on: " + e);
    }
  }

  private void await(Predicate<String> wanted) throws InterruptedException {
    StringBuilder others = new StringBuilder();
    while (true) {
      String line = lines.poll(60, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("it never came; what came: " + others);
      }
      if (wanted.test(line)) {
        return;
      }
      others.append(line).append('\n');
    }
  }
}
