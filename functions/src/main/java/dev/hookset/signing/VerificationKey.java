package dev.hookset.signing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A key that can tell whether a signature is its own.
 *
 * <p>Immutable and safe to share between threads. It does not give away what it is made of, and
 * prints only its {@link #fingerprint()}.
 */
public abstract sealed class VerificationKey permits Ed25519PublicKey, SharedSecret {
  private static final int FINGERPRINT_BYTES = 4;

  private final String fingerprint;

  VerificationKey(byte[] material) {
    MessageDigest digest = sha256();
    digest.update(
        (getClass().getSimpleName() + " fingerprint ").getBytes(StandardCharsets.US_ASCII));
    this.fingerprint = HexFormat.of().formatHex(digest.digest(material), 0, FINGERPRINT_BYTES);
  }

  /**
   * Returns eight hexadecimal digits that tell this key from its neighbours in a log. So short a
   * part of a digest fits very many keys, so that it does not confirm a guess.
   */
  public final String fingerprint() {
    return fingerprint;
  }

  /** Returns whether a signature of {@code algorithm} can be this key's. */
  public abstract boolean fits(Scheme.Algorithm algorithm);

  /** Returns whether this key made one of {@code signatures} over {@code signed}. */
  abstract boolean madeOneOf(List<Signature> signatures, SignedBytes signed);

  @Override
  public final String toString() {
    return getClass().getSimpleName() + "[" + fingerprint + "]";
  }

  static byte[] sha256(byte[] bytes) {
    return sha256().digest(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
