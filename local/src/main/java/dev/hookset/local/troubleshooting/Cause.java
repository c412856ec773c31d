package dev.hookset.local.troubleshooting;

import java.util.Locale;

/** What usually is the matter when a signature does not hold; a closed set. */
public enum Cause {
  /** A newline at the body's end was cut off or added. */
  TRAILING_NEWLINE,
  /** The body's line ends were changed. */
  LINE_ENDS,
  /** The body was parsed and written again. */
  RESERIALISED_BODY,
  /** The body is still in base64, as API Gateway hands it over. */
  BODY_IN_BASE64,
  /** The body is still compressed. */
  BODY_COMPRESSED,
  /** The body is JSON inside of a JSON string. */
  BODY_QUOTED,
  /** The body was decoded by a wrong character set, or has a byte-order mark too many. */
  BODY_CHARSET,
  /** Another key than those in use made the signature. */
  OTHER_KEY,
  /** The secret has its prefix too much or too little. */
  SECRET_PREFIX,
  /** The secret is used as text where its bytes are meant. */
  SECRET_ENCODED,
  /** The secret has a byte-order mark, blanks, a newline, quotes or a name around it. */
  SECRET_WRAPPED,
  /** The signature is written in another way. */
  SIGNATURE_FORM,
  /** The headers are another provider's. */
  OTHER_PROVIDER,
  /** Other bytes than this provider's are signed, as in another provider's scheme. */
  OTHER_SCHEME,
  /** The address is signed, and is another one than the function takes it for. */
  OTHER_ADDRESS,
  /** The method is signed, and is another one. */
  OTHER_METHOD,
  /** The header that signs is not among those that came. */
  HEADER_MISSING,
  /** The timestamp is missing, or written in a way that nobody can read. */
  TIMESTAMP_FORM,
  /** The timestamp counts milliseconds. */
  MILLISECONDS,
  /** The clocks differ, or the delivery is judged at another time than it came. */
  CLOCK_SKEW,
  /** The event itself is too old, by its own time. */
  EVENT_TOO_OLD,
  /** No key is configured. */
  NO_KEY;

  /** Returns the word for machines, such as {@code trailing_newline}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
