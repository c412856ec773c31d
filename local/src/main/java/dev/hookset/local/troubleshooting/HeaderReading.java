package dev.hookset.local.troubleshooting;

import dev.hookset.Body;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reading of a delivery's headers: what is taken for the signature, and which bytes in front of
 * the body it is taken to cover.
 *
 * @param scheme what the verifier is asked by
 * @param headers what it is given
 * @param prefix what is put in front of the body
 * @param keys whose it is taken to be; null for the keys in use
 */
record HeaderReading(
    Scheme scheme, Map<String, String> headers, Body prefix, @Nullable List<VerificationKey> keys) {
  private static final String SIGNATURE = "signature";

  /** The delivery as it came, read as its provider means it. */
  static HeaderReading asItIs(Case delivery) {
    return new HeaderReading(
        delivery.provider().scheme(), delivery.headers(), Body.ofUtf8(""), null);
  }

  /** A signature in hexadecimal over {@code prefix} and the body. */
  static HeaderReading of(Scheme.Algorithm algorithm, String signature, String prefix) {
    return new HeaderReading(
        Scheme.signed(algorithm, "{body}").in(SIGNATURE).build(),
        Map.of(SIGNATURE, signature),
        Body.ofUtf8(prefix),
        null);
  }

  /** Returns the bytes that the verifier is given as the body. */
  Body signed(Body body) {
    if (prefix.size() == 0) {
      return body;
    }
    byte[] bytes = new byte[prefix.size() + body.size()];
    prefix.copyTo(bytes, 0);
    body.copyTo(bytes, prefix.size());
    return Body.wrap(bytes);
  }

  static boolean fits(VerificationKey key, Scheme scheme) {
    return scheme.all().stream().anyMatch(each -> each.fits(key));
  }
}
