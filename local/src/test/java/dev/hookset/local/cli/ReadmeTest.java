package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds what is written about the commands to the commands there are. */
final class ReadmeTest {
  @ParameterizedTest
  @ValueSource(strings = {"README.md", "events/README.md", "docs/runbook.md", "docs/senders.md"})
  void codeBlock_thatCallsHookset_canBeCalled(String file) throws IOException {
    List<String> calls = new ArrayList<>();
    boolean inBlock = false;
    for (String line : Files.readAllLines(Shell.REPOSITORY.resolve(file))) {
      if (line.startsWith("```")) {
        inBlock = !inBlock;
      } else if (inBlock) {
        calls.addAll(Calls.in(line));
      }
    }

    assertTrue(calls.size() >= 2, () -> file + " shows " + calls);
    calls.forEach(call -> Calls.parse(new Shell(Shell.REPOSITORY).commandLine(), call));
  }

  @Test
  void sentence_thatCallsHookset_canBeCalled() throws IOException {
    for (String file :
        List.of("README.md", "RATIONALE.md", "events/README.md", "docs/runbook.md")) {
      for (String line : Files.readAllLines(Shell.REPOSITORY.resolve(file))) {
        Calls.in(line).stream()
            .filter(call -> line.contains("`./hookset " + call + "`"))
            .forEach(call -> Calls.parse(new Shell(Shell.REPOSITORY).commandLine(), call));
      }
    }
  }

  @Test
  void readme_showsTheTwoCommandsFirst() throws IOException {
    String readme = Files.readString(Shell.REPOSITORY.resolve("README.md"));

    assertTrue(readme.contains("```sh\n./hookset demo\n```"));
    assertTrue(readme.contains("```sh\nmvn verify\n```"));
  }

  @Test
  void test_thatADocumentNames_isThere() throws IOException {
    // A table of what is defended named tests that had been renamed: nothing held its rows.
    Set<String> tests = new HashSet<>();
    for (String module : List.of("functions", "local")) {
      try (Stream<Path> files = Files.walk(Shell.REPOSITORY.resolve(module + "/src/test/java"))) {
        files.map(file -> file.getFileName().toString()).forEach(tests::add);
      }
    }
    Set<String> missing = new TreeSet<>();
    int named = 0;
    for (Path document : documents()) {
      Matcher name =
          Pattern.compile("`([A-Z]\\w+(?:Test|Contract))\\b").matcher(Files.readString(document));
      while (name.find()) {
        named++;
        if (!tests.contains(name.group(1) + ".java")) {
          missing.add(document.getFileName() + ": " + name.group(1));
        }
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(named > 20, () -> "documents name tests");
  }

  @Test
  void link_inADocument_leadsToAFile() throws IOException {
    // A page that was linked before it was written, or was moved, is a dead end for a reader.
    Set<String> dead = new TreeSet<>();
    for (Path document : documents()) {
      Matcher link =
          Pattern.compile("]\\((?!https?:)([^)#\\s]+)").matcher(Files.readString(document));
      while (link.find()) {
        if (!Files.exists(document.resolveSibling(link.group(1)))) {
          dead.add(document.getFileName() + ": " + link.group(1));
        }
      }
    }
    assertEquals(Set.of(), dead);
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> top = Files.list(Shell.REPOSITORY);
        Stream<Path> docs = Files.list(Shell.REPOSITORY.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.getFileName().toString().endsWith(".md"))
          .toList();
    }
  }
}
