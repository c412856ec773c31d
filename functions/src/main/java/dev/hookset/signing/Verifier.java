package dev.hookset.signing;

import dev.hookset.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges deliveries of one provider. Safe to share between threads if its key source is.
 *
 * <p>The order of the questions is part of the contract, as the answer names the first that failed:
 * too large, signature missing, malformed, timestamp missing, malformed, signature invalid,
 * timestamp out of tolerance.
 */
public final class Verifier {
  private final Scheme scheme;
  private final KeySource keySource;
  private final Duration tolerance;
  private final int maxBodyBytes;
  private final InstantSource clock;

  /**
   * Creates a verifier.
   *
   * @param scheme how the provider signs
   * @param keySource where its keys come from; their kind must be that of the scheme's algorithm
   * @param tolerance how far the delivery's timestamp may lie from our clock, each way, itself
   *     included; not looked at where the scheme has no timestamp
   * @param maxBodyBytes the longest body that is looked at
   * @param clock our clock
   */
  public Verifier(
      Scheme scheme,
      KeySource keySource,
      Duration tolerance,
      int maxBodyBytes,
      InstantSource clock) {
    this.scheme = Objects.requireNonNull(scheme, "scheme");
    this.keySource = Objects.requireNonNull(keySource, "keySource");
    this.tolerance = Objects.requireNonNull(tolerance, "tolerance");
    this.maxBodyBytes = maxBodyBytes;
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Returns the proof that {@code delivery} is the provider's own.
   *
   * @throws Refusal if it is not, or is too old or too far ahead
   * @throws KeysUnavailable if there is no key to judge with; a body that is too large is refused
   *     even so
   */
  public Verified verify(Delivery delivery) throws Refusal, KeysUnavailable {
    if (delivery.body().size() > maxBodyBytes) {
      throw new Refusal(Reason.BODY_TOO_LARGE);
    }
    List<VerificationKey> keys = keySource.keys();
    Scheme followed = scheme.of(delivery, keys);
    SignatureHeaders read = SignatureHeaders.read(followed, delivery);
    VerificationKey key = keyOf(read, keys);
    if (key == null) {
      key = keyOf(read, keySource.newerThan(keys));
    }
    if (key == null) {
      throw new Refusal(Reason.INVALID_SIGNATURE);
    }
    Instant timestamp = read.timestamp();
    if (timestamp != null) {
      refuseUnlessTimely(timestamp);
    }
    return new Verified(delivery, followed, followed.signsItsTimestamp() ? timestamp : null, key);
  }

  /**
   * Judges a delivery's time: for a scheme whose timestamp stands in the body, which is read only
   * once the signature holds.
   *
   * @throws Refusal if it is too old or too far ahead
   */
  public void refuseUnlessTimely(Instant timestamp) throws Refusal {
    if (Duration.between(timestamp, clock.instant()).abs().compareTo(tolerance) > 0) {
      throw new Refusal(Reason.TIMESTAMP_OUT_OF_TOLERANCE);
    }
  }

  private static @Nullable VerificationKey keyOf(
      SignatureHeaders read, List<VerificationKey> keys) {
    for (SignedBytes signed : read.signedBytes()) {
      for (VerificationKey key : keys) {
        if (key.madeOneOf(read.signatures(), signed)) {
          return key;
        }
      }
    }
    return null;
  }
}
