package dev.hookset.local.samples;

import dev.hookset.Body;
import dev.hookset.signing.Scheme;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signs as a provider does. All that it knows of one is its {@link Scheme}, so a new provider signs
 * without a change here.
 */
public final class Signer {
  private static final byte[] NOTHING = {};

  private Signer() {}

  /**
   * Returns the headers that prove {@code body}, in the scheme's own case and in the order in which
   * they are best read.
   *
   * @param time what the timestamp says, in whole Unix seconds, which every scheme with a timestamp
   *     understands
   * @throws IllegalArgumentException if {@code key} is for another algorithm than {@code scheme}'s
   */
  public static Map<String, String> sign(Scheme scheme, SigningKey key, Body body, Instant time) {
    if (key.algorithm() != scheme.algorithm()) {
      throw new IllegalArgumentException(
          "a key for " + key.algorithm() + " cannot sign for " + scheme.algorithm());
    }
    String timestamp = Long.toString(time.getEpochSecond());
    Map<String, String> headers = new LinkedHashMap<>();
    switch (scheme) {
      case Scheme.SignedBody signed ->
          headers.put(signed.signatureHeader(), signed.prefix() + signature(key, NOTHING, body));
      case Scheme.SignedTimestampAndBody signed -> {
        byte[] prefix = (timestamp + ".").getBytes(StandardCharsets.US_ASCII);
        headers.put(signed.timestampHeader(), timestamp);
        headers.put(signed.signatureHeader(), signed.prefix() + signature(key, prefix, body));
      }
      case Scheme.SignedBodyWithList signed ->
          headers.put(
              signed.signatureHeader(), "t=" + timestamp + ",v1=" + signature(key, NOTHING, body));
    }
    return headers;
  }

  private static String signature(SigningKey key, byte[] prefix, Body body) {
    byte[] message = new byte[prefix.length + body.size()];
    System.arraycopy(prefix, 0, message, 0, prefix.length);
    body.copyTo(message, prefix.length);
    return HexFormat.of().formatHex(key.sign(message));
  }
}
