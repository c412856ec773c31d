package dev.hookset.signing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that an operator chose and gave to a sender, so that the sender's first question is known
 * to be theirs. It proves nothing but that; printed, it shows nothing.
 */
public final class VerifyToken {
  private final byte[] digest;

  /** Creates the token of {@code text}. */
  public VerifyToken(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a token must not be empty");
    }
    this.digest = VerificationKey.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns whether {@code text} is this token, in a time that does not tell how much of it is. */
  public boolean matches(String text) {
    return MessageDigest.isEqual(
        digest, VerificationKey.sha256(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String toString() {
    return "VerifyToken";
  }
}
