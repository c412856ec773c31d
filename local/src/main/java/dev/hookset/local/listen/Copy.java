package dev.hookset.local.listen;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is played of a record.
 *
 * @param event the event, with its body, wherever that was kept
 * @param status where its record stands
 * @param headers the headers that were kept of its delivery
 * @param traceId the trace that its delivery belongs to
 */
public record Copy(
    Event event, Status status, Map<String, String> headers, @Nullable String traceId) {
  /** Copies the headers. */
  public Copy {
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(status, "status");
    headers = Map.copyOf(headers);
  }

  /** Returns a record's, given its body. */
  public static Copy of(InboxRecord record, Body body) {
    return new Copy(record.event(body), record.status(), record.headers(), record.traceId());
  }

  /** Returns what tells the event from every other. */
  public EventKey key() {
    return event.key();
  }
}
