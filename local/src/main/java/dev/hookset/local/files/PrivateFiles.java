package dev.hookset.local.files;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.Set;

/**
 * Folders and files that nobody but their owner may read: 0700 and 0600, from the moment when they
 * come into being. Where the file system has no such permissions, as on Windows, they are left as
 * that system makes them.
 */
public final class PrivateFiles {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private PrivateFiles() {}

  /** Creates a folder unless it is there, and closes it to others. */
  public static void folder(Path folder) throws IOException {
    if (!hasPermissions(folder)) {
      Files.createDirectories(folder);
      return;
    }
    if (!Files.isDirectory(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      try {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(folder)) {
          throw e;
        }
      }
    }
    close(folder, FOLDER);
  }

  /** Creates the folder of a file likewise. */
  public static void folderOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      folder(folder);
    }
  }

  /** Creates a file unless it is there, empty, and closes it to others. */
  public static void file(Path file) throws IOException {
    if (!hasPermissions(file)) {
      return;
    }
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
    } catch (FileAlreadyExistsException e) {
      close(file, FILE);
    }
  }

  /**
   * Puts {@code content} into a file, whole or not at all: whoever reads it meanwhile sees what was
   * there before. Its folder is created unless it is there.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    folderOf(file);
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    file(fresh);
    Files.write(fresh, content);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Puts properties into a file likewise. */
  public static void replace(Path file, Properties content) throws IOException {
    StringWriter text = new StringWriter();
    content.store(text, null);
    replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Closes a folder and all that is in it to others: what an older version, or a library that
   * cannot be told, has created there. Symbolic links are not followed; what vanishes meanwhile is
   * passed over.
   */
  public static void closeAll(Path folder) throws IOException {
    folder(folder);
    if (!hasPermissions(folder)) {
      return;
    }
    Files.walkFileTree(
        folder.toRealPath(),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes)
              throws IOException {
            close(each, FOLDER);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              close(each, FILE);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path each, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
  }

  private static void close(Path path, Set<PosixFilePermission> permissions) throws IOException {
    try {
      if (!Files.getPosixFilePermissions(path).equals(permissions)) {
        Files.setPosixFilePermissions(path, permissions);
      }
    } catch (NoSuchFileException e) {
      // It is gone, and nobody reads it.
    }
  }

  private static boolean hasPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
