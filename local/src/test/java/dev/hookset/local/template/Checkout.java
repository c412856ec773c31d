package dev.hookset.local.template;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The files of the checkout that the tests run in. */
final class Checkout {
  private static final String TEMPLATE = "template.yaml";

  private Checkout() {}

  /** Returns a file by its path from the top. */
  static Path file(String path) {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(TEMPLATE))) {
        return folder.resolve(path);
      }
    }
    throw new IllegalStateException("no " + TEMPLATE + " in " + start + " or above it");
  }

  static String text(String path) {
    try {
      return Files.readString(file(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Template template() {
    try {
      return Template.read(file(TEMPLATE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the providers' names as they stand in the template's logical names: Lamina, … */
  static List<String> providers() {
    return Providers.deployed().stream().map(Checkout::logicalName).toList();
  }

  static String logicalName(Provider provider) {
    String name = provider.name();
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
