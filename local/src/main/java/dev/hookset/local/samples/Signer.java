package dev.hookset.local.samples;

import dev.hookset.Body;
import dev.hookset.signing.Scheme;
import java.time.Instant;
import java.util.Map;

/**
 * Signs as a provider does. All that it knows of one is its {@link Scheme}, so a new provider signs
 * without a change here.
 */
public final class Signer {
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
    return scheme.headers(
        time,
        prefix -> {
          byte[] message = new byte[prefix.size() + body.size()];
          prefix.copyTo(message, 0);
          body.copyTo(message, prefix.size());
          return key.sign(message);
        });
  }
}
