package dev.hookset.local.cli.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object in the making, for machines: one line, in ASCII, so that nothing of what came from
 * outside ends it or commands a terminal.
 */
public final class Json {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Map<String, Object> members = new LinkedHashMap<>();

  /** Adds a member; what is null is left out, and a time or a duration stands as its text. */
  public Json put(String name, @Nullable Object value) {
    switch (value) {
      case null -> {}
      case Json json -> members.put(name, json.members);
      case Number number -> members.put(name, number);
      case Boolean bool -> members.put(name, bool);
      case Map<?, ?> map -> members.put(name, map);
      case Collection<?> list -> {
        List<Object> elements = new ArrayList<>();
        list.forEach(each -> elements.add(each instanceof Json json ? json.members : each));
        members.put(name, elements);
      }
      case Object other -> members.put(name, other.toString());
    }
    return this;
  }

  @Override
  public String toString() {
    try {
      return inAscii(MAPPER.writeValueAsString(members));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers, maps and lists are JSON", e);
    }
  }

  /** Returns the same JSON in ASCII; DEL is no control character to JSON, and one to a terminal. */
  public static String inAscii(String json) {
    StringBuilder ascii = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (c < 0x7F) {
        ascii.append(c);
      } else {
        ascii.append(String.format("\\u%04X", (int) c));
      }
    }
    return ascii.toString();
  }
}
