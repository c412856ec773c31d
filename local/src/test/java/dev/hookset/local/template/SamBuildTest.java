package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code sam build} does with {@code CodeUri}, done without SAM: it copies the folder, and
 * nothing above it, runs Maven twice in the copy, and ships {@code target/classes} with the jars of
 * {@code target/dependency} as {@code lib}.
 *
 * <p>The two commands are those of aws-lambda-builders' workflow {@code java_maven}.
 */
final class SamBuildTest {
  private static final List<String> BUILD = List.of("clean", "install");
  private static final List<String> COPY_DEPENDENCIES =
      List.of(
          "dependency:copy-dependencies", "-DincludeScope=runtime", "-Dmdep.prependGroupId=true");

  /** What Lambda takes, unpacked. */
  private static final long MOST_BYTES = 250L * 1024 * 1024;

  /** Lambda loads it before it starts a function. */
  private static final long MOST_ZIPPED_BYTES = 25_000_000;

  private static final Pattern JAR = Pattern.compile("(.+?)-\\d[^/]*\\.jar");
  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  private static final Pattern SHARED_BY_DESIGN =
      Pattern.compile("META-INF/.*|(.*/)?(module|package)-info\\.class");

  @TempDir private static Path folder;

  private static Map<Path, FileTime> installedBefore = Map.of();
  private static Path artifact = Path.of("");

  @BeforeAll
  static void build() throws IOException, InterruptedException {
    Path scratch = folder.resolve("scratch");
    copy(Checkout.file("functions"), scratch, Path.of("target"));
    installedBefore = installed();
    maven(scratch, BUILD);
    maven(scratch, COPY_DEPENDENCIES);
    artifact = folder.resolve("artifact");
    copy(scratch.resolve("target/classes"), artifact, Path.of(""));
    copy(scratch.resolve("target/dependency"), artifact.resolve("lib"), Path.of(""));
  }

  @Test
  void build_runsNoTests() throws IOException {
    assertFalse(Files.exists(folder.resolve("scratch/target/surefire-reports")));
    assertTrue(Files.readString(log(BUILD)).contains("Tests are skipped."));
  }

  @Test
  void build_installsNothingIntoTheLocalRepository() throws IOException {
    assertEquals(installedBefore, installed());
  }

  @Test
  void artifact_holdsEveryHandler_thatLoadsFromItAlone() throws IOException {
    List<URL> classPath = new ArrayList<>(List.of(artifact.toUri().toURL()));
    for (Path jar : jars()) {
      classPath.add(jar.toUri().toURL());
    }
    Template template = Checkout.template();
    try (URLClassLoader lambda =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      for (String function : template.resources("AWS::Serverless::Function")) {
        String type =
            String.valueOf(template.properties(function).get("Handler")).split("::", -1)[0];
        Class<?> loaded = assertDoesNotThrow(() -> Class.forName(type, true, lambda), function);
        assertTrue(
            Stream.of(loaded.getMethods())
                .anyMatch(method -> method.getName().equals("handleRequest")));
      }
    }
  }

  @Test
  void artifact_holdsBouncyCastlesClasses_withoutItsSignedJar() throws IOException {
    assertTrue(Files.exists(artifact.resolve("org/bouncycastle/math/ec/rfc8032/Ed25519.class")));
    assertFalse(jars().stream().anyMatch(jar -> jar.getFileName().toString().contains("bcprov")));
  }

  @Test
  void artifact_isSignedNowhere() throws IOException {
    for (String file : files()) {
      assertFalse(SIGNATURE.matcher(file).matches(), file);
    }
    for (Path path : jars()) {
      try (JarFile jar = new JarFile(path.toFile())) {
        assertFalse(
            jar.stream().map(ZipEntry::getName).anyMatch(name -> SIGNATURE.matcher(name).matches()),
            () -> path + " is signed");
      }
    }
  }

  @Test
  void artifact_holdsNoLibraryTwice() throws IOException {
    Map<String, List<String>> versions = new TreeMap<>();
    for (Path jar : jars()) {
      String name = jar.getFileName().toString();
      String library = JAR.matcher(name).replaceFirst("$1");
      versions.computeIfAbsent(library, _ -> new ArrayList<>()).add(name);
    }
    versions.values().removeIf(names -> names.size() == 1);

    assertEquals(Map.of(), versions);
  }

