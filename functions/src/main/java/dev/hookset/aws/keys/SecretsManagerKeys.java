package dev.hookset.aws.keys;

import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.SharedSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A provider's secrets in AWS Secrets Manager: the current version, and the previous one for a
 * while after it was replaced, so that a rotation needs no deploy and drops nothing, and a secret
 * that leaked dies.
 */
public final class SecretsManagerKeys implements CachedKeys.Origin {
  private final StoredSecret stored;
  private final Duration grace;

  /**
   * Creates the source of the keys in {@code stored}.
   *
   * @param grace how long the previous version stays active, from the creation of the current one
   */
  public SecretsManagerKeys(StoredSecret stored, Duration grace) {
    this.stored = Objects.requireNonNull(stored, "stored");
    this.grace = Objects.requireNonNull(grace, "grace");
  }

  @Override
  public List<CachedKeys.TimedKey> fetch() throws KeysUnavailable {
    StoredSecret.Version current = stored.current();
    List<CachedKeys.TimedKey> keys = new ArrayList<>();
    for (SharedSecret secret : secrets(current)) {
      keys.add(new CachedKeys.TimedKey(secret, null));
    }
    Instant replacedAt = current.createdAt();
    StoredSecret.Version previous = stored.previous();
    if (previous != null && replacedAt != null) {
      for (SharedSecret secret : secretsIfAny(previous)) {
        keys.add(new CachedKeys.TimedKey(secret, replacedAt.plus(grace)));
      }
    }
    return keys;
  }

  private List<SharedSecret> secrets(StoredSecret.Version version) throws KeysUnavailable {
    try {
      return SharedSecret.readAll(version.text());
    } catch (IllegalArgumentException e) {
      throw stored.notConfigured("the secret that it names cannot be used: " + e.getMessage());
    }
  }

  /** What was replaced need not have been a secret: a placeholder, to begin with. */
  private List<SharedSecret> secretsIfAny(StoredSecret.Version version) {
    try {
      return secrets(version);
    } catch (KeysUnavailable e) {
      return List.of();
    }
  }
}
