package dev.hookset.local.crash;

import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What is said and kept of a fault of our own. A throwable's message may quote an argument, a body
 * or a secret, and what is printed ends up in logs: it is kept in a file for its owner alone.
 */
public final class CrashReport {
  /** Its file in the folder of the local stack; the last fault replaces the one before. */
  public static final String FILE = "crash.txt";

  private CrashReport() {}

  /** Returns what it was and where in our code, without its message. */
  public static String summary(Throwable fault) {
    return fault.getClass().getSimpleName()
        + Arrays.stream(fault.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith("dev.hookset."))
            .findFirst()
            .map(frame -> " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
            .orElse("");
  }

  /**
   * Keeps the whole of it in {@code folder}.
   *
   * @throws IOException if that cannot be written
   */
  public static Path keep(Throwable fault, Path folder) throws IOException {
    StringWriter trace = new StringWriter();
    fault.printStackTrace(new PrintWriter(trace));
    Path file = folder.resolve(FILE);
    PrivateFiles.replace(file, trace.toString().getBytes(StandardCharsets.UTF_8));
    return file;
  }
}
