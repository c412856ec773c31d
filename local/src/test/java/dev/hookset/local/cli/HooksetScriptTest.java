package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher script, in a checkout of nothing but itself. It asks for a JDK from the far future,
 * so that it does not find this machine's own; JDK and Maven are scripts here that note how they
 * were called.
 */
final class HooksetScriptTest {
  private static final Path SCRIPT = Shell.REPOSITORY.resolve("hookset");
  private static final String BASH = "/bin/bash";
  private static final String FUTURE = "999";

  /** What every Linux has; `flock` and `locale` are of it, `mvn` and `java` are not. */
  private static final List<String> TOOLS =
      List.of(
          "awk",
          "bash",
          "cat",
          "cp",
          "date",
          "dirname",
          "env",
          "find",
          "flock",
          "grep",
          "head",
          "locale",
          "ls",
          "mkdir",
          "mktemp",
          "mv",
          "nice",
          "printf",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "sort",
          "tail",
          "tee",
          "touch");

  /**
   * Notes that it runs, makes what a build makes, and takes so long that another command meets it.
   */
  private static final String MAVEN =
      """
      #!/bin/bash
      while [ "$1" != --file ]; do shift; done
      top=${2%/pom.xml}
      echo build >>"$top/builds"
      [ -z "${SLOW:-}" ] || sleep 1
      mkdir -p "$top/local/target/lib" "$top/functions/target/classes/org"
      touch "$top/functions/target/hookset-functions.jar" "$top/local/target/hookset-local.jar" "$top/local/target/lib/a.jar"
      printf 'lib/a.jar' >"$top/local/target/hookset.classpath"
      """;

