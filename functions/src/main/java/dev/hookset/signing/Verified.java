package dev.hookset.signing;

import dev.hookset.Body;
import dev.hookset.Delivery;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery whose signature held. Only {@link Verifier} can make one, and what takes the next step
 * demands one, so that nothing unverified can be recorded by mistake.
 */
public final class Verified {
  private final Delivery delivery;
  private final @Nullable Instant signedTimestamp;
  private final String keyFingerprint;

  Verified(Delivery delivery, @Nullable Instant signedTimestamp, String keyFingerprint) {
    this.delivery = delivery;
    this.signedTimestamp = signedTimestamp;
    this.keyFingerprint = keyFingerprint;
  }

  /**
   * Returns the delivery. Its headers are not covered by the signature, but for what {@link
   * #signedTimestamp()} gives.
   */
  public Delivery delivery() {
    return delivery;
  }

  /** Returns the signed bytes. */
  public Body body() {
    return delivery.body();
  }

  /**
   * Returns the timestamp outside of the body that the signature covers, or null where the scheme
   * signs none.
   */
  public @Nullable Instant signedTimestamp() {
    return signedTimestamp;
  }

  /** Returns the {@link VerificationKey#fingerprint()} of the key that verified it. */
  public String keyFingerprint() {
    return keyFingerprint;
  }
}
