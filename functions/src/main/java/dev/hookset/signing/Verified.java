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
  private final Scheme scheme;
  private final @Nullable Instant signedTimestamp;
  private final String keyFingerprint;

  Verified(
      Delivery delivery, Scheme scheme, @Nullable Instant signedTimestamp, String keyFingerprint) {
    this.delivery = delivery;
    this.scheme = scheme;
    this.signedTimestamp = signedTimestamp;
    this.keyFingerprint = keyFingerprint;
  }

  /**
   * Returns the delivery. Its headers are not covered by the signature, but for what {@link
   * #signedHeader} and {@link #signedTimestamp()} give.
   */
  public Delivery delivery() {
    return delivery;
  }

  /** Returns the body: the signed bytes, if any are ({@link #isSigned()}). */
  public Body body() {
    return delivery.body();
  }

  /**
   * Returns whether a signature covers the body. If not, a plain token came along: the sender is
   * believed, and what stands in the body is its word, but it names no event.
   */
  public boolean isSigned() {
    return scheme.isSigned();
  }

  /**
   * Returns the header's value if the signature covers it; null if it does not, or did not come.
   */
  public @Nullable String signedHeader(String name) {
    for (String signed : scheme.signedHeaders()) {
      if (signed.equalsIgnoreCase(name)) {
        return delivery.header(name);
      }
    }
    return null;
  }

  /**
   * Returns the timestamp outside of the body that the signature covers, or null where the scheme
   * signs none.
   */
  public @Nullable Instant signedTimestamp() {
    return signedTimestamp;
  }

  /** Returns where in the body the delivery's timestamp stands; null if that is not its place. */
  public Scheme.@Nullable Timestamp timestampInBody() {
    Scheme.Timestamp timestamp = scheme.timestamp();
    return timestamp != null && timestamp.place() == Scheme.Timestamp.Place.MEMBER
        ? timestamp
        : null;
  }

  /** Returns the {@link VerificationKey#fingerprint()} of the key that verified it. */
  public String keyFingerprint() {
    return keyFingerprint;
  }
}
