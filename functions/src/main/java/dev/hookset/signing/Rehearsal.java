package dev.hookset.signing;

import dev.hookset.Body;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Signs deliveries as a provider would, with a key that nobody else knows and nobody keeps, so that
 * a function can go the whole way of a delivery before the first one comes.
 *
 * <p>What it signs holds for its own {@link #keys()} and for no others; a verifier with these must
 * lead nowhere.
 */
public final class Rehearsal {
  private final Scheme scheme;
  private final Signer signer;

  private interface Signer {
    VerificationKey key();

    byte[] sign(Body prefix, Body body);
  }

  /** Creates one with a key of its own. */
  public Rehearsal(Scheme scheme) {
    this.scheme = Objects.requireNonNull(scheme, "scheme");
    byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
    new SecureRandom().nextBytes(seed);
    this.signer =
        switch (scheme.algorithm()) {
          case HMAC_SHA256 -> new HmacSigner(SharedSecret.of(HexFormat.of().formatHex(seed)));
          case ED25519 -> new Ed25519Signer(seed);
        };
  }

  /** Returns what verifies. */
  public KeySource keys() {
    List<VerificationKey> keys = List.of(signer.key());
    return () -> keys;
  }

  /** Returns the headers of the scheme for {@code body}, signed at {@code when}. */
  public Map<String, String> sign(Body body, Instant when) {
    return scheme.headers(when, prefix -> signer.sign(prefix, body));
  }

  private record HmacSigner(SharedSecret key) implements Signer {
    @Override
    public byte[] sign(Body prefix, Body body) {
      return key.sign(prefix, body);
    }
  }

  private static final class Ed25519Signer implements Signer {
    private final byte[] seed;
    private final Ed25519PublicKey key;

    Ed25519Signer(byte[] seed) {
      this.seed = seed;
      byte[] encoded = new byte[Ed25519.PUBLIC_KEY_SIZE];
      Ed25519.generatePublicKey(seed, 0, encoded, 0);
      this.key = Ed25519PublicKey.ofEncoded(encoded);
    }

    @Override
    public VerificationKey key() {
      return key;
    }

    @Override
    public byte[] sign(Body prefix, Body body) {
      byte[] message = new byte[prefix.size() + body.size()];
      prefix.copyTo(message, 0);
      body.copyTo(message, prefix.size());
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      Ed25519.sign(seed, 0, message, 0, message.length, signature, 0);
      return signature;
    }
  }
}
