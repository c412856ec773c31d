package dev.hookset.local.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sources of the user's own senders: compiled once, and apart from the handlers. */
final class SenderSourcesTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @BeforeEach
  void aRoom() throws IOException {
    Files.createDirectories(home.resolve("functions/src/main/java/app"));
    write("Senders", "public class Senders { static final int ACME = Acme.ONE; }");
    write("Acme", "class Acme { static final int ONE = 1; }");
    // Needs a library that is not there.
    write("Handlers", "class Handlers { missing.Library library; }");
  }

  @Test
  void compileOnce_twice_takesWhatIsThere() throws IOException {
    HandlerSources.Compiled first = sources().compileOnce();
    assertTrue(first.succeeded(), first::said);
    Path mark = Files.createFile(first.classes().resolve("mark"));

    HandlerSources.Compiled second = sources().compileOnce();

    assertEquals(first.classes(), second.classes());
    assertTrue(Files.exists(mark), "nothing was compiled anew");
    assertTrue(Files.exists(second.classes().resolve("app/Acme.class")), "what it needs");
    assertFalse(Files.exists(second.classes().resolve("app/Handlers.class")), "no handler");
  }

  @Test
  void compileOnce_changedSource_isCompiledBesideTheOneInUse() throws IOException {
    HandlerSources.Compiled first = sources().compileOnce();
    write("Acme", "class Acme { static final int ONE = 2; }");

    HandlerSources.Compiled second = sources().compileOnce();

    assertTrue(second.succeeded(), second::said);
    assertNotEquals(first.classes(), second.classes());
    assertTrue(Files.exists(first.classes().resolve("app/Senders.class")), "who has it goes on");
  }

  @Test
  void compileOnce_flaw_isSaidAndNothingIsKept() throws IOException {
    write("Acme", "class Acme {");

    HandlerSources.Compiled compiled = sources().compileOnce();

    assertFalse(compiled.succeeded());
    assertTrue(
        compiled.said().startsWith("functions/src/main/java/app/Acme.java:2: error"),
        compiled::said);
  }

  @Test
  void compileDraft_class_isNoFileOfTheRoom() {
    HandlerSources.Compiled compiled =
        sources().compileDraft("Draft", "package app;\nclass Draft { int one = Acme.ONE; }");

    assertTrue(compiled.succeeded(), compiled::said);
    assertFalse(Files.exists(home.resolve("functions/src/main/java/app/Draft.java")));
  }

  private SenderSources sources() {
    return new SenderSources(new HandlerSources(home, home.resolve("out"), "none.jar"));
  }

  private void write(String name, String source) throws IOException {
    Files.writeString(
        home.resolve("functions/src/main/java/app/" + name + ".java"), "package app;\n" + source);
  }
}
