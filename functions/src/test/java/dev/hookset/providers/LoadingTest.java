package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A receiver's start does not grow with the catalogue. */
final class LoadingTest {
  @Test
  void named_oneProvider_loadsItsOwnDescriptionAlone() throws Exception {
    for (String name : Providers.names()) {
      try (Recording loader = new Recording()) {
        Class<?> providers = loader.loadClass(Providers.class.getName());

        Object found = providers.getMethod("named", String.class).invoke(null, name);

        assertTrue(((Optional<?>) found).isPresent(), name);
        loader.loaded.remove(Providers.class.getName());
        assertEquals(1, loader.loaded.size(), () -> name + ": " + loader.loaded);
      }
    }
  }

  /** Loads our classes itself, and notes those of this room. */
  private static final class Recording extends URLClassLoader {
    private final Set<String> loaded = new TreeSet<>();

    Recording() {
      super(
          new URL[] {Providers.class.getProtectionDomain().getCodeSource().getLocation()},
          Providers.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("dev.hookset.")) {
        return super.loadClass(name, resolve);
      }
      Class<?> known = findLoadedClass(name);
      if (known != null) {
        return known;
      }
      if (name.startsWith("dev.hookset.providers.")) {
        loaded.add(name);
      }
      return findClass(name);
    }
  }
}
