package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.providers.Providers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says of a sender of one's own, done as it stands there. */
final class OwnSenderReadmeTest {
  private static final String SECRET = "acme-4f2a9c1b7d3e8f60";
  private static final String TITLE = "## A sender of your own\n";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @AfterEach
  void forgetTheSender() throws IOException {
    Files.deleteIfExists(home.resolve("functions/src/test/java/dev"));
    Providers.lookForOwnIn(OwnSenderReadmeTest.class::getClassLoader);
  }

  @Test
  void section_doneAsItStands_endsInASenderThatWorks() throws IOException {
    String section = section();
    aCheckout();
    aCapture(Instant.now());
    List<String> calls =
        block(section, "sh", 0).lines().flatMap(line -> Calls.in(line).stream()).toList();
    assertEquals(4, calls.size(), calls::toString);

    for (String call : calls) {
      List<String> words = new ArrayList<>();
      for (String word : call.split(" +", -1)) {
        words.add(Files.exists(home.resolve(word)) ? home.resolve(word).toString() : word);
      }
      Shell.Run run =
          new Shell(home).run(new TestTerminal().answering(SECRET), words.toArray(String[]::new));
      assertEquals(Hookset.OK, run.code(), () -> call + "\n" + run.out() + run.err());
    }

    assertShown(block(section, "java", 0), "functions/src/main/java/app/Acme.java");
    assertShown(block(section, "java", 1), "functions/src/test/java/app/AcmeTest.java");
    assertTrue(
        block(section, "java", 0).lines().count() <= 15, "a description has fifteen lines at most");
  }

  /** What the README shows is what was written. */
  private void assertShown(String block, String file) throws IOException {
    List<String> written = Files.readString(home.resolve(file)).lines().map(String::strip).toList();
    for (String line : block.lines().map(String::strip).toList()) {
      assertTrue(written.contains(line), () -> line + " is not in " + file + ": " + written);
    }
  }

  private static String section() throws IOException {
    String readme = Files.readString(Shell.REPOSITORY.resolve("README.md"));
    int start = readme.indexOf(TITLE);
    assertTrue(start > 0, "the section is there");
    return readme.substring(start, readme.indexOf("\n## ", start + TITLE.length()));
  }

  /** Returns a block of code in {@code language}, counted from 0. */
  private static String block(String section, String language, int which) {
    String mark = "```" + language + "\n";
    int at = section.indexOf(mark);
    for (int i = 0; i < which; i++) {
      at = section.indexOf(mark, at + 1);
    }
    assertTrue(at >= 0, language);
    return section.substring(at + mark.length(), section.indexOf("\n```", at));
  }

  private void aCheckout() throws IOException {
    String main = "functions/src/main/java/app/Senders.java";
    String tests = "functions/src/test/java/";
    Files.createDirectories(home.resolve("functions/src/main/java/app"));
    Files.createDirectories(home.resolve(tests));
    Files.copy(Shell.REPOSITORY.resolve(main), home.resolve(main));
    Files.createSymbolicLink(home.resolve(tests + "dev"), Shell.REPOSITORY.resolve(tests + "dev"));
  }

  private void aCapture(Instant now) throws IOException {
    String body =
        "{\"id\":\"evt_1\",\"type\":\"invoice.paid\",\"created_at\":\""
            + now
            + "\",\"total\":7.00}";
    String time = Long.toString(now.getEpochSecond());
    Files.writeString(home.resolve("body.json"), body);
    Files.writeString(
        home.resolve("headers.txt"),
        "POST /webhooks/acme HTTP/1.1\nhost: hooks.example.com\ncontent-type: application/json\n"
            + "x-acme-delivery: 7f0c\nx-acme-timestamp: "
            + time
            + "\nx-acme-signature: v1="
            + hmac(time + "." + body)
            + "\n");
  }

  private static String hmac(String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
