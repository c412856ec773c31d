package dev.hookset.local.packaged;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code sam build} ships: the compiled classes, and beside them the jars in {@code lib}.
 *
 * @param directory the module {@code functions}
 */
record FunctionsPackage(Path directory) {
  /** Names the module's directory; Surefire sets it. */
  private static final String DIRECTORY = "hookset.functions.directory";

  /**
   * Returns the package that this build has made.
   *
   * @throws IllegalStateException if it has made none
   */
  static FunctionsPackage built() {
    String directory = System.getProperty(DIRECTORY);
    if (directory == null) {
      throw new IllegalStateException(
          DIRECTORY + " is not set: run mvn verify (or package) from the root");
    }
    FunctionsPackage built = new FunctionsPackage(Path.of(directory).toAbsolutePath().normalize());
    for (Path part : List.of(built.classes(), built.classPath())) {
      if (!Files.exists(part)) {
        throw new IllegalStateException(
            part + " is missing: run mvn verify (or package) from the root");
      }
    }
    return built;
  }

  Path classes() {
    return directory.resolve("target/classes");
  }

  /** Returns the file that names the jars. */
  private Path classPath() {
    return directory.resolve("target/package.classpath");
  }

  /** Returns the template that says how the functions are deployed. */
  Path template() {
    return directory.resolveSibling("template.yaml");
  }

  List<Path> jars() throws IOException {
    return Stream.of(Files.readString(classPath()).strip().split(File.pathSeparator, -1))
        .map(Path::of)
        .sorted()
        .toList();
  }

  /** Copies the package to {@code root}, laid out as Lambda does it in {@code /var/task}. */
  void unpack(Path root) throws IOException {
    copy(classes(), root);
    Path lib = Files.createDirectories(root.resolve("lib"));
    for (Path jar : jars()) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
