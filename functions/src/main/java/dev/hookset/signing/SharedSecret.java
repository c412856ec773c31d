package dev.hookset.signing;

import dev.hookset.Body;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that we share with a provider, for HMAC-SHA256 (RFC 2104).
 *
 * <p>Signatures are compared as decoded bytes by {@link MessageDigest#isEqual}, whose time does not
 * depend on where they differ.
 */
public final class SharedSecret extends VerificationKey {
  static final int SIGNATURE_BYTES = 32;
  private static final String HMAC_SHA256 = "HmacSHA256";

  private final SecretKeySpec key;

  /** A secret of any bytes, at least one. Providers' are text: see {@link #of}. */
  SharedSecret(byte[] secret) {
    super(secret);
    this.key = new SecretKeySpec(secret, HMAC_SHA256);
  }

  /**
   * Returns the secret whose key is the UTF-8 bytes of {@code text}, all of it: a {@code whsec_} in
   * front belongs to it.
   *
   * @throws IllegalArgumentException if {@code text} is blank, which everybody could guess, or has
   *     no UTF-8 bytes of its own; the message does not repeat it
   */
  public static SharedSecret of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("a secret must not hold an unpaired surrogate");
    }
    return new SharedSecret(text.getBytes(StandardCharsets.UTF_8));
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
  boolean madeOneOf(List<byte[]> signatures, Body prefix, Body body) {
    byte[] expected = sign(prefix, body);
    boolean made = false;
    for (byte[] signature : signatures) {
      made |= MessageDigest.isEqual(expected, signature);
    }
    return made;
  }

  byte[] sign(Body prefix, Body body) {
    try {
      Mac mac = Mac.getInstance(HMAC_SHA256);
      mac.init(key);
      mac.update(prefix.asByteBuffer());
      mac.update(body.asByteBuffer());
      return mac.doFinal();
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256, for any key", e);
    }
  }
}
