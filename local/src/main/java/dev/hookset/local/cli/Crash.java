package dev.hookset.local.cli;

import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** A fault of a command itself: told in a sentence, with the details in a file for who mends it. */
final class Crash {
  static final String FILE = "crash.txt";

  private Crash() {}

  /**
   * Reports it, and returns the code to exit with. The message of an exception may repeat what it
   * failed over, so it goes into the file alone, which its owner alone can read.
   *
   * @param state where the file is kept
   */
  static int report(Throwable fault, Path state, PrintWriter err) {
    StringWriter details = new StringWriter();
    try (PrintWriter writer = new PrintWriter(details)) {
      writer.println("Java " + Runtime.version() + ", " + System.getProperty("os.name"));
      fault.printStackTrace(writer);
    }
    Path file = state.resolve(FILE);
    String where;
    try {
      PrivateFiles.folder(state);
      PrivateFiles.file(file);
      Files.writeString(file, details.toString());
      where = "the details are in " + file;
    } catch (IOException e) {
      where = "the details cannot be written to " + file;
    }
    err.println(
        "hookset: this is a fault of hookset itself ("
            + fault.getClass().getSimpleName()
            + "), not of yours; "
            + where);
    err.flush();
    return Hookset.CRASHED;
  }
}
