package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What {@code dev --save-default} keeps for the next time. */
final class Settings {
  private static final String PUBLIC_URL = "publicUrl";

  private final Path file;

  Settings(Path state) {
    this.file = state.resolve("settings.properties");
  }

  /** Returns the saved public URL, or null if none is saved. */
  @Nullable URI publicUrl() {
    if (!Files.exists(file)) {
      return null;
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new Problem("cannot read " + file + "; `./hookset clear` forgets it");
    }
    String url = properties.getProperty(PUBLIC_URL);
    return url == null ? null : completed(url);
  }

  void savePublicUrl(URI url) {
    Properties properties = new Properties();
    properties.setProperty(PUBLIC_URL, url.toString());
    try {
      PrivateFiles.replace(file, properties);
    } catch (IOException e) {
      throw new Problem("cannot write " + file + ": " + e.getMessage());
    }
  }

  /** Returns whether there was anything to forget. */
  boolean clear() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Problem("cannot delete " + file + ": " + e.getMessage());
    }
  }

  /**
   * Returns the base of the URLs to paste into the consoles.
   *
   * @param given an http or https URL, or a bare host, which is meant as https; a path is kept, a
   *     slash at its end is not
   */
  static URI completed(String given) {
    String url = given.contains("://") ? given : "https://" + given;
    try {
      URI uri = new URI(url.replaceFirst("/+$", ""));
      if (uri.getHost() != null
          && ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Falls through: the message below says what was expected.
    }
    throw Problem.ofTheCommandLine(
        Printable.argument(given)
            + " is not a public URL; one looks like https://example.ngrok.dev");
  }
}
