package dev.hookset.aws.bus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.hookset.Body;
import dev.hookset.Event;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/**
 * Forwards an event to an EventBridge bus, so that rules can do the rest: source {@code
 * hookset.<provider>}, detail type the event's type, detail {@code {"provider", "id", "type",
 * "occurredAt", "environment", "key", "payload"}} with the body as {@code payload}.
 *
 * <p>An event that is too large for the bus, or whose body is not a JSON object, goes without its
 * payload: {@code "payloadOmitted": true} says so, and the record under {@code key} in the inbox
 * has it.
 */
public final class EventBridgeForward {
  /**
   * An entry's size in PutEvents: source, detail type and detail in UTF-8, 14 bytes for the time;
   * 256 KiB for a request.
   */
  private static final int LARGEST_ENTRY = 256 * 1024;

  private static final int TIME_BYTES = 14;
  private static final int LONGEST_DETAIL_TYPE = 128;
  private static final JsonFactory JSON = new JsonFactory();

  private final EventBridgeClient eventBridge;
  private final String bus;

  /**
   * Creates a handler.
   *
   * @param eventBridge stays the caller's to close
   * @param bus the bus's name or ARN
   */
  public EventBridgeForward(EventBridgeClient eventBridge, String bus) {
    this.eventBridge = Objects.requireNonNull(eventBridge, "eventBridge");
    this.bus = Objects.requireNonNull(bus, "bus");
  }

  /**
   * Forwards {@code event}.
   *
   * @throws EntryRefused if the bus did not take it, although the request as a whole succeeded
   */
  public void handle(Event event) throws IOException, EntryRefused {
    String source = "hookset." + event.provider();
    String type = event.type();
    String detailType = detailType(type);
    String detail = detail(event, true);
    if (TIME_BYTES + utf8(source) + utf8(detailType) + utf8(detail) > LARGEST_ENTRY) {
      detail = detail(event, false);
    }
    PutEventsRequestEntry.Builder entry =
        PutEventsRequestEntry.builder()
            .eventBusName(bus)
            .source(source)
            .detailType(detailType)
            .detail(detail);
    Instant occurredAt = event.occurredAt();
    if (occurredAt != null) {
      entry.time(occurredAt);
    }
    PutEventsResponse response = eventBridge.putEvents(put -> put.entries(entry.build()));
    for (PutEventsResultEntry result : response.entries()) {
      if (result.errorCode() != null) {
        throw new EntryRefused(result.errorCode() + ": " + result.errorMessage());
      }
    }
  }

  /** PutEvents answered 200 and refused the entry. */
  public static final class EntryRefused extends Exception {
    private static final long serialVersionUID = 1L;

    EntryRefused(String message) {
      super("EventBridge PutEvents failed: " + message);
    }
  }

  private static String detailType(String type) {
    if (type.length() <= LONGEST_DETAIL_TYPE) {
      return type;
    }
    boolean cutsPair = Character.isHighSurrogate(type.charAt(LONGEST_DETAIL_TYPE - 1));
    return type.substring(0, cutsPair ? LONGEST_DETAIL_TYPE - 1 : LONGEST_DETAIL_TYPE);
  }

  private static String detail(Event event, boolean withPayload) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("provider", event.provider());
      json.writeStringField("id", event.id());
      json.writeStringField("type", event.type());
      if (event.occurredAt() != null) {
        json.writeStringField("occurredAt", event.occurredAt().toString());
      }
      if (event.environment() != null) {
        json.writeStringField("environment", event.environment());
      }
      json.writeStringField("key", event.key().toString());
      if (withPayload && isObject(event.body())) {
        json.writeFieldName("payload");
        json.writeRawValue(event.body().utf8());
      } else {
        json.writeBooleanField("payloadOmitted", true);
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  /** A quarantined body that was replayed need not be JSON, and would break the detail. */
  private static boolean isObject(Body body) {
    try (JsonParser json = JSON.createParser(body.utf8())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      json.skipChildren();
      return json.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
