package dev.hookset.local.cli;

import dev.hookset.local.captures.CapturedRequest;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The files that options name; {@code -} is standard input. */
final class InputFile {
  private static final String STANDARD_INPUT = "-";

  private InputFile() {}

  /**
   * Reads a file that may be named in messages.
   *
   * @param what what is in it, such as "body"
   */
  static byte[] read(String file, String what) {
    try {
      return bytes(file);
    } catch (IOException | InvalidPathException e) {
      throw new Problem(
          "cannot read the " + what + " from " + Printable.of(FileFailure.said(file, e)));
    }
  }

  /** Reads a request that was captured, without its body. */
  static CapturedRequest readRequest(String file) {
    try {
      return CapturedRequest.read(read(file, "headers"));
    } catch (IllegalArgumentException e) {
      throw new Problem(nameOf(file) + " " + e.getMessage());
    }
  }

  /**
   * Reads a file with a secret. Whoever took the option for the secret itself must not find it in a
   * message, and so in a log: the argument is never repeated.
   */
  static byte[] readSecret(String file, String option) {
    try {
      return bytes(file);
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new Problem(
          option
              + " names no file that is there; it takes the name of a file with the secret in it,"
              + " or - for standard input, and never the secret itself");
    } catch (IOException e) {
      throw new Problem("the file that " + option + " names cannot be read: may you read it?");
    }
  }

  /** Returns how a file that was read is called in what is printed. */
  static String nameOf(String file) {
    return file.equals(STANDARD_INPUT) ? "standard input" : Printable.of(file);
  }

  private static byte[] bytes(String file) throws IOException {
    return file.equals(STANDARD_INPUT)
        ? System.in.readAllBytes()
        : Files.readAllBytes(Path.of(file));
  }
}