  /** Prints its locale and its arguments. */
  private static final String JAVA =
      """
      #!/bin/bash
      printf 'LC_ALL=%s\n' "${LC_ALL:-}"
      printf '%s\n' "$@"
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path directory;

  private record Ended(int code, List<String> out, List<String> err) {}

  @BeforeEach
  void copy() throws IOException {
    String script = Files.readString(SCRIPT);
    assertTrue(script.contains("\nneeded=25\n"), "the copy asks for another JDK");
    checkOut(script, directory);
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : TOOLS) {
      for (String bin : List.of("/bin", "/usr/bin")) {
        if (Files.exists(Path.of(bin, tool)) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), Path.of(bin, tool));
        }
      }
    }
  }

  /** JUnit deletes the folder, too, but warns of each link that leads out of it. */
  @AfterEach
  void deleteLinks() throws IOException {
    try (Stream<Path> tools = Files.list(directory.resolve("tools"))) {
      for (Path tool : tools.toList()) {
        Files.delete(tool);
      }
    }
  }

  @Test
  void script_isExecutableAndOfSoundSyntax() throws Exception {
    assertTrue(Files.isExecutable(SCRIPT));
    assertEquals(new Ended(0, List.of(), List.of()), run(Map.of(), BASH, "-n", SCRIPT.toString()));
  }

  @Test
  void noJdk_isSaidInOneSentence() throws Exception {
    Ended ended = run(Map.of(), BASH, directory.resolve("hookset").toString(), "--help");

    assertEquals(3, ended.code(), ended::toString);
    assertEquals(List.of(), ended.out());
    assertEquals(
        List.of(
            "hookset: no JDK 999 found; install one (for example Eclipse Temurin 999) or set"
                + " JAVA_HOME to it"),
        ended.err());
  }

  @Test
  void javaHome_ofAnOlderJdk_isNotTaken() throws Exception {
    String home = jdk("old", "998.0.2").toString();

    Ended ended =
        run(Map.of("JAVA_HOME", home), BASH, directory.resolve("hookset").toString(), "--help");

    assertEquals(3, ended.code(), ended::toString);
    assertTrue(ended.err().getFirst().startsWith("hookset: no JDK 999 found"), ended::toString);
  }

  @Test
  void javaHome_ofASuitableJdk_isTakenAndMavenIsMissedNext() throws Exception {
    String home = jdk("new", "999.0.1").toString();

    Ended ended =
        run(Map.of("JAVA_HOME", home), BASH, directory.resolve("hookset").toString(), "--help");

    assertEquals(3, ended.code(), ended::toString);
    assertEquals(
        List.of(
            "hookset: Maven is not installed; install it (https://maven.apache.org/install.html)"),
        ended.err());
  }

  @Test
  void jdk_inAFolderOfTheHome_isFound() throws Exception {
    jdk(".sdkman/candidates/java/999-open", "999");

    Ended ended = run(Map.of(), BASH, directory.resolve("hookset").toString(), "--help");

    assertTrue(ended.err().getFirst().startsWith("hookset: Maven is not"), ended::toString);
  }

  // A link to the script on the PATH made it look for the checkout beside the link.
  @Test
  void symbolicLinks_leadToTheCheckout() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), Path.of("..", "checkout", "hookset"));
    Files.createSymbolicLink(bin.resolve("hs"), bin.resolve("first"));

    Ended ended = run(tooled(), BASH, bin.resolve("hs").toString(), "urls");

    assertRuns(checkout, ended, "urls");
  }

  // With an exported CDPATH, `cd` prints where it went, and that became part of the path.
  @Test
  void cdpath_isNotFollowed() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    Map<String, String> variables = new HashMap<>(tooled());
    variables.put("CDPATH", directory.toString());

    Ended ended =
        run(
            variables,
            BASH,
            "-c",
            "cd '" + directory + "' >/dev/null; exec '" + BASH + "' checkout/hookset urls");

    assertRuns(checkout, ended, "urls");
  }

  // systemd and cron run commands without HOME, which was an unbound variable.
  @Test
  void home_unset_isNotNeeded() throws Exception {
    Path checkout = checkOutWithTools("checkout");

    Ended ended =
        run(
            tooled(),
            directory.resolve("tools/env").toString(),
            "-u",
            "HOME",
            BASH,
            checkout.resolve("hookset").toString(),
            "urls");

    assertRuns(checkout, ended, "urls");
  }

  // The class path named jars in somebody's ~/.m2: purged, or another user's, they were not there,
  // nothing was
  // built again, and the command died of a NoClassDefFoundError.
  @Test
  void jar_thatIsGone_isBuiltAgain() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");
    Files.delete(checkout.resolve("local/target/lib/a.jar"));

    Ended ended = run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");

    assertRuns(checkout, ended, "urls");
    assertEquals(
        List.of("Building Hookset: some of what was built is missing or cannot be read."),
        ended.err());
    assertEquals(2, builds(checkout));
  }

  @Test
  void sources_unchanged_areNotBuiltAgain() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");

    Ended ended = run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");

    assertEquals(List.of(), ended.err());
    assertEquals(1, builds(checkout));
  }

  // For a class of Groovy's, which is in none, picocli had each of 150 jars opened.
  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "status"})
  void helpAndStatus_areRunWithoutTheLibraries(String word) throws Exception {
    Path checkout = checkOutWithTools("checkout");

    Ended ended = run(tooled(), BASH, checkout.resolve("hookset").toString(), word);

    assertEquals(word, ended.out().getLast(), ended::toString);
    String classPath = ended.out().get(ended.out().indexOf("-cp") + 1);
    assertTrue(classPath.endsWith("/functions.jar"), classPath);
  }

  // An edit of one file cost a whole run of Maven, most of a minute.
  @Test
  void source_changed_isNamedAndCompiledWithoutMaven() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");
    change(checkout.resolve("functions/src/main/java/Edited.java"));

    Ended ended = runWithWhatItLeavesRunning(checkout);

    assertRuns(checkout, ended, "urls");
    assertEquals(
        List.of("Building Hookset: functions/src/main/java/Edited.java has changed."), ended.err());
    assertEquals(1, builds(checkout));
    assertEquals(
        List.of("functions.jar", "local.jar"), Files.readAllLines(checkout.resolve("jars")));
  }

  @Test
  void source_changedInLocal_leavesTheFunctionsAsTheyAre() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");
    change(checkout.resolve("local/src/main/java/Edited.java"));

    Ended ended = runWithWhatItLeavesRunning(checkout);

    assertRuns(checkout, ended, "urls");
    assertEquals(List.of("local.jar"), Files.readAllLines(checkout.resolve("jars")));
  }

  @Test
  void source_thatDoesNotCompile_isSaidAndTriedAgain() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");
    change(checkout.resolve("local/src/main/java/Edited.java"));
    executable(
        directory.resolve("jdk/bin/javac"), "#!/bin/bash\necho 'Edited.java:1: error'\nexit 1\n");

    for (int i = 0; i < 2; i++) {
      Ended ended = run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");

      assertEquals(3, ended.code(), ended::toString);
      assertEquals(
          List.of(
              "Building Hookset: local/src/main/java/Edited.java has changed.",
              "Edited.java:1: error",
              "hookset: the sources do not compile"),
          ended.err());
    }
  }

  @Test
  void pom_changed_isBuiltByMaven() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");
    change(checkout.resolve("local/pom.xml"));

    Ended ended = run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");

    assertEquals(List.of("Building Hookset: local/pom.xml has changed."), ended.err());
    assertEquals(2, builds(checkout));
  }

  // Two commands at once on a stale checkout ran two Mavens in one target folder.
  @Test
  void commands_atOnce_buildOnce() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    String script = checkout.resolve("hookset").toString();
    Map<String, String> variables = new HashMap<>(tooled());
    variables.put("SLOW", "yes");

    Ended ended =
        run(
            variables,
            BASH,
            "-c",
            "'%1$s' '%2$s' urls & '%1$s' '%2$s' list & wait".formatted(BASH, script));

    assertEquals(1, builds(checkout), ended::toString);
    assertTrue(ended.out().contains("urls"), ended::toString);
    assertTrue(ended.out().contains("list"), ended::toString);
  }

  // Under LC_ALL=C the JVM took arguments and file names for ASCII: IDs were not found, files were
  // malformed.
  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "xx_XX.nowhere"})
  void locale_withoutUtf8_isReplaced(String name) throws Exception {
    Path checkout = checkOutWithTools("prüfung-☃");
    Map<String, String> variables = new HashMap<>(tooled());
    variables.put("LC_ALL", name);

    Ended ended =
        run(variables, BASH, "-c", "exec " + BASH + " */hookset show lemma evt-$'\\xe2\\x98\\x83'");

    assertRuns(checkout, ended, "evt-☃");
    assertEquals("LC_ALL=C.UTF-8", ended.out().getFirst());
  }

  @Test
  void colonInThePath_isSaidInOneSentence() throws Exception {
    Path checkout = checkOutWithTools("a:b");

    Ended ended = run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");

    assertEquals(3, ended.code());
    assertEquals(
        List.of(
            "hookset: Java cannot run from "
                + checkout.toRealPath()
                + ", as class paths are separated by colons: move the checkout to a path without"
                + " one"),
        ended.err());
  }

  // Root may write to what is read-only, so here the folder cannot be made: it leads to nowhere.
  @Test
  void checkout_readOnlyAndStale_isSaidInOneSentence() throws Exception {
    Path checkout = checkOutWithTools("checkout");
    Files.createSymbolicLink(checkout.resolve("local/target"), Path.of("/proc/nowhere"));

    Ended ended = run(tooled(), BASH, checkout.resolve("hookset").toString(), "urls");

    assertEquals(3, ended.code());
    assertEquals(1, ended.err().size(), ended::toString);
    assertTrue(
        ended.err().getFirst().contains("you may not write to " + checkout.toRealPath()),
        ended::toString);
  }

  // With core.autocrlf=true a clone had carriage returns in the script, which no shell runs.
  @Test
  void attributes_ofEveryText_keepLineFeeds() throws IOException {
    List<String> lines = Files.readAllLines(Shell.REPOSITORY.resolve(".gitattributes"));

    assertTrue(lines.contains("* text=auto eol=lf"), lines::toString);
  }

  /** Asserts that the command came to Java, with these last arguments and jars of the checkout. */
  private static void assertRuns(Path checkout, Ended ended, String lastArgument)
      throws IOException {
    assertEquals(0, ended.code(), ended::toString);
    assertEquals(lastArgument, ended.out().getLast(), ended::toString);
    String home = checkout.toRealPath().toString();
    assertTrue(ended.out().contains("-Dhookset.home=" + home), ended::toString);
    assertTrue(
        ended.out().stream().anyMatch(line -> line.endsWith(home + "/local/target/lib/a.jar")),
        ended::toString);
  }

  /** Makes a file newer than every build; the folder that it is in is not. */
  private static void change(Path file) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(file);
    }
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    Files.setLastModifiedTime(file.getParent(), FileTime.from(Instant.EPOCH));
  }

  /** The pipe ends when the last process that holds it does, that which makes the cache too. */
  private Ended runWithWhatItLeavesRunning(Path checkout) throws Exception {
    return run(
        tooled(),
        BASH,
        "-c",
        "exec 3>&1; set -o pipefail; '%s' '%s' urls 8>&1 >&3 | cat"
            .formatted(BASH, checkout.resolve("hookset")));
  }

  private static int builds(Path checkout) throws IOException {
    return Files.readAllLines(checkout.resolve("builds")).size();
  }

  /** Makes a checkout, and a JDK and Maven that pretend to be some. */
  private Path checkOutWithTools(String name) throws IOException {
    Path checkout = Files.createDirectories(directory.resolve(name));
    checkOut(Files.readString(SCRIPT), checkout);
    executable(Files.createDirectories(directory.resolve("maven")).resolve("mvn"), MAVEN);
    Path jdk = jdk("jdk", "999");
    executable(jdk.resolve("bin/java"), JAVA);
    // Notes which jar it makes.
    executable(
        jdk.resolve("bin/jar"),
        """
        #!/bin/bash
        while [ "$1" != --file ]; do shift; done
        touch "$2"
        echo "${2##*/}" >>'%s/jars'
        """
            .formatted(checkout));
    return checkout;
  }

  private Map<String, String> tooled() {
    return Map.of(
        "JAVA_HOME",
        directory.resolve("jdk").toString(),
        "PATH",
        directory.resolve("tools") + ":" + directory.resolve("maven"));
  }

  /** Makes the files that the script looks at. */
  private static void checkOut(String script, Path folder) throws IOException {
    Files.writeString(
        folder.resolve("hookset"), script.replace("\nneeded=25\n", "\nneeded=" + FUTURE + "\n"));
    for (String module : List.of("functions", "local")) {
      Files.createDirectories(folder.resolve(module).resolve("src/main/java"));
      Files.writeString(folder.resolve(module).resolve("pom.xml"), "");
    }
    Files.writeString(folder.resolve("pom.xml"), "");
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Makes what looks like a JDK of that version. */
  private Path jdk(String name, String version) throws IOException {
    Path jdk = directory.resolve(name);
    Files.createDirectories(jdk.resolve("bin"));
    Files.createFile(
        jdk.resolve("bin/javac"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private Ended run(Map<String, String> variables, String... command) throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("HOME", directory.toString());
    environment.put("PATH", directory.resolve("tools").toString());
    environment.putAll(variables);
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), "the script does not end");
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
  }
}
