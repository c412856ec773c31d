package dev.hookset.aws.keys;

import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A provider's secrets in AWS Secrets Manager: the current version, and the previous one for a
 * while after it was replaced, so that a rotation needs no deploy and drops nothing, and a secret
 * that leaked dies.
 *
 * <p>Both versions are asked for at the same time. Only the current one must be had: where the call
 * for the previous one fails, the one that was known before serves on. Made for one caller at a
 * time, as {@link CachedKeys} is.
 */
public final class SecretsManagerKeys implements CachedKeys.Origin {
  private final StoredSecret stored;
  private final Scheme scheme;
  private final Duration grace;
  private @Nullable Versions known;
  private boolean complete = true;

  /** What was found last. */
  private record Versions(List<VerificationKey> current, List<VerificationKey> previous) {}

  /**
   * Creates the source of the keys in {@code stored}.
   *
   * @param scheme reads them
   * @param grace how long the previous version stays active, from the creation of the current one
   */
  public SecretsManagerKeys(StoredSecret stored, Scheme scheme, Duration grace) {
    this.stored = Objects.requireNonNull(stored, "stored");
    this.scheme = Objects.requireNonNull(scheme, "scheme");
    this.grace = Objects.requireNonNull(grace, "grace");
  }

  @Override
  public List<CachedKeys.TimedKey> fetch() throws KeysUnavailable {
    complete = true;
    FutureTask<StoredSecret.@Nullable Version> asking = new FutureTask<>(stored::previous);
    Thread.ofPlatform().daemon().name("hookset-previous-secret").start(asking);
    Versions versions;
    Instant replacedAt;
    try {
      StoredSecret.Version current = stored.current();
      List<VerificationKey> secrets = secrets(current);
      versions = new Versions(secrets, previous(asking, secrets));
      replacedAt = current.createdAt();
    } finally {
      asking.cancel(true);
    }
    known = versions;
    Stream<CachedKeys.TimedKey> current =
        versions.current().stream().map(secret -> new CachedKeys.TimedKey(secret, null));
    return replacedAt == null
        ? current.toList()
        : Stream.concat(
                current,
                versions.previous().stream()
                    .map(secret -> new CachedKeys.TimedKey(secret, replacedAt.plus(grace))))
            .toList();
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  private List<VerificationKey> previous(
      FutureTask<StoredSecret.@Nullable Version> asking, List<VerificationKey> current) {
    try {
      StoredSecret.Version previous = asking.get();
      return previous == null ? List.of() : secretsIfAny(previous);
    } catch (ExecutionException e) {
      return lastKnown(current);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return lastKnown(current);
    }
  }

  /** What was current the last time is the previous version if another one is current now. */
  private List<VerificationKey> lastKnown(List<VerificationKey> current) {
    Versions last = known;
    if (last == null) {
      complete = false; // During a rotation, what the provider still signs with is missing.
      return List.of();
    }
    return fingerprints(last.current()).equals(fingerprints(current))
        ? last.previous()
        : last.current();
  }

  private static List<String> fingerprints(List<VerificationKey> secrets) {
    return secrets.stream().map(VerificationKey::fingerprint).toList();
  }

  private List<VerificationKey> secrets(StoredSecret.Version version) throws KeysUnavailable {
    try {
      return scheme.readKeys(version.text());
    } catch (IllegalArgumentException e) {
      throw stored.notConfigured("the secret that it names cannot be used: " + e.getMessage());
    }
  }

  /** What was replaced need not have been a secret: a placeholder, to begin with. */
  private List<VerificationKey> secretsIfAny(StoredSecret.Version version) {
    try {
      return secrets(version);
    } catch (KeysUnavailable e) {
      return List.of();
    }
  }
}
