package dev.hookset.local.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrivateFilesTest {
  @TempDir private Path home;

  @Test
  void closeAll_whatAnOlderVersionLeftOpen_isClosed() throws IOException {
    // Bodies, signatures and keys in .hookset could be read by every account of the machine.
    Path above = home.resolve(".hookset/s3");
    Path folder = open(Files.createDirectories(above.resolve("bodies")), "rwxr-xr-x");
    open(above, "rwxrwxrwx");
    open(home.resolve(".hookset"), "rwxr-xr-x");
    Path body = open(Files.writeString(folder.resolve("body"), "{}"), "rw-rw-r--");
    Path outside = open(Files.writeString(home.resolve("outside"), ""), "rw-r--r--");
    Files.createSymbolicLink(folder.resolve("link"), outside);

    PrivateFiles.closeAll(home.resolve(".hookset"));

    assertPermissions("rwx------", home.resolve(".hookset"));
    assertPermissions("rwx------", above);
    assertPermissions("rwx------", folder);
    assertPermissions("rw-------", body);
    assertPermissions("rw-r--r--", outside);
  }

  @Test
  void closeAll_folderBehindALink_isClosed() throws IOException {
    Path elsewhere = open(Files.createDirectory(home.resolve("elsewhere")), "rwxr-xr-x");
    Path log = open(Files.writeString(elsewhere.resolve("log"), ""), "rw-r--r--");
    Path link = Files.createSymbolicLink(home.resolve(".hookset"), elsewhere);

    PrivateFiles.closeAll(link);

    assertPermissions("rwx------", elsewhere);
    assertPermissions("rw-------", log);
  }

  @Test
  void folderAndFile_fresh_areClosedAndKeepWhatIsInThem() throws IOException {
    Path folder = home.resolve("a/.hookset");
    Path file = folder.resolve("settings");

    PrivateFiles.folder(folder);
    PrivateFiles.file(file);
    Files.writeString(file, "kept");
    PrivateFiles.folder(folder);
    PrivateFiles.file(file);

    assertPermissions("rwx------", folder);
    assertPermissions("rw-------", file);
    assertEquals("kept", Files.readString(file));
  }

  @Test
  void replace_fileThatWasOpenToOthers_isPrivateAndWhole() throws IOException {
    // Settings and ports were 0644 unless the launcher, with its umask, had started the program.
    Path folder = Files.createDirectories(home.resolve(".hookset"));
    Path file = folder.resolve("settings.properties");
    open(Files.writeString(file, "before"), "rw-r--r--");
    Properties properties = new Properties();
    properties.setProperty("url", "https://é.example");

    PrivateFiles.replace(file, properties);

    assertPermissions("rw-------", file);
    assertPermissions("rwx------", folder);
    Properties kept = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      kept.load(reader);
    }
    assertEquals(properties, kept);
    try (Stream<Path> all = Files.list(file.getParent())) {
      assertEquals(List.of(file), all.toList());
    }
  }

  private static Path open(Path path, String permissions) throws IOException {
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static void assertPermissions(String expected, Path path) throws IOException {
    assertEquals(
        expected,
        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)),
        path::toString);
  }
}
