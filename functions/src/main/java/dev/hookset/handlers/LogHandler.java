package dev.hookset.handlers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.hookset.Event;
import dev.hookset.work.Handler;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.util.Objects;

/**
 * Says on one line of the log, in JSON, that an event has come. It never prints the event's body.
 */
public final class LogHandler implements Handler {
  /** In plain ASCII: whoever names an event neither ends a line nor commands a terminal. */
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final PrintStream out;

  /** Creates one that prints to {@code out}. */
  public LogHandler(PrintStream out) {
    this.out = Objects.requireNonNull(out, "out");
  }

  @Override
  public void handle(Event event) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("level", "INFO");
      json.writeStringField("message", "event");
      json.writeStringField("provider", event.provider());
      json.writeStringField("eventId", event.id());
      json.writeStringField("type", event.type());
      if (event.occurredAt() != null) {
        json.writeStringField("occurredAt", event.occurredAt().toString());
      }
      json.writeNumberField("bytes", event.body().size());
      json.writeEndObject();
    }
    // The one control character that JSON lets stand as it is.
    out.println(line.toString().replace("\u007F", "\\u007F"));
  }
}
