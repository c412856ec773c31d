package dev.hookset.aws.inbox;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromB;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromM;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Rfc3339;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * How a record stands in a DynamoDB item. Times that conditions compare are numbers of milliseconds
 * since 1970, {@code expiresAt} is in seconds as DynamoDB's TTL wants it, and times for people are
 * RFC 3339.
 */
final class Items {
  static final String OPEN = "OPEN";

  private Items() {}

  static Map<String, AttributeValue> key(EventKey key) {
    return Map.of("pk", fromS(key.toString()));
  }

  static AttributeValue millis(Instant instant) {
    return fromN(Long.toString(instant.toEpochMilli()));
  }

  static AttributeValue seconds(Instant instant) {
    return fromN(Long.toString(instant.getEpochSecond()));
  }

  /** The partition of the index that lists records of one kind: {@code OPEN#7}. */
  static AttributeValue shard(String kind, int shard) {
    return fromS(kind + "#" + shard);
  }

  /** The partition of the index that lists records as they came: {@code lemma#7}. */
  private static AttributeValue receiptShard(EventKey key) {
    return fromS(key.provider() + "#" + Lifecycle.shard(key));
  }

  /** Makes the item of a record that holds its body itself. */
  static Map<String, AttributeValue> write(
      NewRecord fresh, ItemBodies.Packed body, Duration retention) {
    Map<String, AttributeValue> item = write(fresh, retention);
    item.put("body", fromB(body.bytes()));
    if (body.gzip()) {
      item.put("bodyEncoding", fromS(ItemBodies.GZIP));
    }
    return item;
  }

  /** Makes the item of a record whose body is kept apart. */
  static Map<String, AttributeValue> write(NewRecord fresh, String overflow, Duration retention) {
    Map<String, AttributeValue> item = write(fresh, retention);
    item.put("overflow", fromS(overflow));
    return item;
  }

  private static Map<String, AttributeValue> write(NewRecord fresh, Duration retention) {
    Event event = fresh.event();
    Instant receivedAt = fresh.receivedAt();
    Map<String, AttributeValue> item = new HashMap<>(key(event.key()));
    item.put("provider", fromS(event.provider()));
    item.put("eventId", fromS(event.id()));
    item.put("type", fromS(event.type()));
    item.put("receivedAt", fromS(Rfc3339.sortable(receivedAt)));
    item.put("receiptShard", receiptShard(event.key()));
    item.put("status", fromS(fresh.status().name()));
    item.put("attempts", fromN("0"));
    item.put("replays", fromN("0"));
    item.put("digest", fromS(event.body().sha256()));
    Instant occurredAt = event.occurredAt();
    if (occurredAt != null) {
      item.put("occurredAt", fromS(occurredAt.toString()));
    }
    put(item, "environment", event.environment());
    put(item, "deliveryId", event.origin().deliveryId());
    put(item, "workspace", event.origin().workspace());
    put(item, "project", event.origin().project());
    put(item, "traceId", fresh.traceId());
    put(item, "via", fresh.via());
    if (!fresh.headers().isEmpty()) {
      Map<String, AttributeValue> headers = new HashMap<>();
      fresh.headers().forEach((name, value) -> headers.put(name, fromS(value)));
      item.put("headers", fromM(headers));
    }
    int shard = Lifecycle.shard(event.key());
    if (fresh.status() == Status.RECEIVED) {
      item.put("statusShard", shard(OPEN, shard));
      item.put("dueAt", millis(Lifecycle.dueAfterReceipt(receivedAt)));
    } else {
      if (fresh.status() == Status.QUARANTINED) {
        item.put("statusShard", shard(Status.QUARANTINED.name(), shard));
        item.put("dueAt", millis(receivedAt));
      }
      item.put("expiresAt", seconds(Lifecycle.expiry(receivedAt, occurredAt, retention)));
    }
    return item;
  }

  private static void put(Map<String, AttributeValue> item, String name, @Nullable String value) {
    if (value != null) {
      item.put(name, fromS(value));
    }
  }
}
