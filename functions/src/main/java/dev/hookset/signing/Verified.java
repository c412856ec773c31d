package dev.hookset.signing;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Form;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delivery whose signature held. Only {@link Verifier} can make one, and what takes the next step
 * demands one, so that nothing unverified can be recorded by mistake.
 */
public final class Verified {
  private final Delivery delivery;
  private final Scheme scheme;
  private final @Nullable Instant signedTimestamp;
  private final VerificationKey key;

  Verified(
      Delivery delivery, Scheme scheme, @Nullable Instant signedTimestamp, VerificationKey key) {
    this.delivery = delivery;
    this.scheme = scheme;
    this.signedTimestamp = signedTimestamp;
    this.key = key;
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
   * Returns the digest by which what is signed is known, where it has no ID: the body's, or that of
   * a form's parameters where they are signed and not the way in which they are written.
   */
  public String digest() {
    MessageTemplate message = scheme.message();
    if (message != null && message.hasForm() && Form.read(body()) != null) {
      try {
        return Body.ofUtf8(SortedForm.of(delivery)).sha256();
      } catch (Refusal e) {
        return body().sha256(); // Verified already, so this is never reached.
      }
    }
    return body().sha256();
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

  /**
   * Returns the HMAC-SHA256 of {@code text} by the key that verified the delivery, in lower-case
   * hexadecimal digits: what a sender asks for who wants to know whether the key is here.
   *
   * @throws IllegalStateException if that is a public key, which makes none
   */
  public String hmac(String text) {
    if (key instanceof SharedSecret secret) {
      return Encoding.HEX.encode(
          secret.sign(Scheme.Algorithm.HMAC_SHA256, new SignedBytes(List.of(Body.ofUtf8(text)))));
    }
    throw new IllegalStateException("a public key makes no HMAC");
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
    return key.fingerprint();
  }
}
