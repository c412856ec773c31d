package dev.hookset.aws.inbox;

import dev.hookset.Body;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Where a record's body is kept: in its item, as gzip where that is shorter, or, where that is too
 * long for an item, in a {@link BodyStore}, always as gzip. There it is written before the item,
 * which holds its name.
 */
final class ItemBodies {
  static final String GZIP = "gzip";

  /** Below this gzip's own frame eats what it saves. */
  private static final int SMALLEST_COMPRESSED = 128;

  private final BodyStore overflow;
  private final int mostInlineBytes;

  ItemBodies(BodyStore overflow, int mostInlineBytes) {
    this.overflow = Objects.requireNonNull(overflow, "bodies");
    this.mostInlineBytes = mostInlineBytes;
  }

  /** Makes the item of a record, whose body is stored when this returns if it is not in there. */
  Map<String, AttributeValue> item(NewRecord fresh, Duration retention) {
    Body body = fresh.event().body();
    Packed packed = Packed.of(body);
    if (packed.length() <= mostInlineBytes) {
      return Items.write(fresh, packed, retention);
    }
    String name = Lifecycle.overflowName(fresh.event(), fresh.receivedAt());
    overflow.put(
        name, fresh.event().key(), packed.gzip() ? packed.bytes().asByteArrayUnsafe() : zip(body));
    return Items.write(fresh, name, retention);
  }

  /** Returns the body of a record, wherever it is. */
  Body body(InboxRecord record) throws BodyLost {
    Body inline = record.body();
    if (inline != null) {
      return inline;
    }
    String name =
        Objects.requireNonNull(record.overflow(), "a record without a body names its object");
    byte[] stored =
        overflow
            .get(name)
            .orElseThrow(
                () -> new BodyLost("the body is no longer in the overflow bucket: " + name));
    try {
      Body body = unzip(stored);
      if (body.sha256().equals(record.digest())) {
        return body;
      }
    } catch (IOException e) {
      // Falls through: either way it is not what was stored.
    }
    throw new BodyLost(
        "the body in the overflow bucket does not match the digest in its record: " + name);
  }

  /**
   * A body as it is stored: the shorter of its bytes and their gzip.
   *
   * @param bytes what is stored
   * @param gzip whether that is the gzip
   */
  record Packed(SdkBytes bytes, boolean gzip) {
    int length() {
      return bytes.asByteArrayUnsafe().length;
    }

    static Packed of(Body body) {
      byte[] bytes = body.toByteArray();
      if (bytes.length >= SMALLEST_COMPRESSED) {
        byte[] compressed = zip(body);
        if (compressed.length < bytes.length) {
          return new Packed(SdkBytes.fromByteArrayUnsafe(compressed), true);
        }
      }
      return new Packed(SdkBytes.fromByteArrayUnsafe(bytes), false);
    }
  }

  /** Returns the gzip of a body. */
  static byte[] zip(Body body) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.size() / 2);
    try (GZIPOutputStream stream = new GZIPOutputStream(compressed)) {
      body.asInputStream().transferTo(stream);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return compressed.toByteArray();
  }

  /**
   * Returns the body that {@link #zip} made {@code compressed} of.
   *
   * @throws IOException if {@code compressed} is no gzip
   */
  static Body unzip(byte[] compressed) throws IOException {
    try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return Body.wrap(stream.readAllBytes());
    }
  }
}
