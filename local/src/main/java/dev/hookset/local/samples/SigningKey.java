package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SecretText;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The provider's side of a key: what signs. Immutable; printed, it shows only what it is for.
 *
 * <p>Signatures of either algorithm are the same whenever they are made.
 */
public final class SigningKey {
  private final Scheme.Algorithm algorithm;
  private final byte[] material;

  private SigningKey(Scheme.Algorithm algorithm, byte[] material) {
    this.algorithm = algorithm;
    this.material = material;
  }

  /**
   * Reads a key as the variables hold it.
   *
   * @param text for HMAC the secret itself, in the scheme's form, or several as a JSON array of
   *     strings, of which the first signs; for Ed25519 the base64 of the 32 bytes of a private key,
   *     or of the same in PKCS#8 (RFC 8410)
   * @throws IllegalArgumentException if {@code text} holds no such key; the message does not repeat
   *     it
   */
  public static SigningKey read(Scheme scheme, String text) {
    return scheme.hasPublicKey() ? ofSeed(readSeed(text)) : ofFirstSecret(scheme, text);
  }

  /** Returns the Ed25519 key of 32 bytes that RFC 8032 calls the private key. */
  static SigningKey ofSeed(byte[] seed) {
    if (seed.length != Ed25519.SECRET_KEY_SIZE) {
      throw new IllegalArgumentException("a private key of Ed25519 has 32 bytes");
    }
    return new SigningKey(Scheme.Algorithm.ED25519, seed.clone());
  }

  /** Returns what this key signs with. */
  public Scheme.Algorithm algorithm() {
    return algorithm;
  }

  /** Returns the signature over {@code message}. */
  byte[] sign(byte[] message) {
    return switch (algorithm) {
      case HMAC_SHA1, HMAC_SHA256, HMAC_SHA512 -> hmac(message);
      case TOKEN -> material.clone();
      case ED25519 -> {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(material, 0, message, 0, message.length, signature, 0);
        yield signature;
      }
    };
  }

  /**
   * Returns the set of the one public key that verifies what this key signs, as Lamina publishes
   * its own (RFC 8037).
   *
   * @throws IllegalStateException if this is a shared secret, which has no public side
   */
  String publicJwkSet() {
    if (algorithm != Scheme.Algorithm.ED25519) {
      throw new IllegalStateException("a shared secret has no public key");
    }
    byte[] encoded = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(material, 0, encoded, 0);
    ObjectNode set = Json.object();
    set.putArray("keys")
        .addObject()
        .put("kty", "OKP")
        .put("crv", "Ed25519")
        .put("x", Base64.getUrlEncoder().withoutPadding().encodeToString(encoded))
        .put("kid", "hookset-local")
        .put("use", "sig")
        .put("alg", "EdDSA");
    return new String(Json.compact(set), StandardCharsets.UTF_8);
  }

  private byte[] hmac(byte[] message) {
    try {
      Mac mac = Mac.getInstance(algorithm.jcaName());
      mac.init(new SecretKeySpec(material, algorithm.jcaName()));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC, for any key", e);
    }
  }

  private static SigningKey ofFirstSecret(Scheme scheme, String text) {
    if (scheme.readKeys(text).getFirst().fits(Scheme.Algorithm.ED25519)) {
      throw new IllegalArgumentException("it is a public key, with which nobody can sign");
    }
    String secret = SecretText.read(text).getFirst();
    List<Scheme> schemes = scheme.all().stream().filter(each -> each.condition() == null).toList();
    // The first that knows the secret's form, or else the last, as when a receiver reads it.
    Scheme meant =
        schemes.stream()
            .filter(each -> each.secretPrefix() == null || secret.startsWith(each.secretPrefix()))
            .findFirst()
            .orElse(schemes.getLast());
    String prefix = meant.secretPrefix();
    if (prefix == null) {
      return new SigningKey(meant.algorithm(), secret.getBytes(StandardCharsets.UTF_8));
    }
    String bare = secret.strip();
    return new SigningKey(
        meant.algorithm(),
        Base64.getDecoder()
            .decode(bare.startsWith(prefix) ? bare.substring(prefix.length()) : bare));
  }

  private static byte[] readSeed(String text) {
    byte[] seed;
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(text);
      seed = bytes.length == Ed25519.SECRET_KEY_SIZE ? bytes : seedOfPkcs8(bytes);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // The cause may repeat a part of the text.
      throw new IllegalArgumentException(
          "neither the base64 of the 32 bytes of an Ed25519 private key, nor that of its PKCS#8"
              + " form");
    }
    return seed;
  }

  private static byte[] seedOfPkcs8(byte[] der) throws GeneralSecurityException {
    EdECPrivateKey key =
        (EdECPrivateKey)
            KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der));
    return key.getBytes().orElseThrow();
  }

  @Override
  public String toString() {
    return "SigningKey[" + algorithm + "]";
  }
}