  @Test
  void artifact_holdsNoClassTwice() throws IOException {
    Map<String, String> owners = new HashMap<>();
    for (String file : files()) {
      owners.put(file, "the classes");
    }
    Map<String, String> twice = new TreeMap<>();
    for (Path path : jars()) {
      try (JarFile jar = new JarFile(path.toFile())) {
        jar.stream()
            .map(ZipEntry::getName)
            .filter(name -> name.endsWith(".class"))
            .filter(name -> !SHARED_BY_DESIGN.matcher(name).matches())
            .forEach(
                name -> {
                  String other = owners.put(name, path.getFileName().toString());
                  if (other != null) {
                    twice.put(name, other + " and " + path.getFileName());
                  }
                });
      }
    }

    assertEquals(Map.of(), twice);
  }

  @Test
  void artifact_holdsNothingOfTheTests() throws IOException {
    Set<String> tests = new HashSet<>();
    for (String file : files()) {
      if (file.startsWith("vectors/")
          || (file.endsWith("Test.class") && !file.startsWith("org/bouncycastle/"))) {
        tests.add(file);
      }
    }

    assertEquals(Set.of(), tests);
    assertFalse(
        jars().stream()
            .anyMatch(jar -> jar.getFileName().toString().matches(".*(junit|jspecify).*")));
  }

  @Test
  void artifact_holdsOneHttpClientAndNoNativeCode() throws IOException {
    for (Path path : jars()) {
      String name = path.getFileName().toString();
      assertFalse(name.matches(".*(apache-client|url-connection|netty|crt-client).*"), name);
      try (JarFile jar = new JarFile(path.toFile())) {
        assertFalse(
            jar.stream().anyMatch(entry -> entry.getName().matches(".*\\.(so|dll|dylib|jnilib)")),
            () -> name + " holds native code");
      }
    }
  }

  @Test
  void artifact_isSmallEnoughToStartQuickly() throws IOException {
    Path zip = folder.resolve("artifact.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String file : files()) {
        out.putNextEntry(new ZipEntry(file));
        Files.copy(artifact.resolve(file), out);
        out.closeEntry();
      }
    }

    long bytes = Files.size(zip);
    assertTrue(bytes <= MOST_ZIPPED_BYTES, () -> "the package has " + bytes + " bytes");
  }

  @Test
  void artifact_isSmallEnoughForLambda() throws IOException {
    long bytes = 0;
    for (String file : files()) {
      Path path = artifact.resolve(file);
      bytes += Files.size(path);
    }

    assertTrue(bytes < MOST_BYTES, "the package has " + bytes + " bytes");
  }

  private static void maven(Path directory, List<String> arguments)
      throws IOException, InterruptedException {
    String home = System.getProperty("hookset.maven.home");
    List<String> command =
        new ArrayList<>(List.of(home == null ? "mvn" : Path.of(home, "bin", "mvn").toString()));
    command.addAll(arguments);
    String repository = System.getProperty("maven.repo.local");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log(arguments).toFile());
    Process process = builder.start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
    }
    assertEquals(0, process.waitFor(), () -> command + ":\n" + read(log(arguments)));
  }

  private static Path log(List<String> arguments) {
    return folder.resolve(arguments.getFirst().replace(':', '-') + ".log");
  }

  private static String read(Path file) {
    return assertDoesNotThrow(() -> Files.readString(file));
  }

  /** Returns what the local repository holds of ours, and since when. */
  private static Map<Path, FileTime> installed() throws IOException {
    Path ours =
        Path.of(
                Objects.requireNonNullElse(
                    System.getProperty("localRepository"),
                    System.getProperty("user.home") + "/.m2/repository"))
            .resolve("dev/hookset");
    Map<Path, FileTime> files = new TreeMap<>();
    if (Files.exists(ours)) {
      try (Stream<Path> found = Files.walk(ours)) {
        for (Path file : (Iterable<Path>) found::iterator) {
          files.put(file, Files.getLastModifiedTime(file));
        }
      }
    }
    return files;
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(artifact.resolve("lib"))) {
      return files.sorted().toList();
    }
  }

  /** Returns the artifact's files by their paths in it. */
  private static List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(artifact)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> artifact.relativize(file).toString().replace('\\', '/'))
          .toList();
    }
  }

  /** Copies a folder, but for what stands under {@code without} in it. */
  private static void copy(Path from, Path to, Path without) throws IOException {
    boolean isAll = without.toString().isEmpty();
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path relative = from.relativize(file);
        if (isAll || !relative.startsWith(without)) {
          Path target = to.resolve(relative.toString());
          if (Files.isDirectory(file)) {
            Files.createDirectories(target);
          } else {
            Files.copy(file, target);
          }
        }
      }
    }
  }
}
