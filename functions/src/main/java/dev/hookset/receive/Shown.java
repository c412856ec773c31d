package dev.hookset.receive;

import dev.hookset.signing.Verified;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in a delivery whose text can be shown, logged and recorded. Whether anybody signed it is
 * the question of {@link Signed}: what is only this neither identifies nor dates an event.
 */
public abstract sealed class Shown permits Signed, Shown.Header {
  Shown() {}

  /** Returns a header that no signature covers. */
  public static Shown header(String name) {
    return new Header(name);
  }

  /**
   * Returns the text; null, or empty, if there is none.
   *
   * @param verified null where only the body is there, in which no header is found
   */
  abstract @Nullable String read(Fields fields, @Nullable Verified verified);

  /** Adds the paths of the members that this place is read from. */
  void addPaths(Set<String> paths) {}

  /** Adds the names of the headers that this place is read from. */
  void addHeaders(Set<String> headers) {}

  /** A header as it came. */
  static final class Header extends Shown {
    private final String name;

    private Header(String name) {
      this.name = name;
    }

    @Override
    @Nullable String read(Fields fields, @Nullable Verified verified) {
      return verified == null ? null : verified.delivery().header(name);
    }

    @Override
    void addHeaders(Set<String> headers) {
      headers.add(name);
    }
  }
}
