package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.io.Reader;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code dev --save-default} keeps for the next time. */
final class Settings {
  private static final String PUBLIC_URL = "publicUrl";
  private static final int MOST_PORT = 65_535;

  /** Not by {@link URI}, for which a host with an underscore or an umlaut is none. */
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>(?i:https?)://)?(?<user>[^/?#@\\s]*@)?"
              + "(?<host>[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}\\p{M}._-]*[\\p{L}\\p{N}\\p{M}_.])?|\\[[0-9A-Fa-f:.]+])"
              + "(?<port>:\\d{1,5})?(?<path>/[^?#\\s]*)?");

  /** Who copied a provider's URL means what stands before its route. */
  private static final Pattern ROUTE = Pattern.compile("/webhooks/[a-z0-9-]+/*$");

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
      throw new Problem("cannot write " + FileFailure.said(file, e));
    }
  }

  /** Returns whether there was anything to forget. */
  boolean clear() {
    try {
      return Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new Problem("cannot delete " + FileFailure.said(file, e));
    }
  }

  /**
   * Returns the base of the URLs to paste into the consoles.
   *
   * @param given an http or https URL, or a bare host, which is meant as https; a path is kept, a
   *     slash at its end and a provider's route are not
   */
  static URI completed(String given) {
    Matcher url = URL.matcher(given);
    if (url.matches() && (url.group("port") == null || isPort(url.group("port")))) {
      String scheme = Objects.requireNonNullElse(url.group("scheme"), "https://");
      try {
        return new URI(
            scheme
                + Objects.requireNonNullElse(url.group("user"), "")
                + IDN.toASCII(url.group("host"))
                + Objects.requireNonNullElse(url.group("port"), "")
                + ROUTE
                    .matcher(Objects.requireNonNullElse(url.group("path"), ""))
                    .replaceFirst("")
                    .replaceFirst("/+$", ""));
      } catch (URISyntaxException | IllegalArgumentException e) {
        // Falls through: the message below says what was expected.
      }
    }
    throw Problem.ofTheCommandLine(
        Printable.argument(given)
            + " is not a public URL; one looks like https://example.ngrok.dev");
  }

  private static boolean isPort(String colonAndPort) {
    int port = Integer.parseInt(colonAndPort.substring(1));
    return port > 0 && port <= MOST_PORT;
  }
}
