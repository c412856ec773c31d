package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PageSecretTest {
  @TempDir private Path folder;

  /** After a restart of the stack a reload of the page must not ask for the URL again. */
  @Test
  void secret_keptInAFolder_isTheSameAfterARestartAndForItsOwnerAlone() throws IOException {
    PageSecret first = PageSecret.in(folder.resolve("state"));
    PageSecret second = PageSecret.in(folder.resolve("state"));

    assertEquals(first.text(), second.text());
    assertTrue(first.text().matches("[0-9a-f]{64}"));
    try (Stream<Path> files = Files.list(folder.resolve("state"))) {
      Path only = files.toList().getFirst();
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(only)));
    }
    assertFalse(first.toString().contains(first.text()));
  }

  @Test
  void secret_cutOffOrEdited_isMadeAnew() throws IOException {
    PageSecret first = PageSecret.in(folder);
    Path file = folder.resolve("page-secret");
    for (String broken : new String[] {"", "abc", first.text() + "0", "\u00e9".repeat(64)}) {
      Files.writeString(file, broken);

      PageSecret made = PageSecret.in(folder);

      assertNotEquals(first.text(), made.text());
      assertEquals(made.text(), PageSecret.in(folder).text());
    }
  }

  @Test
  void secret_shown_isOnlyItself() {
    PageSecret secret = PageSecret.random();

    assertTrue(secret.isShownBy(secret.text()));
    assertFalse(secret.isShownBy(null));
    assertFalse(secret.isShownBy(""));
    assertFalse(secret.isShownBy(PageSecret.random().text()));
  }
}
