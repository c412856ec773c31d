package dev.hookset.aws.keys;

import dev.hookset.signing.KeySource;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.VerificationKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keys from elsewhere, kept for a while. Safe to share between threads; while one fetches, the
 * others wait.
 *
 * <p>They are fetched again when they are older than {@code freshFor}. If that fails because the
 * origin does not answer, the old ones serve on, at most until they are {@code staleFor} old; if
 * the origin answers that there is no key, they are dropped at once. A fetch that failed is not
 * repeated for {@link #PAUSE_AFTER_FAILURE}, so that deliveries do not queue up behind an outage.
 * No early fetch follows within {@link #PAUSE_BEFORE_EARLY_FETCH} of another fetch, early or due,
 * so that no delivery waits for two. All ages are by the clock on the wall, so that a process which
 * was frozen for a week knows it.
 */
public final class CachedKeys implements KeySource {
  /** How long a fetch that failed is not repeated. */
  public static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

  static final Duration PAUSE_BEFORE_EARLY_FETCH = Duration.ofMinutes(1);

  /** Where the keys are kept. */
  @FunctionalInterface
  public interface Origin {
    /** Fetches the keys, at least one, within the two seconds that a delivery can wait for them. */
    List<TimedKey> fetch() throws KeysUnavailable;

    /**
     * Returns whether an answer that nothing is configured voids the keys that were fetched before:
     * it does where the keys are what is configured, but not where that is only the way to them.
     */
    default boolean revokes() {
      return true;
    }

    /**
     * Returns whether the last fetch brought all that there is. What is missing is asked for again
     * as soon as after a failure.
     */
    default boolean isComplete() {
      return true;
    }

    /**
     * Asks AWS for what a fetch needs, and not whoever publishes the keys, for priming; returns
     * false, and asks nobody, where AWS alone has them, so that a whole fetch does no harm.
     */
    default boolean prime() throws KeysUnavailable {
      return false;
    }
  }

  /**
   * A key, and until when it may be used.
   *
   * @param validUntil null for as long as the origin has it
   */
  public record TimedKey(VerificationKey key, @Nullable Instant validUntil) {}

  private record Fetched(List<TimedKey> keys, Instant at) {}

  private final Origin origin;
  private final Duration freshFor;
  private final Duration staleFor;
  private final InstantSource clock;

  private @Nullable Fetched fetched;
  private @Nullable KeysUnavailable failure;
  private Instant nextFetch = Instant.MIN;
  private Instant nextEarlyFetch = Instant.MIN;

  /** Creates a cache of what {@code origin} gives. */
  public CachedKeys(Origin origin, Duration freshFor, Duration staleFor, InstantSource clock) {
    this.origin = Objects.requireNonNull(origin, "origin");
    this.freshFor = Objects.requireNonNull(freshFor, "freshFor");
    this.staleFor = Objects.requireNonNull(staleFor, "staleFor");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public synchronized List<VerificationKey> keys() throws KeysUnavailable {
    Instant now = clock.instant();
    if (!now.isBefore(nextFetch)) {
      fetch(now);
    }
    Fetched known = fetched;
    if (known == null || known.at().plus(staleFor).isBefore(now)) {
      throw failure != null
          ? failure
          : new KeysUnavailable(
              KeysUnavailable.Cause.UNREACHABLE,
              "the cached keys are too old to use, and no newer ones could be fetched");
    }
    return valid(known, now);
  }

  @Override
  public synchronized List<VerificationKey> newerThan(List<VerificationKey> tried) {
    Instant now = clock.instant();
    Fetched known = fetched;
    if (known == null || now.isBefore(nextEarlyFetch)) {
      return List.of();
    }
    fetch(now);
    Fetched newer = fetched;
    if (newer == null || newer.equals(known)) {
      return List.of();
    }
    List<String> old = tried.stream().map(VerificationKey::fingerprint).toList();
    return valid(newer, now).stream().filter(key -> !old.contains(key.fingerprint())).toList();
  }

  /**
   * Fetches them at once, however lately that was done; {@link #keys} says how it went. What others
   * publish is fetched only if it is due; else the origin is primed.
   */
  public void renew() throws KeysUnavailable {
    // Not under the lock: keys that are not due need not wait for the priming.
    if (isDue() || !origin.prime()) {
      synchronized (this) {
        fetch(clock.instant());
      }
    }
  }

  private synchronized boolean isDue() {
    return !clock.instant().isBefore(nextFetch);
  }

  private void fetch(Instant now) {
    nextEarlyFetch = now.plus(PAUSE_BEFORE_EARLY_FETCH);
    try {
      fetched = new Fetched(List.copyOf(origin.fetch()), now);
      failure = null;
      if (origin.isComplete()) {
        nextFetch = now.plus(freshFor);
      } else {
        nextFetch = now.plus(PAUSE_AFTER_FAILURE);
        nextEarlyFetch = nextFetch;
      }
    } catch (KeysUnavailable e) {
      failure = e;
      nextFetch = now.plus(PAUSE_AFTER_FAILURE);
      if (e.why() == KeysUnavailable.Cause.NOT_CONFIGURED && origin.revokes()) {
        fetched = null;
      }
    }
  }

  private static List<VerificationKey> valid(Fetched fetched, Instant now) {
    return fetched.keys().stream()
        .filter(key -> key.validUntil() == null || now.isBefore(key.validUntil()))
        .map(TimedKey::key)
        .toList();
  }
}
