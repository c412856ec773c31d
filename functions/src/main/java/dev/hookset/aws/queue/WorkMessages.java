package dev.hookset.aws.queue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.hookset.EventKey;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** How a pointer stands in a message: {@code {"provider":"…","eventId":"…"}}. */
public final class WorkMessages {
  /**
   * SQS refuses some characters that an ID may hold (U+FFFE, U+FFFF, control characters), so only
   * ASCII stands in a message.
   */
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private WorkMessages() {}

  static String write(EventKey pointer) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("provider", pointer.provider());
      json.writeStringField("eventId", pointer.eventId());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return text.toString();
  }

  /** Returns the pointer, or null if {@code text} is none. Members of other names are ignored. */
  public static @Nullable EventKey read(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      String provider = null;
      String eventId = null;
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        String value = json.nextToken() == JsonToken.VALUE_STRING ? json.getText() : null;
        switch (name) {
          case "provider" -> provider = value;
          case "eventId" -> eventId = value;
          default -> {}
        }
        json.skipChildren();
      }
      if (provider == null || eventId == null || json.nextToken() != null) {
        return null;
      }
      return new EventKey(provider, eventId);
    } catch (IOException | IllegalArgumentException e) {
      return null;
    }
  }
}
