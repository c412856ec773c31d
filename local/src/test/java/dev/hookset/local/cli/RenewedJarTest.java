package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** On picocli's jar, whose classes are what made starts slow. */
final class RenewedJarTest {
  private static final int JAVA_8 = 52;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path directory;

  private Path picocli;
  private Path renewed;

  @BeforeEach
  void renew() throws Exception {
    picocli =
        Path.of(CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    renewed = directory.resolve("picocli.jar");
    RenewedJar.main(new String[] {picocli.toString(), renewed.toString()});
  }

  @Test
  void copy_ofOldClasses_hasNoneThatNoCacheTakes() throws IOException {
    // All of picocli was loaded and verified anew at each start, which was half of it.
    assertTrue(versions(picocli).values().stream().anyMatch(version -> version < JAVA_8));

    assertEquals(versions(picocli).keySet(), versions(renewed).keySet());
    assertEquals(
        List.of(),
        versions(renewed).values().stream().filter(version -> version < JAVA_8).toList());
  }

  @Test
  void copy_ofClasses_isVerifiedAndWorks() throws Exception {
    // Only a class of another loader than the platform's is verified, and each when it is linked.
    try (URLClassLoader loader =
            new URLClassLoader(
                new URL[] {renewed.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        JarFile jar = new JarFile(renewed.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        String name = entry.getName();
        if (name.startsWith("picocli/CommandLine") && name.endsWith(".class")) {
          Class.forName(name.replace(".class", "").replace('/', '.'), true, loader);
        }
      }
      Object version = loader.loadClass("picocli.CommandLine").getField("VERSION").get(null);
      assertEquals(CommandLine.VERSION, version);
    }
  }

  private static Map<String, Integer> versions(Path file) throws IOException {
    Map<String, Integer> versions = new TreeMap<>();
    try (JarFile jar = new JarFile(file.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().endsWith(".class")) {
          try (InputStream bytes = jar.getInputStream(entry)) {
            versions.put(
                entry.getName(), ClassFile.of().parse(bytes.readAllBytes()).majorVersion());
          }
        }
      }
    }
    return versions;
  }
}
