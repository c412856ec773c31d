package dev.hookset.aws.inbox;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.Due;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads a record from its DynamoDB item. An item may hold anything: a newer version may have
 * written it, or somebody in the console. So each method throws {@link UnreadableRecord}, which
 * names the record and the attribute, and nothing else.
 */
public final class ItemReader {
  private static final String NAME_UNKNOWN = "without a key";

  private final Map<String, AttributeValue> item;

  /** Creates a reader of one item, or of one entry of an index. */
  public ItemReader(Map<String, AttributeValue> item) {
    this.item = Objects.requireNonNull(item, "item");
  }

  /** Returns the key. */
  public EventKey key() {
    String pk = required("pk");
    try {
      return EventKey.parse(pk);
    } catch (IllegalArgumentException e) {
      throw unreadable("pk is '" + pk + "'; <provider>#<eventId> is expected");
    }
  }

  /** Returns where the record stands. */
  public Status status() {
    String status = required("status");
    try {
      return Status.valueOf(status);
    } catch (IllegalArgumentException e) {
      throw unreadable("status is '" + status + "', which this version does not know");
    }
  }

  /** Returns when the event happened; null if there is no time that can be read. */
  @Nullable Instant ownTime() {
    try {
      return time("occurredAt");
    } catch (UnreadableRecord e) {
      return null;
    }
  }

  /** Returns the whole record. */
  InboxRecord record() {
    String overflow = text("overflow");
    AttributeValue doneHandlers = item.get("doneHandlers");
    if (doneHandlers != null && !doneHandlers.hasSs()) {
      // Taken for none, it would have finished handlers run again, and no note of theirs could be
      // added.
      throw unreadable("doneHandlers is no set of strings");
    }
    Status status = status();
    if (!item.containsKey("attempts")) {
      throw unreadable(
          "attempts is missing"); // A claim compares it, and would be refused for ever.
    }
    int attempts = count("attempts");
    if (status == Status.PROCESSING && millis("leaseUntil") == null) {
      throw unreadable("leaseUntil is missing");
    }
    Map<String, String> headers = new HashMap<>();
    AttributeValue storedHeaders = item.get("headers");
    if (storedHeaders != null) {
      storedHeaders
          .m()
          .forEach(
              (name, value) -> {
                if (value.s() != null) {
                  headers.put(name, value.s());
                }
              });
    }
    return new InboxRecord(
        key(),
        required("type"),
        time("occurredAt"),
        text("environment"),
        new Origin(text("deliveryId"), text("workspace"), text("project")),
        overflow == null ? body() : null,
        overflow,
        requiredTime("receivedAt"),
        status,
        attempts,
        text("lease"),
        millis("leaseUntil"),
        millis("notBefore"),
        doneHandlers == null ? Set.of() : Set.copyOf(doneHandlers.ss()),
        text("lastError"),
        required("digest"),
        count("replays"),
        headers,
        text("traceId"),
        millis("dueAt"),
        count("pushes"),
        seconds("expiresAt"),
        HistoryAttribute.read(item.get(HistoryAttribute.NAME), attempts),
        text("via"),
        millis("forgottenAt"));
  }

  /** Returns what an entry of the index of open records says. */
  Due due() {
    Instant dueAt = millis("dueAt");
    if (dueAt == null) {
      throw unreadable("dueAt is missing");
    }
    return new Due(key(), dueAt, count("pushes"), item.containsKey("notBefore"), text("traceId"));
  }

  private Body body() {
    AttributeValue body = item.get("body");
    if (body != null && body.b() == null) {
      throw unreadable("body is not binary");
    }
    byte[] stored = body == null ? new byte[0] : body.b().asByteArrayUnsafe();
    String encoding = text("bodyEncoding");
    if (encoding == null) {
      return Body.wrap(stored);
    }
    if (!encoding.equals(ItemBodies.GZIP)) {
      throw unreadable("bodyEncoding is '" + encoding + "', which this version does not know");
    }
    try {
      return ItemBodies.unzip(stored);
    } catch (IOException e) {
      throw unreadable("body is no gzip, although bodyEncoding says so");
    }
  }

  /** Returns a text that must be there. */
  public String required(String name) {
    String value = text(name);
    if (value == null) {
      throw unreadable(name + " is missing");
    }
    return value;
  }

  /** Returns a text, or null if there is none. */
  public @Nullable String text(String name) {
    AttributeValue value = item.get(name);
    if (value != null && value.s() == null) {
      throw unreadable(name + " is not a string");
    }
    return value == null ? null : value.s();
  }

  private int count(String name) {
    long value = number(name);
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw unreadable(name + " is " + value + ", which is no count");
    }
    return (int) value;
  }

  /** Returns a number; 0 if there is none. */
  public long number(String name) {
    Long value = optionalNumber(name);
    return value == null ? 0 : value;
  }

  private @Nullable Long optionalNumber(String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      return null;
    }
    if (value.n() == null) {
      throw unreadable(name + " is no number");
    }
    try {
      return Long.valueOf(value.n());
    } catch (NumberFormatException e) {
      throw unreadable(name + " is '" + value.n() + "'; a whole number is expected");
    }
  }

  /** Returns a time of RFC 3339, or null if there is none. */
  public @Nullable Instant time(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      return Instant.parse(value);
    } catch (DateTimeException e) {
      throw unreadable(name + " is '" + value + "'; a time of RFC 3339 is expected");
    }
  }

  /** Returns a time of RFC 3339 that must be there. */
  public Instant requiredTime(String name) {
    Instant value = time(name);
    if (value == null) {
      throw unreadable(name + " is missing");
    }
    return value;
  }

  /** Returns a time in milliseconds since 1970, or null if there is none. */
  public @Nullable Instant millis(String name) {
    Long value = optionalNumber(name);
    return value == null ? null : Instant.ofEpochMilli(value);
  }

  private @Nullable Instant seconds(String name) {
    Long value = optionalNumber(name);
    try {
      return value == null ? null : Instant.ofEpochSecond(value);
    } catch (DateTimeException e) {
      throw unreadable(name + " is " + value + "; seconds since 1970 are expected");
    }
  }

  private UnreadableRecord unreadable(String problem) {
    AttributeValue pk = item.get("pk");
    return new UnreadableRecord(pk == null || pk.s() == null ? NAME_UNKNOWN : pk.s(), problem);
  }
}
