package dev.hookset.signing;

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

  private static final String STANDARD_WEBHOOKS = "whpk_";

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

  /**
   * Reads the same, and besides the 64 hexadecimal digits of a key, its base64 behind {@code whpk_}
   * as Standard Webhooks writes it, and a JSON array of several texts.
   *
   * @return likewise
   * @throws IllegalArgumentException likewise
   */
  static List<Ed25519PublicKey> readInAnyForm(String text) {
    if (!text.strip().startsWith("[")) {
      return readText(text);
    }
    List<Ed25519PublicKey> keys = new ArrayList<>();
    for (String each : SecretText.read(text)) {
      readText(each).forEach(key -> add(keys, key));
    }
    return List.copyOf(keys);
  }

  private static List<Ed25519PublicKey> readText(String text) {
    String bare = text.strip();
    if (bare.startsWith(STANDARD_WEBHOOKS)) {
      return List.of(ofBase64(Base64.getDecoder(), bare.substring(STANDARD_WEBHOOKS.length())));
    }
    byte[] hex = Encoding.HEX.decode(bare, Ed25519.PUBLIC_KEY_SIZE);
    return hex == null ? readAll(text) : List.of(ofEncoded(hex));
  }

  private static void add(List<Ed25519PublicKey> keys, Ed25519PublicKey key) {
    if (keys.stream().noneMatch(other -> Arrays.equals(other.encoded, key.encoded))) {
      keys.add(key);
    }
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
  public boolean fits(Scheme.Algorithm algorithm) {
    return algorithm == Scheme.Algorithm.ED25519;
  }

  @Override
  boolean madeOneOf(List<Signature> signatures, SignedBytes signed) {
    byte[] message = signed.toByteArray();
    boolean made = false;
    for (Signature signature : signatures) {
      made |=
          signature.algorithm() == Scheme.Algorithm.ED25519
              && Ed25519.verify(signature.bytes(), 0, point, message, 0, message.length);
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
        add(keys, ofJwk(jwk));
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
    return ofBase64(Base64.getUrlDecoder(), x);
  }

  private static Ed25519PublicKey ofBase64(Base64.Decoder decoder, String text) {
    try {
      return ofEncoded(decoder.decode(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(NO_POINT);
    }
  }
}
