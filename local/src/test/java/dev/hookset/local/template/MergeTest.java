package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever had a handler, a setting and a library of his own had to solve conflicts at every
 * upgrade. Here both histories are made from the files as they stand: a clone in use, and a later
 * engine that has changed every line up to the marks.
 */
final class MergeTest {
  private static final String BEGIN = "YOURS";
  private static final String END = "YOURS, end.";
  private static final String TEMPLATE = "template.yaml";
  private static final String CONFIG = "samconfig.toml";
  private static final String POM = "functions/pom.xml";
  private static final String HANDLERS = "functions/src/main/java/app/Handlers.java";
  private static final String HANDLERS_TEST = "functions/src/test/java/app/HandlersTest.java";
  private static final String SENDERS = "functions/src/main/java/app/Senders.java";
  private static final List<String> MY_SENDER =
      List.of(
          "functions/src/main/java/app/Acme.java",
          "functions/src/test/java/app/AcmeTest.java",
          "functions/src/test/resources/samples/acme.json",
          "functions/src/test/resources/vectors/acme.json");
  private static final String MINE = "functions/src/main/java/app/PageOnCall.java";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path clone;

  @BeforeEach
  void bothHistories() throws Exception {
    git("init", "--quiet", "--initial-branch=engine");
    for (String file : List.of(TEMPLATE, CONFIG, POM, HANDLERS, HANDLERS_TEST, SENDERS)) {
      write(file, Checkout.text(file));
    }
    commit("The engine as it was cloned");
    git("checkout", "--quiet", "-b", "mine");
    use();
    commit("My handlers");
    git("checkout", "--quiet", "engine");
    for (String file : List.of(TEMPLATE, CONFIG, POM)) {
      changeAround(file);
    }
    change(TEMPLATE, text -> text.replace("Timeout: 60 ", "Timeout: 50 "));
    write("functions/src/test/resources/samples/lemma.json", "{\"later\": {}}\n");
    change(POM, text -> text.replaceFirst("<version>[^<]+<", "<version>9.9.9<"));
    commit("A later engine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mine", "engine"})
  void laterEngine_andAClone_mergeWithoutAConflict(String into) throws Exception {
    git("checkout", "--quiet", into);
    git("merge", "--quiet", "--no-edit", into.equals("mine") ? "engine" : "mine");

    Template template = Template.read(clone.resolve(TEMPLATE));
    assertTrue(
        String.valueOf(template.at("Mappings", "Settings")).contains("Mine=x"), "a row of mine");
    assertEquals("incident.*", template.at("Mappings", "Settings", "Acme", "Events"));
    assertEquals("https://pager.example.com", template.variable("WorkerFunction", "PAGER_URL"));
    assertEquals("app.MyHandlers", template.variable("WorkerFunction", "HANDLERS"));
    assertEquals("2048", String.valueOf(template.properties("WorkerFunction").get("MemorySize")));
    assertTrue(
        String.valueOf(template.properties("HandlerPolicy")).contains("sns:Publish"),
        "my permission");
    assertTrue(template.receivers().size() >= 5, "the loop expands");
    assertEquals("50", String.valueOf(template.properties("WorkerFunction").get("Timeout")));
    SamConfig config = SamConfig.read(clone.resolve(CONFIG));
    assertEquals(Map.of("AlarmEmail", "me@example.com"), config.parameters("default"));
    assertEquals("prod", config.stageOf("my-prod"));
    assertEquals(Map.of("Traffic", "test"), config.parameters("mine"));
    String pom = read(POM);
    assertNotNull(
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(clone.resolve(POM).toFile()));
    assertTrue(pom.contains("<artifactId>sns</artifactId>"), "my library");
    assertTrue(pom.contains("<version>9.9.9<"), "the engine's version");
    assertTrue(read(HANDLERS).contains("new PageOnCall(setup)"), "my route");
    assertTrue(read(HANDLERS_TEST).contains("mine"), "my test");
    assertTrue(Files.exists(clone.resolve(MINE)), "my handler");
    assertTrue(read(SENDERS).contains("List.of(Acme.provider())"), "my sender");
    for (String file : MY_SENDER) {
      assertTrue(Files.exists(clone.resolve(file)), file);
    }
    assertTrue(read("functions/src/test/resources/samples/lemma.json").contains("later"));
    for (String file : List.of(TEMPLATE, CONFIG, POM)) {
      assertTrue(read(file).contains("A later engine's line"), file);
      assertFalse(read(file).contains("<<<<<<<"), file);
    }
  }

  // What the marks are for: without them, a line beside the user's is a conflict.
  @Test
  void engine_thatChangesAMark_isInTheUsersWay() throws Exception {
    change(
        POM,
        text -> text.replaceFirst(".*" + BEGIN + ":.*\n.*" + END + ".*\n", "    <!-- x -->\n"));
    commit("An engine that does not know the rule");
    git("checkout", "--quiet", "mine");

    Ran merge = run("merge", "--quiet", "--no-edit", "engine");

    assertNotEquals(0, merge.code());
    assertTrue(merge.said().contains("CONFLICT (content)"), merge.said());
  }

