package dev.hookset.aws;

import dev.hookset.providers.Providers;
import dev.hookset.work.Application;
import dev.hookset.work.Routes;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** The user's {@link Application}, which the variable {@code HANDLERS} names. */
final class HandlerClass {
  static final String VARIABLE = "HANDLERS";

  private HandlerClass() {}

  /**
   * Builds the application and returns its routes.
   *
   * @param name the class's name
   * @param loader has the class
   * @throws Misconfiguration if that fails for whatever reason; the message says why
   */
  static Routes routes(String name, ClassLoader loader, WorkerSetup setup) {
    Routes routes = routesWithWhatIsThere(name, loader, setup);
    requireAll(name, setup);
    return routes;
  }

  /** Does as {@link #routes}, and does not mind missing settings that break nothing. */
  static Routes routesWithWhatIsThere(String name, ClassLoader loader, WorkerSetup setup) {
    Routes routes;
    try {
      routes = application(name, loader).routes(setup);
    } catch (Misconfiguration e) {
      throw e;
    } catch (Exception | LinkageError e) {
      requireAll(name, setup);
      throw failed(name, "routes() failed", e);
    }
    if (routes == null) {
      throw new Misconfiguration(VARIABLE, "is '" + name + "', whose routes() returned null");
    }
    try {
      return routes.describedBy(Providers::subjectOf);
    } catch (IllegalArgumentException e) {
      throw new Misconfiguration(VARIABLE, "is '" + name + "': " + e.getMessage());
    }
  }

  private static Application application(String name, ClassLoader loader) {
    Class<?> found;
    try {
      found = Class.forName(name, true, loader);
    } catch (ClassNotFoundException e) {
      throw new Misconfiguration(
          VARIABLE,
          "is '"
              + name
              + "', and there is no such class; its full name is expected, as in app.Handlers");
    } catch (LinkageError e) {
      throw failed(name, "the class cannot be loaded", e);
    }
    if (!Application.class.isAssignableFrom(found)) {
      throw new Misconfiguration(
          VARIABLE, "is '" + name + "', which does not implement " + Application.class.getName());
    }
    try {
      Constructor<?> constructor = found.getConstructor();
      return (Application) constructor.newInstance();
    } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
      throw new Misconfiguration(
          VARIABLE,
          "is '"
              + name
              + "'; a public class with a public constructor without arguments is expected");
    } catch (InvocationTargetException e) {
      throw failed(name, "its constructor failed", e.getCause() == null ? e : e.getCause());
    }
  }

  private static void requireAll(String name, WorkerSetup setup) {
    if (!setup.missing().isEmpty()) {
      boolean one = setup.missing().size() == 1;
      throw new Misconfiguration(
          String.join(", ", setup.missing()),
          (one ? "is" : "are")
              + " not set, and the worker cannot start without "
              + (one ? "it" : "them")
              + ": "
              + name
              + " asks for "
              + (one ? "it" : "them")
              + ". Name what handlers are given in template.yaml, under WorkerFunction");
    }
  }

  private static Misconfiguration failed(String name, String what, Throwable failure) {
    String where =
        Arrays.stream(failure.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith(room(name)))
            .findFirst()
            .map(frame -> " (" + frame.getFileName() + ":" + frame.getLineNumber() + ")")
            .orElse("");
    return new Misconfiguration(
        VARIABLE, "is '" + name + "', and " + what + ": " + failure + where, failure);
  }

  /** Returns the package in which the class lives, with its dot. */
  private static String room(String name) {
    return name.substring(0, name.lastIndexOf('.') + 1);
  }
}
