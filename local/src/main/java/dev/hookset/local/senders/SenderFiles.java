package dev.hookset.local.senders;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The files of a sender of the user's own, in the user's room. */
public final class SenderFiles {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern LIST = Pattern.compile("return\\s+List\\.of\\(");

  private final String name;
  private final Path home;

  /**
   * Creates them; nothing is written yet.
   *
   * @param home the checkout
   */
  public SenderFiles(Path home, String name) {
    this.home = Objects.requireNonNull(home, "home");
    this.name = Objects.requireNonNull(name, "name");
  }

  /** Returns the folder that is the user's room. */
  public Path room() {
    return home.resolve(Path.of("functions", "src", "main", "java", "app"));
  }

  /** Returns the description. */
  public Path description() {
    return room().resolve(Draft.className(name) + ".java");
  }

  /** Returns the test. */
  public Path test() {
    return home.resolve(
        Path.of("functions", "src", "test", "java", "app", Draft.className(name) + "Test.java"));
  }

  /** Returns the sample. */
  public Path sample() {
    return resource("samples");
  }

  /** Returns the vector. */
  public Path vector() {
    return resource("vectors");
  }

  /** Returns the list of the user's senders. */
  public Path senders() {
    return room().resolve("Senders.java");
  }

  private Path resource(String folder) {
    return home.resolve(Path.of("functions", "src", "test", "resources", folder, name + ".json"));
  }

  /** Returns those that are there already. */
  public List<Path> existing() {
    return List.of(description(), test(), sample(), vector()).stream()
        .filter(Files::exists)
        .toList();
  }

  /**
   * Writes the four files; none of them may be there.
   *
   * @throws IOException if one cannot be written; those before it are there then
   */
  public void write(String description, String sample, String vector, String test)
      throws IOException {
    write(sample(), sample);
    write(vector(), vector);
    write(test(), test);
    write(description(), description);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
  }

  /**
   * Names the sender in the user's list.
   *
   * @return null if it is done; else the line to add by hand, as the list is written in a way of
   *     its own
   */
  public @Nullable String wire() throws IOException {
    String call = Draft.className(name) + ".provider()";
    String source = Files.exists(senders()) ? Files.readString(senders()) : "";
    Matcher list = LIST.matcher(source);
    if (!list.find()) {
      return call;
    }
    String rest = source.substring(list.end());
    boolean isEmpty =
        rest.replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "").stripLeading().startsWith(")");
    String added = isEmpty ? call : call + ", ";
    Files.writeString(senders(), source.substring(0, list.end()) + added + rest);
    return null;
  }

  /** Returns the file of samples with one in it: its body as it came. */
  public static String sample(String type, Body body) {
    String text = body.utf8();
    String value = text.strip();
    boolean isJson = value.startsWith("{") || value.startsWith("[");
    try {
      isJson = isJson && JSON.readTree(value).isContainerNode();
    } catch (IOException e) {
      isJson = false;
    }
    return "{\n  " + Code.json(type) + ": " + (isJson ? value : Code.json(text)) + "\n}\n";
  }

  /**
   * Returns the test.
   *
   * @param type the sample's
   * @param hasKitEvent whether the kit can make an event of the sample
   */
  public String testSource(String title, String type, boolean hasKitEvent) {
    String of = Code.quoted(name);
    return "package app;\n\n"
        + "import static org.junit.jupiter.api.Assertions.assertEquals;\n\n"
        + (hasKitEvent ? "import dev.hookset.testing.Events;\n" : "")
        + "import dev.hookset.testing.TestReceiver;\n"
        + "import org.junit.jupiter.api.Test;\n\n"
        + "/** What "
        + title.replace("*/", "")
        + " sends is received, and what is forged is not. */\n"
        + "final class "
        + Draft.className(name)
        + "Test {\n"
        + "  @Test\n"
        + "  void delivery_asItCame_isAcceptedAndAForgedOneRefused() {\n"
        + "    TestReceiver receiver = TestReceiver.of("
        + of
        + ");\n"
        + "    assertEquals("
        + Code.quoted("accepted " + type)
        + ", receiver.receive("
        + Code.quoted(TestVector.NAME)
        + "));\n"
        + "    assertEquals(\"refused invalid_signature\", receiver.receiveForged("
        + Code.quoted(TestVector.NAME)
        + "));\n"
        + (hasKitEvent
            ? "    assertEquals("
                + Code.quoted(type)
                + ", Events.of("
                + of
                + ", "
                + Code.quoted(type)
                + ").type());\n"
            : "")
        + "  }\n}\n";
  }
}
