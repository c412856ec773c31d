package dev.hookset.local.reload;

import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Has the user's classes as they were last compiled, and everything else from its parent, which may
 * have older ones of the same names. A class of the user's that was deleted is gone here, too.
 */
final class HandlerClassLoader extends URLClassLoader {
  private static final String PREFIX = HandlerSources.PACKAGE + ".";

  HandlerClassLoader(Path classes, Path resources, ClassLoader parent) {
    super("handlers", new URL[] {url(classes), url(resources)}, parent);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PREFIX)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    URL url = getResource(name);
    try {
      return url == null ? null : url.openStream();
    } catch (IOException e) {
      return null;
    }
  }

  private static URL url(Path folder) {
    try {
      return Objects.requireNonNull(folder, "folder").toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("no folder: " + folder, e);
    }
  }
}
