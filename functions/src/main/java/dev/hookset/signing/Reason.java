package dev.hookset.signing;

import java.util.Locale;

/** Why a delivery is refused; a closed set, in the order in which the judgement asks. */
public enum Reason {
  /** The Lambda event holds no readable request, so there is nothing to judge. */
  MALFORMED_REQUEST,
  /** The body is longer than the function accepts. */
  BODY_TOO_LARGE,
  /** The signature's header is absent or empty. */
  MISSING_SIGNATURE,
  /** The signature's header does not hold a signature of the scheme's form. */
  MALFORMED_SIGNATURE,
  /** The timestamp is absent or empty. */
  MISSING_TIMESTAMP,
  /** The timestamp is not of the scheme's form, or there are two that differ. */
  MALFORMED_TIMESTAMP,
  /** No active key made this signature over these bytes. */
  INVALID_SIGNATURE,
  /**
   * The signature holds, but the delivery, or the event that it carries, is too old or too far
   * ahead.
   */
  TIMESTAMP_OUT_OF_TOLERANCE;

  /**
   * Returns the word that the refusal's body and the log use, such as {@code invalid_signature}.
   */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
