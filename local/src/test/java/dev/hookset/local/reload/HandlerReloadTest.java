package dev.hookset.local.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saved handlers, compiled and swapped; what tells of changes is the test. */
final class HandlerReloadTest implements HandlerReload.News {
  private static final SourceWatch.Change SOURCES = new SourceWatch.Change(true, false);

  @TempDir private Path home;

  private final List<ClassLoader> swapped = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private HandlerSources sources;

  @BeforeEach
  void room() {
    sources =
        new HandlerSources(home, home.resolve("out"), System.getProperty("java.class.path", ""));
  }

  @Override
  public void swapped() {
    said.add("swapped");
  }

  @Override
  public void kept(String reason) {
    said.add(reason);
  }

  @Override
  public void restartNeeded() {
    said.add("restart");
  }

  private void save(String name, String source) throws IOException {
    Path file = sources.main().resolve(name + ".java");
    Files.createDirectories(sources.main());
    Files.writeString(file, "package app;\npublic class " + name + source);
  }

  private static String says(String words) {
    return " implements java.util.function.Supplier<String> {\n"
        + "  public String get() {\n"
        + "    return \""
        + words
        + "\";\n  }\n}\n";
  }

  private void change(SourceWatch.Change... changes) {
    Deque<SourceWatch.Change> coming = new ArrayDeque<>(List.of(changes));
    new HandlerReload(
            sources,
            () -> {
              SourceWatch.Change next = coming.poll();
              if (next == null) {
                throw new InterruptedException("the test is over");
              }
              return next;
            },
            swapped::add,
            this)
        .run();
    // What ends it has interrupted this thread.
    assertTrue(Thread.interrupted());
  }

  private static Object said(ClassLoader loader) throws ReflectiveOperationException {
    return ((Supplier<?>) loader.loadClass("app.Handlers").getDeclaredConstructor().newInstance())
        .get();
  }

  @Test
  void save_again_isSwappedAndWhatRunsStaysAsItWas() throws Exception {
    // An edit took three to five minutes to be seen running.
    save("Handlers", says("first"));
    change(SOURCES);
    save("Handlers", says("second"));
    change(SOURCES);

    assertEquals(List.of("swapped", "swapped"), said);
    assertEquals("first", said(swapped.getFirst()));
    assertEquals("second", said(swapped.getLast()));
  }

  @Test
  void save_whatDoesNotCompile_isToldInJavacsWordsAndSwapsNothing() throws Exception {
    save("Handlers", " {\n  int answer = \"42\";\n}\n");

    change(SOURCES);

    assertEquals(List.of(), swapped);
    String words = said.getFirst();
    Path file = Path.of("functions", "src", "main", "java", "app", "Handlers.java");
    assertTrue(words.startsWith(file + ":3: error: incompatible types"), words);
    assertTrue(words.contains("int answer = \"42\";"), words);
  }

  @Test
  void save_handlersThatCannotBeBuilt_areToldAndTheNextChangeIsAnotherChance() throws Exception {
    save("Handlers", says("x"));
    Deque<SourceWatch.Change> coming = new ArrayDeque<>(List.of(SOURCES, SOURCES));
    new HandlerReload(
            sources,
            () -> {
              if (coming.isEmpty()) {
                throw new InterruptedException("the test is over");
              }
              return coming.pop();
            },
            loader -> {
              if (coming.size() == 1) {
                throw new IllegalStateException("PAGER_URL is not set");
              }
              swapped.add(loader);
            },
            this)
        .run();
    assertTrue(Thread.interrupted());

    assertEquals(List.of("PAGER_URL is not set", "swapped"), said);
  }

  @Test
  void save_thePom_saysThatARestartIsNeeded() {
    change(new SourceWatch.Change(false, true));

    assertEquals(List.of("restart"), said);
  }

  @Test
  void delete_aClass_leavesNothingOfIt() throws Exception {
    save("Handlers", says("x"));
    save("Gone", " {}\n");
    change(SOURCES);
    Files.delete(sources.main().resolve("Gone.java"));
    change(SOURCES);

    swapped.getFirst().loadClass("app.Gone");
    assertThrows(ClassNotFoundException.class, () -> swapped.getLast().loadClass("app.Gone"));
  }

  @Test
  void watch_filesSaved_tellsSourcesFromThePom() throws Exception {
    save("Handlers", says("x"));
    Files.writeString(sources.pom(), "<project/>");
    try (FolderWatch watch = new FolderWatch(sources)) {
      Files.writeString(sources.main().resolve("Notes.txt"), "no source");
      save("Handlers", says("y"));
      assertTrue(watch.await().sources());
      Files.writeString(sources.pom(), "<project />");
      assertTrue(watch.await().pom());
    }
  }
}
