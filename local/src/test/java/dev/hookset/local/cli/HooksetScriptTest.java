package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher script, as far as it comes without a JDK. Where it would find this machine's own,
 * the test runs a copy that asks for one from the far future.
 */
final class HooksetScriptTest {
  private static final Path SCRIPT = Shell.REPOSITORY.resolve("hookset");
  private static final String BASH = "/bin/bash";
  private static final String FUTURE = "999";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path directory;

  private record Ended(int code, List<String> out, List<String> err) {}

  @BeforeEach
  void copy() throws IOException {
    String script = Files.readString(SCRIPT);
    assertTrue(script.contains("\nneeded=25\n"), "the copy asks for another JDK");
    Files.writeString(
        directory.resolve("hookset"), script.replace("\nneeded=25\n", "\nneeded=" + FUTURE + "\n"));
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("dirname", "sed", "readlink", "find")) {
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
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
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
