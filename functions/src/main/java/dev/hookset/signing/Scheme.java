package dev.hookset.signing;

/**
 * How a provider signs its deliveries: which bytes, where the signature stands, and where the
 * timestamp. A closed set of shapes; a provider picks one and fills in its names. Header names are
 * in any case.
 */
public sealed interface Scheme {
  /** What makes the signature. */
  enum Algorithm {
    /** Ed25519 (RFC 8032); signatures of 64 bytes. */
    ED25519(Ed25519PublicKey.SIGNATURE_BYTES),
    /** HMAC with SHA-256 (RFC 2104); signatures of 32 bytes. */
    HMAC_SHA256(SharedSecret.SIGNATURE_BYTES);

    private final int signatureBytes;

    Algorithm(int signatureBytes) {
      this.signatureBytes = signatureBytes;
    }

    int signatureBytes() {
      return signatureBytes;
    }
  }

  /** Returns what makes the signature. */
  Algorithm algorithm();

  /** Returns the header in which the signature stands. */
  String signatureHeader();

  /**
   * The body alone is signed, and nothing outside of it says when: {@code <prefix><hex>}.
   *
   * @param algorithm what makes the signature
   * @param signatureHeader where the signature stands
   * @param prefix what stands before its hexadecimal digits, in exactly this case; may be empty
   */
  record SignedBody(Algorithm algorithm, String signatureHeader, String prefix) implements Scheme {}

  /**
   * {@code <timestamp>.<body>} is signed, the timestamp as it stands in its own header: {@code
   * <prefix><hex>}.
   *
   * @param algorithm what makes the signature
   * @param signatureHeader where the signature stands
   * @param prefix what stands before its hexadecimal digits, in exactly this case; may be empty
   * @param timestampHeader where the timestamp stands
   * @param timestampForm how it is written
   */
  record SignedTimestampAndBody(
      Algorithm algorithm,
      String signatureHeader,
      String prefix,
      String timestampHeader,
      TimestampForm timestampForm)
      implements Scheme {}

  /**
   * The body alone is signed; one header lists an unsigned timestamp and any number of signatures:
   * {@code t=<unix>,v1=<hex>}. Elements of other names are ignored.
   *
   * @param algorithm what makes the signature
   * @param signatureHeader where the list stands
   */
  record SignedBodyWithList(Algorithm algorithm, String signatureHeader) implements Scheme {}

  /**
   * Returns whether a captured delivery cannot be sent again under a fresh timestamp. Where it can,
   * the age of the event itself has to be looked at.
   */
  default boolean signsTimestamp() {
    return this instanceof SignedTimestampAndBody;
  }

  /**
   * Returns whether a delivery carries a timestamp outside of its body, to be held to a tolerance.
   */
  default boolean hasTimestamp() {
    return !(this instanceof SignedBody);
  }
}
