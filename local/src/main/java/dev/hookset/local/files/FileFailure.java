package dev.hookset.local.files;

import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Says why a file could not be read or written. The exceptions themselves hardly do: the message of
 * one that was not allowed is a path, and of one on a full disk names no file.
 */
public final class FileFailure {
  private FileFailure() {}

  /**
   * Returns the file and why it failed, such as {@code out.json: permission denied}.
   *
   * @param file what was to be read or written
   */
  public static String said(Path file, Exception e) {
    return said(file.toString(), e);
  }

  /** Returns likewise what failed with a file by the name that it was given. */
  public static String said(String file, Exception e) {
    Exception cause =
        e instanceof UncheckedIOException && e.getCause() instanceof Exception inner ? inner : e;
    String culprit = cause instanceof FileSystemException failure ? failure.getFile() : null;
    // A file is written beside the one that it replaces.
    boolean isTheFile = culprit == null || isSame(culprit, file) || isSame(culprit, file + ".new");
    return file + ": " + reason(cause) + (isTheFile ? "" : " (" + culprit + ")");
  }

  /** Returns likewise what failed with whatever file the exception names, if it does. */
  public static String said(Exception e) {
    return e instanceof FileSystemException failure && failure.getFile() != null
        ? said(failure.getFile(), failure)
        : reason(e);
  }

  private static boolean isSame(String culprit, String file) {
    try {
      return Path.of(culprit).toAbsolutePath().equals(Path.of(file).toAbsolutePath());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String reason(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or folder";
      case FileAlreadyExistsException _, NotDirectoryException _ -> "a file is in the way";
      case DirectoryNotEmptyException _ -> "the folder is not empty";
      case InvalidPathException _ -> "that is no name of a file";
      case CharacterCodingException _ -> "it is not UTF-8";
      case FileSystemException failure when failure.getReason() != null ->
          lowerCased(failure.getReason());
      default -> e.getMessage() == null ? "no reason is given" : lowerCased(e.getMessage());
    };
  }

  /** The system's words begin with a capital. */
  private static String lowerCased(String text) {
    return text.length() > 1 && Character.isLowerCase(text.charAt(1))
        ? Character.toLowerCase(text.charAt(0)) + text.substring(1)
        : text;
  }
}
