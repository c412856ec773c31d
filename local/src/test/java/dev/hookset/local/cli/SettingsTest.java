package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.cli.terminal.Problem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path state;

  // A host with an underscore or an umlaut was refused, port 99999 was not, and a provider's URL,
  // pasted whole, became https://example.ngrok.dev/webhooks/lemma/webhooks/lemma.
  @ParameterizedTest
  @CsvSource({
    "https://my_tunnel.example.com, https://my_tunnel.example.com",
    "https://münchen.example:8443/a, https://xn--mnchen-3ya.example:8443/a",
    "HTTPS://example.ngrok.dev, HTTPS://example.ngrok.dev",
    "https://user:word@example.ngrok.dev/, https://user:word@example.ngrok.dev",
    "https://example.ngrok.dev/webhooks/lemma, https://example.ngrok.dev",
    "example.ngrok.dev/a/webhooks/lucid/, https://example.ngrok.dev/a",
    "https://example.ngrok.dev/webhooks, https://example.ngrok.dev/webhooks",
    "example.ngrok.dev, https://example.ngrok.dev",
    "example.ngrok.dev/, https://example.ngrok.dev",
    "example.ngrok.dev:8443, https://example.ngrok.dev:8443",
    "localhost, https://localhost",
    "https://example.ngrok.dev, https://example.ngrok.dev",
    "https://example.ngrok.dev/, https://example.ngrok.dev",
    "https://example.ngrok.dev///, https://example.ngrok.dev",
    "https://example.ngrok.dev/a/b/, https://example.ngrok.dev/a/b",
    "example.ngrok.dev/a, https://example.ngrok.dev/a",
    "http://127.0.0.1:8788, http://127.0.0.1:8788",
    "http://[::1]:8788/, http://[::1]:8788",
  })
  void publicUrl_given_isCompleted(String given, URI expected) {
    assertEquals(expected, Settings.completed(given));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/",
        "https://",
        "ftp://example.com",
        "file:///etc/passwd",
        "https://example.com?a=b",
        "https://example.com/#a",
        "https://exa mple.com",
        "https:///a",
        "https:example.com",
        "//example.com",
        "https://example.com:99999",
        "https://example.com:0",
        "https://example.com:port",
        "https://[::1",
        "https://-example.com"
      })
  void publicUrl_thatIsNone_isAProblemOfTheCommandLine(String given) {
    Problem e = assertThrows(Problem.class, () -> Settings.completed(given));

    assertTrue(e.isOfTheCommandLine());
    assertEquals(
        "'" + given + "' is not a public URL; one looks like https://example.ngrok.dev",
        e.getMessage());
  }

  @Test
  void publicUrl_withTerminalSequences_isNotRepeatedAsItIs() {
    Problem e = assertThrows(Problem.class, () -> Settings.completed("\u001b[2J"));

    assertTrue(String.valueOf(e.getMessage()).startsWith("'\\u{1B}[2J' "), e::getMessage);
  }

  @Test
  void saved_isThereForTheNext_untilCleared() {
    Path directory = state.resolve("a").resolve(".hookset");
    assertNull(new Settings(directory).publicUrl());

    new Settings(directory).savePublicUrl(URI.create("https://example.ngrok.dev/a"));
    new Settings(directory).savePublicUrl(URI.create("https://example.ngrok.dev/b"));

    assertEquals(URI.create("https://example.ngrok.dev/b"), new Settings(directory).publicUrl());
    assertTrue(new Settings(directory).clear());
    assertFalse(new Settings(directory).clear());
    assertNull(new Settings(directory).publicUrl());
  }

  @Test
  void saved_thatCannotBeRead_saysHowToForgetIt() throws IOException {
    Files.writeString(state.resolve("settings.properties"), "publicUrl=\\u00zz");

    Problem e = assertThrows(Problem.class, () -> new Settings(state).publicUrl());

    assertFalse(e.isOfTheCommandLine());
    assertTrue(String.valueOf(e.getMessage()).contains("./hookset clear"), e::getMessage);
  }
}
