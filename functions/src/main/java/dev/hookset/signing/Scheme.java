package dev.hookset.signing;

import dev.hookset.Body;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

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
   * Returns the headers by which a sender proves a body, in the scheme's own case and in the order
   * in which they are best read.
   *
   * @param time what the timestamp says, in whole Unix seconds, which every scheme with a timestamp
   *     understands
   * @param signing gives the signature over the body behind what it is given, which may be empty
   */
  default Map<String, String> headers(Instant time, Function<Body, byte[]> signing) {
    String timestamp = Long.toString(time.getEpochSecond());
    Body prefix = Body.ofUtf8(signsTimestamp() ? timestamp + "." : "");
    String signature = HexFormat.of().formatHex(signing.apply(prefix));
    Map<String, String> headers = new LinkedHashMap<>();
    switch (this) {
      case SignedBody signed -> headers.put(signatureHeader(), signed.prefix() + signature);
      case SignedTimestampAndBody signed -> {
        headers.put(signed.timestampHeader(), timestamp);
        headers.put(signatureHeader(), signed.prefix() + signature);
      }
      case SignedBodyWithList _ ->
          headers.put(signatureHeader(), "t=" + timestamp + ",v1=" + signature);
    }
    return headers;
  }

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
