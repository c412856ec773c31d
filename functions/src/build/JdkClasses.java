import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Copies the classes of some of its JDK's modules to a folder: {@code java JdkClasses.java <folder>
 * <module>…}. ProGuard has to know them, and reads no JDK that comes without {@code jmods}.
 */
final class JdkClasses {
  private JdkClasses() {}

  /** Copies. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
    for (int i = 1; i < arguments.length; i++) {
      Path module = jdk.getPath("modules", arguments[i]);
      try (Stream<Path> files = Files.walk(module)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = folder.resolve(module.relativize(file).toString());
          Files.createDirectories(copy.getParent());
          Files.write(copy, Files.readAllBytes(file));
        }
      }
    }
  }
}
