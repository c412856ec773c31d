package dev.hookset.signing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.hookset.Body;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A secret that we share with a provider, for HMAC-SHA256 (RFC 2104).
 *
 * <p>Signatures are compared as decoded bytes by {@link MessageDigest#isEqual}, whose time does not
 * depend on where they differ.
 */
public final class SharedSecret extends VerificationKey {
  static final int SIGNATURE_BYTES = 32;
  private static final String HMAC_SHA256 = "HmacSHA256";
  private static final JsonFactory JSON = new JsonFactory();

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
      throw new IllegalArgumentException("a secret must not hold half a character");
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
   * Reads one secret or several: a JSON array of strings or a JSON object whose values are strings
   * means each of these, what is no JSON array or object is one secret as it stands.
   *
   * @return at least one
   * @throws IllegalArgumentException if there is none, or one of them is blank or no string; the
   *     message does not repeat any
   */
  public static List<SharedSecret> readAll(String text) {
    List<String> several = severalIn(text);
    if (several == null) {
      return List.of(of(text));
    }
    if (several.isEmpty()) {
      throw new IllegalArgumentException("there is no secret in it");
    }
    return several.stream().map(SharedSecret::of).toList();
  }

  /**
   * Returns the strings of a JSON array or object; null if {@code text} is anything else.
   *
   * @throws IllegalArgumentException if it holds anything but strings
   */
  private static @Nullable List<String> severalIn(String text) {
    if (!text.startsWith("[") && !text.startsWith("{")) {
      return null;
    }
    List<String> strings = new ArrayList<>();
    boolean others = false;
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (!json.nextToken().isStructEnd()) {
        if (json.currentToken() == JsonToken.VALUE_STRING) {
          strings.add(json.getText());
        } else if (json.currentToken() != JsonToken.FIELD_NAME) {
          others = true;
          json.skipChildren();
        }
      }
      if (json.nextToken() != null) {
        return null;
      }
    } catch (IOException e) {
      return null;
    }
    if (others) {
      throw new IllegalArgumentException("it is JSON, but not of strings alone");
    }
    return strings;
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
