package dev.hookset.signing;

import dev.hookset.Body;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that we share with a provider, for HMAC (RFC 2104) or to come along as it is.
 *
 * <p>Signatures are compared as decoded bytes by {@link MessageDigest#isEqual}, whose time does not
 * depend on where they differ.
 */
public final class SharedSecret extends VerificationKey {
  private static final int SHORTEST_BYTES = 16;

  private final SecretKeySpec key;
  private final boolean token;

  /** A secret of any bytes, at least one. Providers' are mostly text: see {@link #of}. */
  SharedSecret(byte[] secret) {
    this(secret, false);
  }

  private SharedSecret(byte[] secret, boolean token) {
    super(secret);
    this.key = new SecretKeySpec(secret, "Hmac");
    this.token = token;
  }

  /**
   * Returns the secret whose key is the UTF-8 bytes of {@code text}, all of it: a {@code whsec_} in
   * front belongs to it.
   *
   * @throws IllegalArgumentException if {@code text} is blank, which everybody could guess, or has
   *     no UTF-8 bytes of its own; the message does not repeat it
   */
  public static SharedSecret of(String text) {
    return new SharedSecret(utf8(text), false);
  }

  /**
   * Returns the token that comes along as it is, of which the same holds.
   *
   * @throws IllegalArgumentException likewise
   */
  static SharedSecret token(String text) {
    return new SharedSecret(utf8(text), true);
  }

  private static byte[] utf8(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("a secret must not hold an unpaired surrogate");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Returns the secret whose key is what {@code text} writes in base64, behind {@code prefix} or
   * without it; blanks around it are no part of it.
   *
   * @throws IllegalArgumentException if it is no base64 of at least 16 bytes; the message does not
   *     repeat it
   */
  static SharedSecret ofBase64(String prefix, String text) {
    String bare = text.strip();
    byte[] key;
    try {
      key =
          Base64.getDecoder()
              .decode(bare.startsWith(prefix) ? bare.substring(prefix.length()) : bare);
    } catch (IllegalArgumentException e) {
      key = new byte[0]; // Its message would repeat a part of the secret.
    }
    if (key.length < SHORTEST_BYTES) {
      throw new IllegalArgumentException(
          "it is no base64 of at least "
              + SHORTEST_BYTES
              + " bytes behind "
              + prefix
              + ", as the sender's secrets are");
    }
    return new SharedSecret(key);
  }

  /**
   * Returns the secret whose key is a copy of {@code key}, which need not be text. No provider's is
   * such a one; whoever looks for a mistake asks whether it was used so.
   *
   * @throws IllegalArgumentException if {@code key} is empty
   */
  public static SharedSecret ofBytes(byte[] key) {
    if (key.length == 0) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    return new SharedSecret(key.clone());
  }

  /**
   * Reads one secret or several, as {@link SecretText} tells them apart.
   *
   * @return at least one
   * @throws IllegalArgumentException if there is none, or one of them cannot be used; the message
   *     does not repeat any
   */
  public static List<SharedSecret> readAll(String text) {
    return SecretText.read(text).stream().map(SharedSecret::of).toList();
  }

  @Override
  public boolean fits(Scheme.Algorithm algorithm) {
    return switch (algorithm) {
      case HMAC_SHA1, HMAC_SHA256, HMAC_SHA512 -> !token;
      case TOKEN -> token;
      case ED25519 -> false;
    };
  }

  @Override
  boolean madeOneOf(List<Signature> signatures, SignedBytes signed) {
    boolean made = false;
    Scheme.Algorithm computed = null;
    byte[] expected = new byte[0];
    for (Signature signature : signatures) {
      Scheme.Algorithm algorithm = signature.algorithm();
      if (!fits(algorithm)) {
        continue;
      }
      if (token) {
        // Their digests: not even the length of the secret shows in the time that this takes.
        made |= MessageDigest.isEqual(sha256(key.getEncoded()), sha256(signature.bytes()));
        continue;
      }
      if (algorithm != computed) {
        expected = sign(algorithm, signed);
        computed = algorithm;
      }
      made |= MessageDigest.isEqual(expected, signature.bytes());
    }
    return made;
  }

  byte[] sign(Scheme.Algorithm algorithm, SignedBytes signed) {
    try {
      Mac mac = Mac.getInstance(algorithm.jcaName());
      mac.init(key);
      for (Body part : signed.parts()) {
        mac.update(part.asByteBuffer());
      }
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(
          "every Java platform has " + algorithm.jcaName() + ", for any key", e);
    }
  }
}
