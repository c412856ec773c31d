package dev.hookset.payloads;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.Rfc3339;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object, or the absence of one, whose fields read as null unless they are of the type asked
 * for.
 */
final class LenientJson {
  // Jackson's table of field names refuses an object in which many names hash alike, and anybody
  // can make such names. Without the table there is nothing to refuse.
  private static final ObjectReader EXACT =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .reader();

  private static final ObjectReader ROUNDING =
      EXACT.without(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final JsonNode node;

  private LenientJson(JsonNode node) {
    this.node = node.isObject() ? node : MissingNode.getInstance();
  }

  /** Returns the object that the event's body is, absent if it is anything else. */
  static LenientJson of(Event event) {
    return new LenientJson(parse(Objects.requireNonNull(event, "event").body()));
  }

  private static JsonNode parse(Body body) {
    try {
      try {
        return parse(EXACT, body);
      } catch (NumberFormatException e) {
        // Valid JSON, yet some exponent is beyond what a BigDecimal holds. To a double it is
        // infinity or zero, and the other fields are saved.
        return parse(ROUNDING, body);
      }
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static JsonNode parse(ObjectReader reader, Body body) throws IOException {
    // Through a decoder of our own, since Jackson guesses at the encoding of bytes and lets some
    // malformed UTF-8 pass.
    return reader.readTree(
        new InputStreamReader(body.asInputStream(), StandardCharsets.UTF_8.newDecoder()));
  }

  /** Returns the object itself, or the missing node. */
  JsonNode node() {
    return node;
  }

  /** Returns the object in the field; absent if there is none. */
  LenientJson in(String name) {
    return new LenientJson(node.path(name));
  }

  /** Returns what {@code read} makes of the object in the field, or null if there is none. */
  <T> @Nullable T object(String name, Function<LenientJson, T> read) {
    LenientJson object = in(name);
    return object.node.isObject() ? read.apply(object) : null;
  }

  /**
   * Returns what {@code read} makes of each object in the array in the field; empty if there is
   * none. Elements that are no objects are passed over.
   */
  <T> Stream<T> objects(String name, Function<LenientJson, T> read) {
    JsonNode value = node.path(name);
    return value.isArray()
        ? value.valueStream().filter(JsonNode::isObject).map(LenientJson::new).map(read)
        : Stream.empty();
  }

  @Nullable String text(String name) {
    return node.path(name).textValue();
  }

  @Nullable Instant time(String name) {
    String text = text(name);
    return text == null ? null : Rfc3339.parse(text);
  }

  /** Returns the whole number in the field; {@code 2.0} is one. */
  @Nullable Long integer(String name) {
    JsonNode value = node.path(name);
    // A double has been rounded, so that nobody knows what was sent.
    return !value.isDouble() && value.canConvertToExactIntegral() && value.canConvertToLong()
        ? value.longValue()
        : null;
  }

  @Nullable Boolean bool(String name) {
    JsonNode value = node.path(name);
    return value.isBoolean() ? value.booleanValue() : null;
  }
}
