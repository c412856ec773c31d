package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * Which settings the handlers of the local stack have, for whoever has a deployed stack's events
 * played to them. {@code dev} keeps the names, and of a URL where it leads; no value, as each may
 * be a secret.
 */
final class NamedSettings {
  private static final String FILE = "handler-settings.properties";

  private NamedSettings() {}

  /** Keeps those of a stack that has started. */
  static void save(Path state, Map<String, String> settings) {
    Properties kept = new Properties();
    settings.forEach((name, value) -> kept.setProperty(name, host(value)));
    try {
      PrivateFiles.replace(state.resolve(FILE), kept);
    } catch (IOException e) {
      throw new Problem("cannot write " + FileFailure.said(state.resolve(FILE), e));
    }
  }

  /** Returns them as they are shown; none if no {@code dev} has kept any. */
  static List<String> shown(Path state) {
    Properties kept = new Properties();
    if (Files.exists(state.resolve(FILE))) {
      try (Reader reader = Files.newBufferedReader(state.resolve(FILE))) {
        kept.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        throw new Problem(
            "cannot read " + state.resolve(FILE) + "; `./hookset dev` writes it anew");
      }
    }
    return new TreeSet<>(kept.stringPropertyNames())
        .stream()
            .map(
                name -> {
                  String host = kept.getProperty(name, "");
                  return host.isEmpty() ? name : name + " (" + host + ")";
                })
            .toList();
  }

  /** Returns the host of a URL; nothing of any other value. */
  private static String host(String value) {
    try {
      URI uri = new URI(value.strip());
      return uri.getScheme() == null || uri.getHost() == null ? "" : uri.getHost();
    } catch (URISyntaxException e) {
      return "";
    }
  }
}
