package dev.hookset.local.forget;

import dev.hookset.Body;
import dev.hookset.EventKey;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The bucket of the bodies that are too long for the table, as what is in it is erased. */
public final class StoredBodies {
  private final Supplier<S3Client> s3;
  private final String bucket;
  private final boolean versioned;

  /**
   * Creates it; calls nothing.
   *
   * @param s3 gives the client when it is needed; stays the caller's to close
   * @param versioned whether the bucket may keep what was deleted: the local one cannot
   */
  public StoredBodies(Supplier<S3Client> s3, String bucket, boolean versioned) {
    this.s3 = Objects.requireNonNull(s3, "s3");
    this.bucket = Objects.requireNonNull(bucket, "bucket");
    this.versioned = versioned;
  }

  /**
   * Erases all bodies of an event, those of its duplicates and all versions included.
   *
   * @return how many there were
   */
  int erase(EventKey key) {
    String prefix = key.provider() + "/" + Body.ofUtf8(key.toString()).sha256() + "/";
    return versioned ? eraseVersions(prefix) : eraseObjects(prefix);
  }

  private int eraseVersions(String prefix) {
    int erased = 0;
    for (var page :
        s3.get().listObjectVersionsPaginator(list -> list.bucket(bucket).prefix(prefix))) {
      for (var version : page.versions()) {
        delete(version.key(), version.versionId());
        erased++;
      }
      for (var marker : page.deleteMarkers()) {
        delete(marker.key(), marker.versionId());
      }
    }
    return erased;
  }

  private void delete(String name, String version) {
    s3.get().deleteObject(delete -> delete.bucket(bucket).key(name).versionId(version));
  }

  private int eraseObjects(String prefix) {
    List<String> names =
        s3
            .get()
            .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix))
            .contents()
            .stream()
            .map(S3Object::key)
            .toList();
    names.forEach(name -> s3.get().deleteObject(delete -> delete.bucket(bucket).key(name)));
    return names.size();
  }
}
