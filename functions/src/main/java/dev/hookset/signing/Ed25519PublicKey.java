package dev.hookset.signing;

import dev.hookset.Body;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A provider's public key, for Ed25519 (RFC 8032).
 *
 * <p>A key that is no point of the prime-order group is refused when it is read: under a key of low
 * order, such as the identity, signatures "verify" over bytes that nobody signed. A signature whose
 * {@code S} is not canonical is no signature (RFC 8032, section 5.1.7).
 */
public final class Ed25519PublicKey extends VerificationKey {
  static final int SIGNATURE_BYTES = Ed25519.SIGNATURE_SIZE;

  /** What stands before the 32 bytes of the key in a SubjectPublicKeyInfo (RFC 8410, section 4). */
  private static final byte[] DER_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final String NO_POINT =
      "an Ed25519 key is not a point of the prime-order group, as every honest one is";

  private final byte[] encoded;
  private final Ed25519.PublicPoint point;

  private Ed25519PublicKey(byte[] encoded, Ed25519.PublicPoint point) {
    super(encoded);
    this.encoded = encoded;
    this.point = point;
  }

  /**
   * Reads a JWK, a JWK set (RFC 7517, RFC 8037) or the base64 of a DER SubjectPublicKeyInfo, told
   * apart by their first character.
   *
   * @return the keys in the order given, without repetition; at least one. Entries of a set that
   *     are for another algorithm or another use, or are no honest key, are left out
   * @throws IllegalArgumentException if no key remains; the message says why and does not repeat
   *     {@code text}
   */
  public static List<Ed25519PublicKey> readAll(String text) {
    // An editor's byte-order mark says nothing; this is text in base64 or JSON, not the key itself.
    String trimmed = text.replace("\uFEFF", "").strip();
    if (trimmed.startsWith("{")) {
      return readJwks(trimmed);
    }
    return List.of(readDer(trimmed));
  }

  /** Returns whether {@link #readAll} finds a key in {@code text}. */
  public static boolean isIn(String text) {
    try {
      return !readAll(text).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  boolean madeOneOf(List<byte[]> signatures, Body prefix, Body body) {
    byte[] message = new byte[prefix.size() + body.size()];
    prefix.copyTo(message, 0);
    body.copyTo(message, prefix.size());
    boolean made = false;
    for (byte[] signature : signatures) {
      made |= Ed25519.verify(signature, 0, point, message, 0, message.length);
    }
    return made;
  }

  static Ed25519PublicKey ofEncoded(byte[] encoded) {
    Ed25519.PublicPoint point =
        encoded.length == Ed25519.PUBLIC_KEY_SIZE
            ? Ed25519.validatePublicKeyFullExport(encoded, 0)
            : null;
    if (point == null) {
      throw new IllegalArgumentException(NO_POINT);
    }
    return new Ed25519PublicKey(encoded, point);
  }

  private static Ed25519PublicKey readDer(String base64) {
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      der = new byte[0];
    }
    int size = DER_PREFIX.length + Ed25519.PUBLIC_KEY_SIZE;
    if (der.length != size
        || !Arrays.equals(der, 0, DER_PREFIX.length, DER_PREFIX, 0, DER_PREFIX.length)) {
      throw new IllegalArgumentException(
          "neither a JWK, nor a JWK set, nor the base64 of an Ed25519 SubjectPublicKeyInfo");
    }
    return ofEncoded(Arrays.copyOfRange(der, DER_PREFIX.length, size));
  }

  private static List<Ed25519PublicKey> readJwks(String json) {
    JwkReader.Jwk outer = JwkReader.read(json);
    List<JwkReader.Jwk> set = outer.keys();
    if (set == null) {
      return List.of(ofJwk(outer));
    }
    List<Ed25519PublicKey> keys = new ArrayList<>();
    String lastFlaw = "it is empty";
    for (JwkReader.Jwk jwk : set) {
      try {
        Ed25519PublicKey key = ofJwk(jwk);
        if (keys.stream().noneMatch(other -> Arrays.equals(other.encoded, key.encoded))) {
          keys.add(key);
        }
      } catch (IllegalArgumentException e) {
        lastFlaw = e.getMessage();
      }
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no usable key in the JWK set: " + lastFlaw);
    }
    return List.copyOf(keys);
  }

  private static Ed25519PublicKey ofJwk(JwkReader.Jwk jwk) {
    String x = jwk.x();
    if (x == null || !jwk.isForEd25519Signatures()) {
      throw new IllegalArgumentException(
          "a JWK is not for Ed25519 signatures (kty OKP, crv Ed25519)");
    }
    try {
      return ofEncoded(Base64.getUrlDecoder().decode(x));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(NO_POINT);
    }
  }
}
