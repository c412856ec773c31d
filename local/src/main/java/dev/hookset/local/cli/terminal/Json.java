package dev.hookset.local.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object in the making, for machines: one line, in ASCII, so that nothing of what came from
 * outside ends it or commands a terminal.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final Map<String, Object> members = new LinkedHashMap<>();

  /** Adds a member; what is null is left out, and a time or a duration stands as its text. */
  public Json put(String name, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Json json -> members.put(name, json.members);
      case Number number -> members.put(name, number);
      case Boolean bool -> members.put(name, bool);
      case Map<?, ?> map -> members.put(name, map);
      case Iterable<?> list -> members.put(name, list);
      case Object other -> members.put(name, other.toString());
    }
    return this;
  }

  @Override
  public String toString() {
    try {
      // DEL is no control character to JSON, and one to a terminal.
      return MAPPER.writeValueAsString(members).replace("\u007F", "\\u007F");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers, maps and lists are JSON", e);
    }
  }
}
