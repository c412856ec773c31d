package dev.hookset.providers;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Senders;
import java.lang.reflect.InvocationTargetException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The senders that the user describes. A receiver of one of the catalogue never loads this. */
final class OwnSenders {
  /** Where the user names them. */
  private static final String OWN = "app.Senders";

  private OwnSenders() {}

  /**
   * Returns them.
   *
   * @param room has the user's classes
   * @param taken the names that they cannot have
   * @throws UnusableSenders if they cannot be had
   */
  static List<Provider> in(ClassLoader room, List<String> taken) {
    Class<?> found;
    try {
      found = Class.forName(OWN, true, room);
    } catch (ClassNotFoundException e) {
      return List.of();
    } catch (LinkageError e) {
      throw new UnusableSenders(OWN + " cannot be loaded: " + e, e);
    }
    Senders own;
    try {
      own = (Senders) found.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new UnusableSenders(OWN + "'s constructor fails: " + e.getCause(), e);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new UnusableSenders(
          OWN
              + " cannot be used: a public class that implements "
              + Senders.class.getName()
              + ", with a public constructor without arguments, is expected",
          e);
    }
    return described(own, taken);
  }

  private static List<Provider> described(Senders own, List<String> taken) {
    List<Provider> senders;
    try {
      senders = List.copyOf(own.senders());
    } catch (IllegalArgumentException e) {
      // What a description says of itself is a sentence.
      throw new UnusableSenders(OWN + ": " + e.getMessage(), e);
    } catch (RuntimeException | LinkageError e) {
      throw new UnusableSenders(OWN + " fails: " + e, e);
    }
    Set<String> names = new HashSet<>(taken);
    for (Provider sender : senders) {
      if (!names.add(sender.name())) {
        throw new UnusableSenders(
            OWN
                + ": "
                + (taken.contains(sender.name())
                    ? "the catalogue has a '" + sender.name() + "' already"
                    : "it names '" + sender.name() + "' twice"),
            null);
      }
    }
    return senders;
  }
}
