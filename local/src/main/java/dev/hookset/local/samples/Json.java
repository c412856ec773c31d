package dev.hookset.local.samples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON as this package writes it: the same bytes for the same tree, on every platform. */
final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final DefaultIndenter INDENTER = new DefaultIndenter("  ", "\n");
  private static final PrettyPrinter PRETTY =
      new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                  .withObjectEmptySeparator("")
                  .withArrayEmptySeparator(""))
          .withObjectIndenter(INDENTER)
          .withArrayIndenter(INDENTER);

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] compact(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  /** Returns {@code tree} over several lines, the last one ended too. */
  static String pretty(JsonNode tree) {
    try {
      return MAPPER.writer(PRETTY).writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }

  /** Returns the tree that {@code body} holds, the missing node if it is not JSON. */
  static JsonNode readIfJson(Body body) {
    return read(MAPPER.reader(), body);
  }

  /** Returns likewise a tree that keeps every digit of its numbers. */
  static JsonNode readExactly(Body body) {
    return read(
        MAPPER
            .reader()
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS),
        body);
  }

  private static JsonNode read(ObjectReader reader, Body body) {
    try {
      return reader.readTree(body.toByteArray());
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }
}
