import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over what has changed since it ran last, the user's room {@code app}
 * excepted. {@code Format.java apply <checkout>} formats it, {@code Format.java check <checkout>}
 * fails if it is not formatted. The formatter's own command line takes files, and no folders.
 */
final class Format {
  private Format() {}

  /** Formats or checks. */
  public static void main(String[] arguments) throws Exception {
    boolean checks = arguments[0].equals("check");
    Path checkout = Path.of(arguments[1]);
    Path last = checkout.resolve("target/formatted");
    FileTime since =
        Files.exists(last) ? Files.getLastModifiedTime(last) : FileTime.from(Instant.EPOCH);
    List<String> files = new ArrayList<>();
    for (String module : List.of("functions", "local", "benchmarks")) {
      files.addAll(changed(checkout.resolve(module).resolve("src"), since));
    }
    if (files.isEmpty()) {
      return;
    }
    FileTime start = FileTime.from(Instant.now());
    List<String> command = new ArrayList<>(List.of("--skip-reflowing-long-strings"));
    command.addAll(checks ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    command.addAll(files);
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    int status = new Main(out, err, System.in).format(command.toArray(String[]::new));
    if (status == 0) {
      Files.write(last, new byte[0]);
      Files.setLastModifiedTime(last, checks ? start : FileTime.from(Instant.now()));
    } else if (checks) {
      err.println(
          "The files above are not formatted: `mvn validate`, with CI unset, formats them.");
    }
    System.exit(status);
  }

  private static List<String> changed(Path folder, FileTime since) throws IOException {
    List<String> changed = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        boolean isOurs = !folder.relativize(file).toString().matches("\\w+.java.app\\W.*");
        if (file.toString().endsWith(".java")
            && isOurs
            && Files.getLastModifiedTime(file).compareTo(since) > 0) {
          changed.add(file.toString());
        }
      }
    }
    return changed;
  }
}
