package dev.hookset.local.troubleshooting;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** What a body may have been before somebody changed it on its way to us. */
final class BodyVariants {
  /** More than any body that is received; a bomb would not end. */
  private static final int MOST_UNPACKED = 16 << 20;

  private static final String PASS_ON =
      "Hand on the bytes as they came: no parsing, no editor, no text mode between the request and"
          + " the verification.";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Consumer<Variant<Body>> visitor;
  private final Set<String> seen = new HashSet<>();

  private BodyVariants(Body body, Consumer<Variant<Body>> visitor) {
    this.visitor = visitor;
    seen.add(body.sha256());
  }

  /**
   * Hands out the variants of {@code body} that differ from it and from each other, one after the
   * other: all those of a long body would not fit in memory.
   */
  static void of(Body body, Consumer<Variant<Body>> visitor) {
    BodyVariants all = new BodyVariants(body, visitor);
    all.addTextual(body);
    all.addUnpacked(body);
    all.addWrittenAnew(body);
  }

  private void addTextual(Body body) {
    String text = latin1(body);
    String trimmed = withoutNewlines(text);
    add(
        Cause.TRAILING_NEWLINE,
        "the body without the newline at its end",
        "That newline was added after the provider signed, by an editor or by echo (use printf"
            + " '%s'). "
            + PASS_ON,
        trimmed);
    for (String end : List.of("\n", "\r\n")) {
      add(
          Cause.TRAILING_NEWLINE,
          "the body with a newline at its end",
          "The provider signed a newline that was cut off since, as by $(...) or trim(). "
              + PASS_ON,
          trimmed + end);
    }
    String unix = text.replace("\r\n", "\n");
    String cure = "Line ends were changed on the way, as by a text mode or by git. " + PASS_ON;
    add(Cause.LINE_ENDS, "the body with \\n for each \\r\\n", cure, unix);
    add(Cause.LINE_ENDS, "the body with \\r\\n for each \\n", cure, unix.replace("\n", "\r\n"));
    String mark = "\u00EF\u00BB\u00BF";
    add(
        Cause.BODY_CHARSET,
        "the body with a byte-order mark in front",
        "The provider signed a byte-order mark that was cut off since. " + PASS_ON,
        text.startsWith(mark) ? text : mark + text);
    addRecoded(body);
    addDecoded(body);
  }

  /** What an editor or PowerShell has put into a file was UTF-8 without a mark when it came. */
  private void addDecoded(Body body) {
    byte[] bytes = body.toByteArray();
    Charset charset = TextBytes.charsetOf(bytes);
    String decoded = TextBytes.decoded(bytes);
    boolean marked = charset.equals(StandardCharsets.UTF_8);
    if (marked && bytes.length > 0 && (bytes[0] & 0xFF) != 0xEF) {
      return;
    }
    String name = charset.name().replaceFirst("[LB]E$", "");
    String cure =
        (marked
                ? "An editor has put a byte-order mark in front. "
                : "The file is in "
                    + name
                    + ", as PowerShell's > writes it: save with curl -o or"
                    + " [IO.File]::WriteAllBytes. ")
            + PASS_ON;
    String what = marked ? "the body without its byte-order mark" : "the body read as " + name;
    add(Cause.BODY_CHARSET, what, cure, Body.ofUtf8(decoded));
    String trimmed = withoutNewlines(decoded);
    add(Cause.BODY_CHARSET, what + " and the newline at its end", cure, Body.ofUtf8(trimmed));
    String unix = decoded.replace("\r\n", "\n");
    add(Cause.BODY_CHARSET, what + ", with \\n for each \\r\\n", cure, Body.ofUtf8(unix));
    String unixTrimmed = trimmed.replace("\r\n", "\n");
    add(Cause.BODY_CHARSET, what + " and its line ends", cure, Body.ofUtf8(unixTrimmed));
  }

  /** UTF-8 that was read as Latin-1 and written as UTF-8 again, and the other way round. */
  private void addRecoded(Body body) {
    String cure = "The body was turned into text by another character set than UTF-8. " + PASS_ON;
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(body.asByteBuffer()).toString();
      ByteBuffer bytes = StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(text));
      byte[] undone = new byte[bytes.remaining()];
      bytes.get(undone);
      add(
          Cause.BODY_CHARSET,
          "the body, had it not been read as Latin-1 once",
          cure,
          Body.wrap(undone));
    } catch (CharacterCodingException e) {
      // It was not read so, then.
    }
    add(
        Cause.BODY_CHARSET,
        "the body read as Latin-1 and written as UTF-8",
        cure,
        Body.ofUtf8(latin1(body)));
  }

  private void addUnpacked(Body body) {
    byte[] decoded = base64(latin1(body).strip());
    if (decoded != null) {
      add(
          Cause.BODY_IN_BASE64,
          "the body decoded from base64",
          "API Gateway says isBase64Encoded for such a body: decode it before anything else.",
          Body.wrap(decoded));
    }
    byte[] unpacked = gunzip(body.toByteArray());
    if (unpacked != null) {
      add(
          Cause.BODY_COMPRESSED,
          "the body unpacked from gzip",
          "A proxy in between, or the tool that captured it, has compressed the body. " + PASS_ON,
          Body.wrap(unpacked));
    }
  }

  private void addWrittenAnew(Body body) {
    JsonNode json = json(body);
    if (json == null) {
      return;
    }
    if (json.isTextual()) {
      add(
          Cause.BODY_QUOTED,
          "the JSON that is inside of the JSON string",
          "The body was written into a JSON string, as in an event of API Gateway: take the"
              + " string's value.",
          Body.ofUtf8(json.textValue()));
      return;
    }
    String cure =
        "Somewhere the body was parsed and written again: the same JSON, but other bytes. "
            + PASS_ON;
    for (JsonStyle style : JsonStyle.USUAL) {
      String written = style.write(json, MOST_UNPACKED);
      if (written == null) {
        continue;
      }
      add(Cause.RESERIALISED_BODY, "the same JSON " + style.words(), cure, Body.ofUtf8(written));
      add(
          Cause.RESERIALISED_BODY,
          "the same JSON " + style.words() + ", and a newline",
          cure,
          Body.ofUtf8(written + "\n"));
    }
  }

  private void add(Cause cause, String what, String cure, String latin1) {
    add(cause, what, cure, Body.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private void add(Cause cause, String what, String cure, Body body) {
    if (seen.add(body.sha256())) {
      visitor.accept(new Variant<>(cause, what, cure, body));
    }
  }

  /** Not by a pattern, which would look at each run of newlines once for each of its characters. */
  private static String withoutNewlines(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }

  /** One character a byte, so that nothing of what is no text gets lost. */
  private static String latin1(Body body) {
    return new String(body.toByteArray(), StandardCharsets.ISO_8859_1);
  }

  private static byte @Nullable [] base64(String text) {
    try {
      return text.isEmpty() ? null : Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] gunzip(byte[] bytes) {
    try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] unpacked = stream.readNBytes(MOST_UNPACKED + 1);
      return unpacked.length > MOST_UNPACKED ? null : unpacked;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable JsonNode json(Body body) {
    try {
      JsonNode json = JSON.readTree(body.toByteArray());
      return json == null || json.isMissingNode() ? null : json;
    } catch (IOException e) {
      return null;
    }
  }
}
