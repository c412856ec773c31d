package dev.hookset.aws.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hookset.EventKey;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.InboxUnavailable;
import java.util.Base64;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The overflow bucket in S3.
 *
 * <p>A missing object is told from a forbidden one only to those who may list the bucket: to others
 * S3 answers 403 for either.
 */
public final class S3BodyStore implements BodyStore {
  /** Where an object says whose record was to refer to it. */
  private static final String OWNER = "hookset-key";

  private final Supplier<S3Client> s3;
  private final String bucket;

  /**
   * Creates a store; does not touch the bucket.
   *
   * @param s3 gives the client when it is first needed, and the same from then on: few bodies come
   *     here, and a function that meets none need not load the client. Its timeouts decide how long
   *     a method can take; stays the caller's to close
   * @param bucket the bucket's name
   */
  public S3BodyStore(Supplier<S3Client> s3, String bucket) {
    this.s3 = Objects.requireNonNull(s3, "s3");
    this.bucket = Objects.requireNonNull(bucket, "bucket");
  }

  @Override
  public void put(String name, EventKey owner, byte[] bytes) {
    calling(
        "PutObject",
        () ->
            s3.get()
                .putObject(
                    put ->
                        put.bucket(bucket)
                            .key(name)
                            .contentType("application/octet-stream")
                            .metadata(Map.of(OWNER, encode(owner))),
                    RequestBody.fromBytes(bytes)));
  }

  @Override
  public Optional<byte[]> get(String name) {
    return calling(
        "GetObject",
        () -> {
          try {
            return Optional.of(
                s3.get().getObjectAsBytes(get -> get.bucket(bucket).key(name)).asByteArrayUnsafe());
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public Iterator<Stored> slice(String provider, int slice) {
    String prefix = String.format(Locale.ROOT, "%s/%02x", provider, slice);
    String call = "ListObjectsV2";
    Iterator<S3Object> objects =
        calling(
            call,
            () ->
                s3.get()
                    .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix))
                    .contents()
                    .iterator());
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return calling(call, objects::hasNext);
      }

      @Override
      public Stored next() {
        S3Object next = calling(call, objects::next);
        return new Stored(next.key(), next.lastModified());
      }
    };
  }

  @Override
  public Optional<EventKey> owner(String name) {
    return calling(
        "HeadObject",
        () -> {
          try {
            String owner =
                s3.get().headObject(head -> head.bucket(bucket).key(name)).metadata().get(OWNER);
            return owner == null ? Optional.empty() : decode(owner);
          } catch (NoSuchKeyException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void delete(String name) {
    calling("DeleteObject", () -> s3.get().deleteObject(delete -> delete.bucket(bucket).key(name)));
  }

  /** Metadata travel in headers, which hold ASCII alone and 2 kB in all; the longest key fits. */
  private static String encode(EventKey key) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(key.toString().getBytes(UTF_8));
  }

  /** Returns whose it is; nothing if that is not what we write: then it is not ours. */
  private static Optional<EventKey> decode(String owner) {
    try {
      return Optional.of(EventKey.parse(new String(Base64.getUrlDecoder().decode(owner), UTF_8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static <T> T calling(String call, Supplier<T> question) {
    try {
      return question.get();
    } catch (SdkException e) {
      throw new InboxUnavailable("S3 " + call + " failed", e);
    }
  }
}
