package dev.hookset.local.page;

import dev.hookset.Body;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a delivery as a command for a shell, so that nothing in it does more than be sent. */
final class Curl {
  /** What curl sets by itself, or the way of the first time has added. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "host",
          "content-length",
          "connection",
          "accept-encoding",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  /** An argument of Linux is at most 128 KiB long. */
  private static final int LONGEST_ARGUMENT = 100_000;

  private static final String CONTENT_TYPE = "content-type";

  private Curl() {}

  /**
   * Returns the command that sends the same again.
   *
   * @param headers by lower-cased name
   */
  static String command(String method, URI url, Map<String, String> headers, Body body) {
    StringBuilder command = new StringBuilder();
    String text = text(body);
    boolean piped = text == null || body.size() > LONGEST_ARGUMENT;
    if (piped) {
      command.append(pipe(body));
    }
    // -g: brackets in a query are no ranges, of which each would be sent.
    command.append("curl -ig -X ").append(method).append(' ').append(quoted(url.toString()));
    headers.forEach(
        (name, value) -> {
          if (isOfTheSender(name)) {
            header(command, value.isEmpty() ? name + ";" : name + ": " + value);
          }
        });
    if (!headers.containsKey(CONTENT_TYPE)) {
      // Else curl would call the body a form, and so its function would get it in base64.
      header(command, CONTENT_TYPE + ":");
    }
    command
        .append(" \\\n  --data-binary ")
        .append(piped ? "@-" : quoted(Objects.requireNonNull(text)));
    return command.append('\n').toString();
  }

  /**
   * Returns what writes a body, byte for byte, to the command behind it. A long one is in base64:
   * megabytes with many quotes in them take bash minutes.
   */
  static String pipe(Body body) {
    String text = body.size() > LONGEST_ARGUMENT ? null : text(body);
    return text == null
        ? "printf %s "
            + quoted(Base64.getEncoder().encodeToString(body.toByteArray()))
            + " | base64 -d | "
        : "printf %s " + quoted(text) + " | ";
  }

  /** Whether a header is the sender's, and not of the way that the delivery has come. */
  static boolean isOfTheSender(String name) {
    return !LEFT_OUT.contains(name) && !name.startsWith("x-forwarded-");
  }

  private static void header(StringBuilder command, String text) {
    command.append(" \\\n  -H ").append(quotedBytes(text));
  }

  /**
   * Returns a body that can be pasted as it is: UTF-8, nothing in it that commands a terminal, and
   * no {@code @} in front, which curl would take for a file.
   */
  private static @Nullable String text(Body body) {
    try {
      ByteBuffer bytes = body.asByteBuffer();
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      return text.startsWith("@")
              || text.codePoints().anyMatch(c -> c != '\n' && Character.isISOControl(c))
          ? null
          : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Quotes a header, each character of which came as one byte: UTF-8 would make it two. */
  private static String quotedBytes(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~')
        ? quoted(text)
        : escaped(text, '~', "\\x%02x");
  }

  /** Quotes for bash and zsh. */
  static String quoted(String text) {
    if (text.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c))) {
      return "'" + text.replace("'", "'\\''") + "'";
    }
    return escaped(text, Character.MAX_CODE_POINT, "\\u%04x");
  }

  private static String escaped(String text, int lastPlain, String format) {
    StringBuilder quoted = new StringBuilder("$'");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\'' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
              } else if (Character.isISOControl(c) || c > lastPlain) {
                quoted.append(String.format(Locale.ROOT, format, c));
              } else {
                quoted.appendCodePoint(c);
              }
            });
    return quoted.append("'").toString();
  }
}