  @Test
  void marks_standInPairs_aroundWhatTheDocumentNames() {
    for (String file : List.of(TEMPLATE, CONFIG, POM)) {
      int open = 0;
      for (String line : Checkout.text(file).lines().toList()) {
        open += isBegin(line) ? 1 : isEnd(line) ? -1 : 0;
        assertTrue(open == 0 || open == 1, file + ": " + line);
      }
      assertEquals(file.equals(CONFIG) ? 1 : 0, open, file + ": only samconfig.toml ends as yours");
    }
    assertEquals(
        new TreeSet<>(List.of(TEMPLATE, CONFIG, POM)),
        new TreeSet<>(
            List.of(TEMPLATE, CONFIG, POM).stream()
                .filter(file -> Checkout.text("docs/upgrading.md").contains("`" + file + "`"))
                .toList()));
  }

  // --- A clone in use

  private void use() throws IOException {
    change(
        TEMPLATE,
        text ->
            text.replaceFirst("(" + BEGIN + "\\. .*\n +\\w+: \\{)", "$1Mine: 'x', ")
                .replaceFirst(
                    "( {4}# --- " + END + ")", "    Acme: {Name: acme, Events: 'incident.*'}\n$1")
                .replaceFirst(
                    "( +)HANDLERS: .*\n",
                    "$1HANDLERS: app.MyHandlers\n$1PAGER_URL: https://pager.example.com\n")
                .replaceFirst("( {6})MemorySize: \\d+\n( +# Vpc)", "$1MemorySize: 2048\n$2")
                .replaceFirst(
                    "(\n {2}# --- " + END + ")",
                    "\n          - {Sid: Page, Effect: Allow, Action: 'sns:Publish', Resource: '*'}$1"));
    change(
        CONFIG,
        text ->
            text.replaceFirst(
                        "parameter_overrides = .*",
                        "parameter_overrides = [\"AlarmEmail=me@example.com\"]")
                    .replaceFirst(
                        "(to the end of the file.*\n).*\n", "$1stack_name = \"my-prod\"\n")
                    .replaceFirst("(stack_name = .*\n)", "$1region = \"eu-central-1\"\n")
                + "\n[mine.deploy.parameters]\nstack_name = \"mine\"\nparameter_overrides = [\"Traffic=test\"]\n");
    change(
        POM,
        text ->
            text.replaceFirst(
                "( +)(<!-- " + END + ")",
                "$1<dependency><groupId>software.amazon.awssdk</groupId><artifactId>sns</artifactId></dependency>\n$1$2"));
    change(HANDLERS, text -> text + "\n// new PageOnCall(setup)\n");
    change(HANDLERS_TEST, text -> text + "\n// mine\n");
    write(MINE, "package app;\n\nfinal class PageOnCall {}\n");
    // As `./hookset provider new acme` writes it.
    change(SENDERS, text -> text.replace("List.of()", "List.of(Acme.provider())"));
    for (String file : MY_SENDER) {
      write(file, "mine\n");
    }
  }

  // --- A later engine

  /** New lines right above each mark and right below it, outside of what is the user's. */
  private void changeAround(String file) throws IOException {
    List<String> changed = new ArrayList<>();
    int marks = 0;
    for (String line : read(file).lines().toList()) {
      String indent = line.substring(0, line.length() - line.stripLeading().length());
      String added =
          indent
              + (file.endsWith(".xml")
                  ? "<!-- A later engine's line -->"
                  : "# A later engine's line");
      if (isBegin(line)) {
        changed.add(added);
      }
      changed.add(line);
      if (isEnd(line)) {
        changed.add(added);
        marks++;
      }
    }
    assertTrue(marks > 0, file);
    write(file, String.join("\n", changed) + "\n");
  }

  private static boolean isBegin(String line) {
    return line.contains(BEGIN) && !line.contains(END) && !isExplanation(line);
  }

  private static boolean isEnd(String line) {
    return line.contains(END) && !isExplanation(line);
  }

  /** The head of a file tells what the marks mean. */
  private static boolean isExplanation(String line) {
    return line.contains("\"--- " + BEGIN);
  }

  // --- Files and Git

  private void change(String file, UnaryOperator<String> edit) throws IOException {
    String before = read(file);
    String after = edit.apply(before);
    assertNotEquals(before, after, file);
    write(file, after);
  }

  private String read(String file) throws IOException {
    return Files.readString(clone.resolve(file));
  }

  private void write(String file, String text) throws IOException {
    Path path = clone.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void commit(String message) throws Exception {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
  }

  private void git(String... arguments) throws Exception {
    Ran ran = run(arguments);
    assertEquals(0, ran.code(), () -> String.join(" ", arguments) + ": " + ran.said());
  }

  private record Ran(int code, String said) {}

  /**
   * No setting of whoever runs the tests counts: no hook, no signature, no other way of merging.
   */
  private Ran run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("git"));
    for (String setting :
        List.of("user.name=Test", "user.email=test@example.com", "core.autocrlf=false")) {
      command.addAll(List.of("-c", setting));
    }
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(clone.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("LC_ALL", "C");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError("this test merges with Git, which is not installed here", e);
    }
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), said);
  }
}
