package dev.hookset;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A form or a query, as {@code application/x-www-form-urlencoded} writes it: names and values in
 * their order. Immutable.
 */
public final class Form {
  /** What may stand in one unescaped, besides letters and digits. */
  private static final String PLAIN = "*-._~!'()+&=";

  private final List<Parameter> parameters;

  private Form(List<Parameter> parameters) {
    this.parameters = Collections.unmodifiableList(parameters);
  }

  /** A name and its value, both decoded. */
  public record Parameter(String name, String value) {}

  /**
   * Reads {@code body}.
   *
   * @return null if it is no form: it has a character that a form escapes, or no {@code =}
   */
  public static @Nullable Form read(Body body) {
    String text = body.utf8();
    boolean hasValue = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape =
          c == '%'
              && i + 2 < text.length()
              && HexFormat.isHexDigit(text.charAt(i + 1))
              && HexFormat.isHexDigit(text.charAt(i + 2));
      if (!escape && !isAlphanumeric(c) && PLAIN.indexOf(c) < 0) {
        return null;
      }
      hasValue |= c == '=';
    }
    return hasValue ? of(text) : null;
  }

  /** Reads a query, which may be anything: what is no escape stands for itself. */
  public static Form of(String text) {
    List<Parameter> parameters = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('&', from);
      end = end < 0 ? text.length() : end;
      if (end > from) {
        int equals = text.indexOf('=', from);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        parameters.add(
            new Parameter(
                decoded(text.substring(from, nameEnd)),
                decoded(text.substring(Math.min(nameEnd + 1, end), end))));
      }
      from = end + 1;
    }
    return new Form(parameters);
  }

  /** Returns the parameters in their order. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Returns the value of {@code name}, the last if there are several; null if there is none. */
  public @Nullable String value(String name) {
    String value = null;
    for (Parameter parameter : parameters) {
      value = parameter.name.equals(name) ? parameter.value : value;
    }
    return value;
  }

  private static String decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%'
          && i + 2 < bytes.length
          && HexFormat.isHexDigit(bytes[i + 1])
          && HexFormat.isHexDigit(bytes[i + 2])) {
        decoded.write(
            HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
        i += 2;
      } else {
        decoded.write(bytes[i] == '+' ? ' ' : bytes[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
