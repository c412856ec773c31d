package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a machine of our own making: a folder that is the path, and an {@code apt-get} beside it. */
final class ChromiumTest {
  @TempDir private Path machine;
  private Path bin;
  private Path apt;
  private Path browser;

  @BeforeEach
  void makeMachine() throws IOException {
    bin = Files.createDirectory(machine.resolve("bin"));
    browser = bin.resolve("chromium");
    apt = script("apt-get", "echo \"$DEBIAN_FRONTEND $*\" >>%s".formatted(said()));
  }

  @Test
  void find_browserOnThePath_isTakenAndNothingInstalled() throws Exception {
    Files.move(script("chromium", "true"), browser);

    assertEquals(Optional.of(browser), chromium(Map.of("CI", "true")).find());
    assertFalse(Files.exists(said()));
  }

  @Test
  void find_noneInCi_installsDebians() throws Exception {
    Files.writeString(
        apt,
        "case \"$*\" in *install*) cp /bin/true %s ;; esac\n".formatted(browser),
        StandardOpenOption.APPEND);

    assertEquals(Optional.of(browser), chromium(Map.of("CI", "true")).find());
    assertEquals(
        """
        noninteractive --quiet -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 update
        noninteractive --quiet -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 install --yes \
        --no-install-recommends chromium
        """,
        Files.readString(said()));
  }

  @Test
  void find_noneOnALaptop_installsNothing() throws Exception {
    assertEquals(Optional.empty(), chromium(Map.of()).find());
    assertFalse(Files.exists(said()));
  }

  @Test
  void find_installationFails_saysWhatWasSaidAndWhatToDo() throws Exception {
    Files.writeString(apt, "echo 'E: are you root?'\nexit 100\n", StandardOpenOption.APPEND);

    String message =
        String.valueOf(
            assertThrows(IllegalStateException.class, () -> chromium(Map.of("CI", "true")).find())
                .getMessage());

    assertTrue(message.contains("apt-get --quiet"), message);
    assertTrue(message.contains("HOOKSET_CHROMIUM"), message);
    assertTrue(message.contains("E: are you root?"), message);
  }

  @Test
  void find_noneAndNoAptGet_findsNone() throws Exception {
    Files.delete(apt);

    assertEquals(Optional.empty(), chromium(Map.of("CI", "true")).find());
  }

  @Test
  void find_nameThatIsNone_isRefusedByName() throws Exception {
    Files.move(script("chromium", "true"), browser);
    Path other = script("other", "true");
    String missing = machine.resolve("missing").toString();

    assertEquals(Optional.of(other), chromium(Map.of("HOOKSET_CHROMIUM", other.toString())).find());
    assertEquals(
        "HOOKSET_CHROMIUM names " + missing + ", which cannot be run",
        assertThrows(
                IllegalStateException.class,
                () -> chromium(Map.of("HOOKSET_CHROMIUM", missing)).find())
            .getMessage());
  }

  private Chromium chromium(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("PATH", machine.resolve("nowhere") + ":" + bin);
    return new Chromium(environment, List.of(), apt);
  }

  private Path said() {
    return machine.resolve("said");
  }

  private Path script(String name, String line) throws IOException {
    Path script = Files.writeString(machine.resolve(name), "#!/bin/sh\n" + line + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
