package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.receive.Provider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The user's own senders: what is wrong with them stops whoever asks for one, with a sentence. */
final class OwnSendersTest {
  private static final String HEAD =
      "package app; import dev.hookset.receive.Provider; import dev.hookset.signing.Scheme;"
          + " import java.util.List;";
  private static final String LIST =
      "public final class Senders implements dev.hookset.receive.Senders {"
          + " public List<Provider> senders() { return List.of(%s); } }";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path folder;

  @AfterEach
  void forgetThem() {
    Providers.lookForOwnIn(OwnSendersTest.class::getClassLoader);
  }

  @Test
  void named_ownSender_isFoundBehindThoseOfTheCatalogue() throws IOException {
    have(LIST.formatted(sender("acme")));

    assertEquals("acme", Providers.named("acme").map(Provider::name).orElse(null));
    assertEquals("acme", Providers.names().getLast());
    assertEquals(Optional.empty(), Providers.named("other"));
    assertTrue(Providers.all().stream().anyMatch(each -> each.name().equals("acme")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "public final class Senders {}"
            + "|app.Senders cannot be used: a public class that implements",
        "final class Senders implements dev.hookset.receive.Senders {"
            + " public List<Provider> senders() { return List.of(); } }"
            + "|app.Senders cannot be used: a public class that implements",
        "public final class Senders implements dev.hookset.receive.Senders {"
            + " private Senders() {} public List<Provider> senders() { return List.of(); } }"
            + "|app.Senders cannot be used: a public class that implements",
        "public final class Senders implements dev.hookset.receive.Senders {"
            + " public Senders() { throw new IllegalStateException(); }"
            + " public List<Provider> senders() { return List.of(); } }"
            + "|app.Senders's constructor fails: java.lang.IllegalStateException",
        "public final class Senders implements dev.hookset.receive.Senders {"
            + " public List<Provider> senders() { throw new IllegalStateException(); } }"
            + "|app.Senders fails: java.lang.IllegalStateException",
        "public final class Senders implements dev.hookset.receive.Senders {"
            + " public List<Provider> senders() { return null; } }"
            + "|app.Senders fails: java.lang.NullPointerException",
        "public final class Senders implements dev.hookset.receive.Senders {"
            + " static final int N = Integer.parseInt(null + 1);"
            + " public List<Provider> senders() { return List.of(); } }"
            + "|app.Senders cannot be loaded: java.lang.ExceptionInInitializerError"
      })
  void named_classThatCannotBeUsed_stopsWithASentence(String source, String sentence)
      throws IOException {
    // In CSV, as in the parameter, nothing is quoted: the sources hold no quotes.
    have(source.replace("null + 1", "(String) null"));

    assertRefused(sentence);
  }

  @Test
  void named_descriptionThatMakesNoSense_stopsWithWhatItSays() throws IOException {
    have(
        LIST.formatted(
            "Provider.named(\"acme\").signs(Scheme.hmacSha256(\"{body}\").in(\"X\")).build()"));

    assertRefused(
        "app.Senders: provider 'acme' does not say where its key is found: whoever sets it up needs"
            + " to know");
  }

  @Test
  void named_nameThatIsTaken_stopsWithASentence() throws IOException {
    have(LIST.formatted(sender("stripe")));
    assertRefused("app.Senders: the catalogue has a 'stripe' already");

    have(LIST.formatted(sender("acme") + ", " + sender("acme")));
    assertRefused("app.Senders: it names 'acme' twice");
  }

  @Test
  void named_senderOfTheCatalogue_doesNotMind() throws IOException {
    have(LIST.formatted("(Provider) null"));

    assertEquals("stripe", Providers.named("stripe").map(Provider::name).orElse(null));
    assertRefused("app.Senders fails: java.lang.NullPointerException");
  }

  private static String sender(String name) {
    return "Provider.named(\""
        + name
        + "\").signs(Scheme.hmacSha256(\"{body}\").in(\"X-Sig\")).keyIn(\"there\").build()";
  }

  private static void assertRefused(String sentence) {
    String message =
        String.valueOf(
            assertThrows(UnusableSenders.class, () -> Providers.named("other")).getMessage());
    assertTrue(message.startsWith(sentence), message);
  }

  /** Compiles the class, and has own senders looked for there and nowhere else. */
  private void have(String source) throws IOException {
    Path file = Files.createDirectories(folder.resolve("app")).resolve("Senders.java");
    Files.writeString(file, HEAD + source);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                file.toString());
    assertEquals(0, code, source);
    Room room = new Room(folder.toUri().toURL());
    Providers.lookForOwnIn(() -> room);
  }

  /** Has the class of the test in place of the one that lies in the room. */
  private static final class Room extends URLClassLoader {
    Room(URL folder) {
      super(new URL[] {folder}, OwnSendersTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("app.")) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }
}
