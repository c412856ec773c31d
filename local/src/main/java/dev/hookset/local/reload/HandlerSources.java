package dev.hookset.local.reload;

import dev.hookset.local.files.FileFailure;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The user's sources in a checkout: {@code functions/src/main/java/app} and its tests. They are
 * compiled as plain Java against the class path of this process, all of them each time: a room of
 * handlers is small, and what depends on what needs no book-keeping.
 */
public final class HandlerSources {
  /** The package that is the user's. */
  static final String PACKAGE = "app";

  private final Path home;
  private final Path out;
  private final String classPath;
  private int compilations;

  /**
   * Creates the sources of a checkout.
   *
   * @param home the checkout
   * @param out where class files are written to; what an earlier process left there is replaced
   * @param classPath what the sources are compiled against
   */
  public HandlerSources(Path home, Path out, String classPath) {
    this.home = Objects.requireNonNull(home, "home");
    this.out = Objects.requireNonNull(out, "out");
    this.classPath = Objects.requireNonNull(classPath, "classPath");
  }

  /**
   * What came of compiling.
   *
   * @param classes where the class files are
   * @param said what javac said; empty if it had nothing to say
   */
  public record Compiled(Path classes, boolean succeeded, String said) {
    /** Returns a loader of these classes, whatever else of that name {@code parent} has. */
    public ClassLoader loader(ClassLoader parent, Path resources) {
      return new HandlerClassLoader(classes, resources, parent);
    }
  }

  /** Returns the folder of the handlers. */
  public Path main() {
    return home.resolve(Path.of("functions", "src", "main", "java", PACKAGE));
  }

  /** Returns the folder of the handlers' tests. */
  public Path tests() {
    return testSources().resolve(PACKAGE);
  }

  /** Returns the folder of what else the handlers load. */
  public Path resources() {
    return home.resolve(Path.of("functions", "src", "main", "resources"));
  }

  /** Returns the folder of what else the tests load. */
  public Path testResources() {
    return home.resolve(Path.of("functions", "src", "test", "resources"));
  }

  /** Returns the folder of the module that is deployed. */
  Path functions() {
    return home.resolve("functions");
  }

  /** Returns the file that names the libraries. */
  public Path pom() {
    return home.resolve(Path.of("functions", "pom.xml"));
  }

  private Path testSources() {
    return home.resolve(Path.of("functions", "src", "test", "java"));
  }

  /** Compiles the handlers. */
  public Compiled compile() {
    return compile(main(), "main", classPath, null, false);
  }

  /**
   * Compiles the tests, and of the kit what they use.
   *
   * @param main the handlers
   */
  public Compiled compileTests(Compiled main) {
    return compile(
        tests(),
        "test",
        main.classes() + File.pathSeparator + classPath,
        testSources().toString(),
        false);
  }

  /**
   * Compiles what is in {@code sources}, and of the package what that needs: no handler, whose
   * libraries need not be there.
   *
   * @param name of the folder of its classes
   */
  Compiled compileApart(Path sources, String name) {
    return compile(sources, name, classPath, String.valueOf(main().getParent()), true);
  }

  /** Returns where class files are written to. */
  Path out() {
    return out;
  }

  /** Returns what all sources of the package are compiled against. */
  String classPath() {
    return classPath;
  }

  private synchronized Compiled compile(
      Path sources,
      String name,
      String against,
      @Nullable String sourcePath,
      boolean ofThePackageAlone) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("this Java has no compiler; a JDK is needed");
    }
    // A folder of its own each time: what runs on may load a class of an earlier one late.
    Path classes = out.resolve(name + "-" + ++compilations);
    StringWriter said = new StringWriter();
    try {
      List<Path> files = javaFiles(sources);
      empty(classes);
      if (files.isEmpty()) {
        return new Compiled(classes, true, "");
      }
      List<String> options =
          new ArrayList<>(
              List.of("-d", classes.toString(), "-cp", against, "-parameters", "-g", "-proc:none"));
      if (sourcePath != null) {
        options.addAll(List.of("-sourcepath", sourcePath));
      }
      try (StandardJavaFileManager manager =
          compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
        boolean succeeded =
            compiler
                .getTask(
                    said,
                    ofThePackageAlone ? new PackageFiles(manager) : manager,
                    null,
                    options,
                    null,
                    manager.getJavaFileObjectsFromPaths(files))
                .call();
        return new Compiled(classes, succeeded, said.toString().replace(home + File.separator, ""));
      }
    } catch (IOException | UncheckedIOException e) {
      return new Compiled(classes, false, "cannot write " + FileFailure.said(classes, e));
    }
  }

  /** Knows of the sources only those of the user's package: the engine's are compiled. */
  private static final class PackageFiles
      extends ForwardingJavaFileManager<StandardJavaFileManager> {
    PackageFiles(StandardJavaFileManager manager) {
      super(manager);
    }

    @Override
    public Iterable<JavaFileObject> list(
        Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
        throws IOException {
      return location == StandardLocation.SOURCE_PATH && !packageName.startsWith(PACKAGE)
          ? List.of()
          : super.list(location, packageName, kinds, recurse);
    }
  }

  /** Returns a source, or those in a folder. */
  static List<Path> javaFiles(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  static void empty(Path folder) throws IOException {
    delete(folder);
    Files.createDirectories(folder);
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
