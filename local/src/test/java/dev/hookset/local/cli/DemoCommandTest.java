package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoCommandTest {
  @Test
  void demo_showsWhatBecameOfEachDeliveryAndExitsWithZero(@TempDir Path home) throws Exception {
    Shell.checkOutInto(home);
    // Whatever keys the environment has, the demonstration works.
    Shell shell = new Shell(home, Map.of("LEMMA_WEBHOOK_SECRET", "someone's own"));

    Shell.Run run = shell.run("demo");

    assertEquals(0, run.code(), run::out);
    assertEquals("", run.err());
    List<String> lines = run.out().lines().toList();
    int heading = indexOf(lines, "delivery");
    List<String> rows = lines.subList(heading + 1, heading + 9);
    rows.forEach(row -> assertTrue(row.endsWith(" ok"), row));
    for (Provider provider : Providers.deployed()) {
      String row = lines.get(indexOf(lines, provider.name() + " "));
      assertTrue(row.contains(" " + provider.successStatus() + " "), row);
      assertTrue(row.contains(" accepted "), row);
      assertTrue(row.contains(" DONE "), row);
      assertTrue(row.contains(" otherwise "), row);
    }
    assertTrue(lines.get(indexOf(lines, "lamina, again")).contains(" duplicate "));
    assertTrue(lines.get(indexOf(lines, "lemma, forged")).contains(" invalid_signature "));
    assertTrue(lines.get(indexOf(lines, "lamina, stale")).contains(" timestamp_out_of_tolerance "));
    assertTrue(lines.getLast().startsWith("All went as it should."), run::out);
    assertFalse(Files.exists(home.resolve(".hookset")), "it keeps nothing");
  }

  /**
   * The demonstration of a sender whose events have a time, and whose signature has none, failed:
   * what was refused as stale has an ID, which nobody had recorded.
   */
  @ParameterizedTest
  @ValueSource(strings = {"lemma", "stripe", "gitlab"})
  void demo_ofOneProvider_goesAsItShould(String provider, @TempDir Path home) throws Exception {
    Shell.checkOutInto(home);

    Shell.Run run = new Shell(home).run("demo", "--providers", provider);

    assertEquals(0, run.code(), run::out);
  }

  @Test
  void demo_withoutATemplate_saysWhichFileIsMissing(@TempDir Path home) {
    Shell.Run run = new Shell(home).run("demo");

    assertEquals(3, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(run.err().contains("template.yaml"), run::err);
  }

  private static int indexOf(List<String> lines, String start) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(start)) {
        return i;
      }
    }
    throw new AssertionError("no line begins with '" + start + "': " + lines);
  }
}
