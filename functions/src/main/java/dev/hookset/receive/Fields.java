package dev.hookset.receive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.hookset.Body;
import dev.hookset.Form;
import dev.hookset.Rfc3339;
import dev.hookset.signing.TimestampForm;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A few members of a JSON object, named by their paths ({@code data.runId}).
 *
 * <p>The whole body is read, so that it is known to be one JSON object in UTF-8, but only the
 * members asked for are kept: a body may hold millions of others, and the memory of a function is
 * small. Of a name that comes twice the last counts, with everything below it.
 */
final class Fields {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          // A body in UTF-16 or behind a byte-order mark is not what the contract calls JSON.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          // Names come from outside; there is no end to them.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(1_000)
                  .maxNumberLength(1_000)
                  .maxNameLength(50_000)
                  .maxStringLength(20_000_000)
                  .build())
          .build();

  /**
   * Fifteen digits of seconds or milliseconds: what an instant can hold, and nothing that grows.
   */
  private static final Pattern UNIX_TIME = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,30})?");

  private static final int DECODED_AT_ONCE = 8192;

  /** A number as it stands in the body. */
  private record Numeral(String text) {}

  private final Map<String, Object> values;
  private final boolean several;

  private Fields(Map<String, Object> values) {
    this(values, false);
  }

  private Fields(Map<String, Object> values, boolean several) {
    this.values = values;
    this.several = several;
  }

  /** Returns the fields of a body of which nothing is read. */
  static Fields none() {
    return new Fields(Map.of());
  }

  /**
   * Returns whether these are of several objects: then only what they all say alike is here, and no
   * one ID is that of them all.
   */
  boolean isOfSeveral() {
    return several;
  }

  /**
   * Reads the members at {@code paths} of a body that may be one of {@code bodies}. What it is, it
   * says by itself: its header is not signed.
   *
   * @return null if it is none of them, or beyond the limits
   */
  static @Nullable Fields read(Body body, Paths paths, Bodies bodies) {
    Fields fields = read(body, paths);
    if (fields == null && bodies.arrays()) {
      fields = readArray(body, paths);
    }
    if (fields == null && bodies.forms()) {
      Form form = Form.read(body);
      fields = form == null ? null : readForm(form, paths, bodies.jsonParameter());
    }
    return fields;
  }

  private static @Nullable Fields readForm(Form form, Paths paths, @Nullable String jsonParameter) {
    String json = jsonParameter == null ? null : form.value(jsonParameter);
    if (json != null) {
      return read(Body.ofUtf8(json), paths);
    }
    Map<String, Object> values = new HashMap<>();
    for (Form.Parameter parameter : form.parameters()) {
      Paths here = paths.children.get(parameter.name());
      if (here != null && here.wanted) {
        values.put(here.path, parameter.value());
      }
    }
    return new Fields(values);
  }

  private static @Nullable Fields readArray(Body body, Paths paths) {
    if (!isUtf8(body)) {
      return null;
    }
    try (JsonParser parser = JSON.createParser(body.asInputStream())) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        return null;
      }
      Map<String, Object> alike = new HashMap<>();
      int count = 0;
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        Map<String, Object> values = new HashMap<>();
        readObject(parser, paths, values);
        if (count == 0) {
          alike.putAll(values);
        } else {
          alike.entrySet().removeIf(each -> !each.getValue().equals(values.get(each.getKey())));
        }
        count++;
      }
      return parser.currentToken() == JsonToken.END_ARRAY && parser.nextToken() == null
          ? new Fields(alike, count > 1)
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Reads the members at {@code paths}.
   *
   * @return null if {@code body} is anything but one JSON object in UTF-8 within the limits:
   *     nesting 1,000, a number of 1,000 characters, a name of 50,000, a string of 20 million
   */
  static @Nullable Fields read(Body body, Paths paths) {
    if (!isUtf8(body)) {
      return null;
    }
    try (JsonParser parser = JSON.createParser(body.asInputStream())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      Map<String, Object> values = new HashMap<>();
      readObject(parser, paths, values);
      return parser.nextToken() == null ? new Fields(values) : null;
    } catch (IOException e) {
      // The bytes are in memory, so this is not about input or output: the body is not JSON.
      return null;
    }
  }

  /** Returns the string at {@code path}; null if there is none, or something that is no string. */
  @Nullable String string(String path) {
    return values.get(path) instanceof String string ? string : null;
  }

  /**
   * Returns the digits of the whole number at {@code path}, or the string there; null if there is
   * neither.
   */
  @Nullable String number(String path) {
    return values.get(path) instanceof Numeral(String text)
        ? isWhole(text) ? text : null
        : string(path);
  }

  /** Returns the number at {@code path} as it stands there; null if there is none. */
  @Nullable String numeral(String path) {
    return values.get(path) instanceof Numeral(String text) ? text : null;
  }

  private static boolean isWhole(String numeral) {
    for (int i = 0; i < numeral.length(); i++) {
      char digit = numeral.charAt(i);
      if ((digit < '0' || digit > '9') && !(digit == '-' && i == 0)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the time at {@code path}, a number or a string as {@code form} says; null if there is
   * none that can be read. Numbers may have a fraction.
   */
  @Nullable Instant time(TimestampForm form, String path) {
    return switch (form) {
      case UNIX_SECONDS -> unixSeconds(path);
      case UNIX_MILLIS -> unixMillis(path);
      case RFC3339 -> instant(path);
      case UNIX_SECONDS_OR_RFC3339 -> {
        Instant seconds = unixSeconds(path);
        yield seconds == null ? instant(path) : seconds;
      }
    };
  }

  /** Returns the time of RFC 3339 in the string at {@code path}; null if there is none. */
  @Nullable Instant instant(String path) {
    String string = string(path);
    return string == null ? null : Rfc3339.parse(string);
  }

  /**
   * Returns the time that the number at {@code path}, or the string of its digits, gives in seconds
   * since 1970; null if there is none, or one with more than 15 digits before its point.
   */
  @Nullable Instant unixSeconds(String path) {
    return unixTime(path, 0);
  }

  /** Returns the time at {@code path} likewise, in milliseconds since 1970. */
  @Nullable Instant unixMillis(String path) {
    return unixTime(path, 3);
  }

  private @Nullable Instant unixTime(String path, int decimals) {
    String digits = values.get(path) instanceof Numeral(String text) ? text : string(path);
    if (digits == null || !UNIX_TIME.matcher(digits).matches()) {
      return null;
    }
    BigDecimal seconds = new BigDecimal(digits).movePointLeft(decimals);
    long whole = seconds.longValue();
    return Instant.ofEpochSecond(
        whole, seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue());
  }

  /** Returns the truth value at {@code path}; null if there is none. */
  @Nullable Boolean bool(String path) {
    return values.get(path) instanceof Boolean bool ? bool : null;
  }

  private static void readObject(JsonParser parser, Paths paths, Map<String, Object> values)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      Paths here = paths.children.get(parser.currentName());
      JsonToken token = parser.nextToken();
      if (here == null) {
        parser.skipChildren();
        continue;
      }
      here.forget(values);
      if (token == JsonToken.START_OBJECT) {
        readObject(parser, here, values);
      } else if (here.wanted && token == JsonToken.VALUE_STRING) {
        values.put(here.path, parser.getText());
      } else if (here.wanted && token.isNumeric()) {
        values.put(here.path, new Numeral(parser.getText()));
      } else if (here.wanted && token.isBoolean()) {
        values.put(here.path, parser.getBooleanValue());
      } else {
        parser.skipChildren();
      }
    }
  }

  /**
   * Jackson lets overlong forms and encoded surrogates pass, so the bytes are looked at before it
   * is asked.
   */
  private static boolean isUtf8(Body body) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = body.asByteBuffer();
    CharBuffer chars = CharBuffer.allocate(Math.min(DECODED_AT_ONCE, body.size() + 1));
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, true);
      if (result.isError()) {
        return false;
      }
      if (result.isUnderflow()) {
        return true;
      }
      chars.clear();
    }
  }

  /** The paths that are asked for, as a tree of names: a name with a dot in it is not a path. */
  static final class Paths {
    private final String path;
    private final Map<String, Paths> children = new HashMap<>();
    private boolean wanted;

    private Paths(String path) {
      this.path = path;
    }

    static Paths of(Set<String> paths) {
      Paths root = new Paths("");
      for (String path : paths) {
        Paths node = root;
        for (String name : path.split("\\.", -1)) {
          String below = node == root ? name : node.path + "." + name;
          node = node.children.computeIfAbsent(name, _ -> new Paths(below));
        }
        node.wanted = true;
      }
      return root;
    }

    private void forget(Map<String, Object> values) {
      values.remove(path);
      children.values().forEach(child -> child.forget(values));
    }
  }
}
