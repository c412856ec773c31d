package dev.hookset.aws.keys;

import dev.hookset.signing.KeysUnavailable;
import dev.hookset.work.SecretUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A secret of the user's handlers, kept as long as the receivers keep theirs: fetched again after
 * five minutes, so that it can be rotated without a deploy, and for a day the old value serves on
 * while Secrets Manager does not answer. Safe to share between threads; while one fetches, the
 * others wait.
 */
public final class CachedSecret implements Supplier<String> {
  private static final Duration FRESH_FOR = Duration.ofMinutes(5);
  private static final Duration STALE_FOR = Duration.ofDays(1);

  /** So that events do not queue up behind an outage. */
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

  private final StoredSecret stored;
  private final InstantSource clock;

  private @Nullable String value;
  private Instant fetchedAt = Instant.EPOCH;
  private Instant nextFetch = Instant.EPOCH;
  private @Nullable KeysUnavailable failure;

  /** Creates one that has fetched nothing yet. */
  public CachedSecret(StoredSecret stored, InstantSource clock) {
    this.stored = Objects.requireNonNull(stored, "stored");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public synchronized String get() {
    Instant now = clock.instant();
    if (!now.isBefore(nextFetch)) {
      fetch(now);
    }
    String known = value;
    if (known == null || fetchedAt.plus(STALE_FOR).isBefore(now)) {
      KeysUnavailable reason = failure;
      throw reason == null
          ? new SecretUnavailable(
              "the cached secret is too old to use, and no newer one could be fetched")
          : new SecretUnavailable(String.valueOf(reason.getMessage()), reason);
    }
    return known;
  }

  private void fetch(Instant now) {
    try {
      // What a shell or an editor adds at the end is not part of it.
      String text = stored.current().text().strip();
      if (text.isEmpty()) {
        throw stored.notConfigured("the secret that it names is empty");
      }
      value = text;
      fetchedAt = now;
      nextFetch = now.plus(FRESH_FOR);
      failure = null;
    } catch (KeysUnavailable e) {
      failure = e;
      nextFetch = now.plus(PAUSE_AFTER_FAILURE);
      if (e.why() == KeysUnavailable.Cause.NOT_CONFIGURED) {
        value = null;
      }
    }
  }
}
