package dev.hookset.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The targets, and the inputs that were kept of each. */
public final class Targets {
  private Targets() {}

  /** Returns the targets. Each has a method {@code fuzzerTestOneInput} that takes bytes. */
  public static List<Class<?>> all() {
    return List.of(
        LambdaEventTarget.class,
        HeadersTarget.class,
        BodyTarget.class,
        MessageTarget.class,
        KeySetTarget.class,
        SecretTarget.class);
  }

  /**
   * Returns the kept inputs of {@code target}, from its file in {@code fuzz}: one in base64 a line,
   * an empty line for the empty input; a line that begins with {@code #} tells what the next was
   * once good for.
   */
  public static List<byte[]> inputs(Class<?> target) {
    String file = "/fuzz/" + target.getSimpleName() + ".txt";
    try (InputStream stream = Targets.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new AssertionError("every target has its inputs, but there is no " + file);
      }
      return new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Base64.getDecoder()::decode)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
