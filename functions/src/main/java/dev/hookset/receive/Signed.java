package dev.hookset.receive;

import dev.hookset.signing.Verified;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in a delivery that its signature covers: only such a one says which event it is. A member
 * of the body is one, a header if the scheme's message names it; {@link Provider} refuses a
 * description that claims more.
 *
 * <p>An empty text counts as none. Immutable.
 */
public abstract sealed class Signed extends Shown {
  Signed() {}

  /**
   * Returns the first of the members at {@code paths}, such as {@code data.runId}, that is a
   * string.
   */
  public static Signed member(String... paths) {
    return new Member(List.of(paths), Kind.STRING);
  }

  /** Returns the member at {@code path} if it is a whole number, or a string. */
  public static Signed number(String path) {
    return new Member(List.of(path), Kind.NUMBER);
  }

  /** Returns {@code true} or {@code false} if the member at {@code path} is a truth value. */
  public static Signed flag(String path) {
    return new Member(List.of(path), Kind.FLAG);
  }

  /** Returns a header that the scheme's message names. */
  public static Signed header(String name) {
    return new Header(name);
  }

  /** Returns the first of {@code places} that has a text. */
  public static Signed firstOf(Signed... places) {
    return new First(List.of(places));
  }

  /**
   * Returns the texts of {@code places}, of which all must be there, with a slash in between; a
   * slash or a percent sign within one is percent-encoded.
   */
  public static Signed joined(Signed... places) {
    return new Joined(List.of(places), "/", true);
  }

  /** Returns this text with {@code next} behind it, if both are there. */
  public Signed then(String separator, Signed next) {
    return new Joined(List.of(this, next), separator, false);
  }

  /** Returns this text behind {@code text}, if there is one. */
  public Signed after(String text) {
    return new After(text, this);
  }

  /** Returns the places that this one is made of. */
  List<Signed> parts() {
    return List.of();
  }

  @Override
  void addPaths(Set<String> paths) {
    for (Signed part : parts()) {
      part.addPaths(paths);
    }
  }

  @Override
  void addHeaders(Set<String> headers) {
    for (Signed part : parts()) {
      part.addHeaders(headers);
    }
  }

  private enum Kind {
    STRING,
    NUMBER,
    FLAG
  }

  private static final class Member extends Signed {
    private final List<String> paths;
    private final Kind kind;

    private Member(List<String> paths, Kind kind) {
      this.paths = paths;
      this.kind = kind;
    }

    @Override
    @Nullable String read(Fields fields, @Nullable Verified verified) {
      for (String path : paths) {
        String text =
            switch (kind) {
              case STRING -> fields.string(path);
              case NUMBER -> fields.number(path);
              case FLAG -> {
                Boolean bool = fields.bool(path);
                yield bool == null ? null : bool.toString();
              }
            };
        if (text != null && !text.isEmpty()) {
          return text;
        }
      }
      return null;
    }

    @Override
    void addPaths(Set<String> all) {
      all.addAll(paths);
    }
  }

  private static final class Header extends Signed {
    private final String name;

    private Header(String name) {
      this.name = name;
    }

    @Override
    @Nullable String read(Fields fields, @Nullable Verified verified) {
      return verified == null ? null : verified.signedHeader(name);
    }

    @Override
    void addHeaders(Set<String> headers) {
      headers.add(name);
    }
  }

  private static final class First extends Signed {
    private final List<Signed> places;

    private First(List<Signed> places) {
      this.places = places;
    }

    @Override
    @Nullable String read(Fields fields, @Nullable Verified verified) {
      for (Signed place : places) {
        String text = place.read(fields, verified);
        if (text != null && !text.isEmpty()) {
          return text;
        }
      }
      return null;
    }

    @Override
    List<Signed> parts() {
      return places;
    }
  }

  private static final class Joined extends Signed {
    private final List<Signed> places;
    private final String separator;
    private final boolean escapes;

    private Joined(List<Signed> places, String separator, boolean escapes) {
      this.places = places;
      this.separator = separator;
      this.escapes = escapes;
    }

    @Override
    @Nullable String read(Fields fields, @Nullable Verified verified) {
      StringBuilder joined = new StringBuilder();
      for (Signed place : places) {
        String text = place.read(fields, verified);
        if (text == null || text.isEmpty()) {
          return null;
        }
        joined
            .append(joined.isEmpty() ? "" : separator)
            .append(escapes ? text.replace("%", "%25").replace("/", "%2F") : text);
      }
      return joined.toString();
    }

    @Override
    List<Signed> parts() {
      return places;
    }
  }

  private static final class After extends Signed {
    private final String text;
    private final Signed place;

    private After(String text, Signed place) {
      this.text = text;
      this.place = place;
    }

    @Override
    @Nullable String read(Fields fields, @Nullable Verified verified) {
      String found = place.read(fields, verified);
      return found == null || found.isEmpty() ? null : text + found;
    }

    @Override
    List<Signed> parts() {
      return List.of(place);
    }
  }
}
