package dev.hookset.fuzz;

import dev.hookset.signing.Ed25519PublicKey;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;

/** Any text as a JWK, a JWK set or the base64 of a key: honest keys, or one exception. */
public final class KeySetTarget {
  private static final int SHORTEST_THAT_TELLS = 16;

  private KeySetTarget() {}

  /** Takes an input. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    List<Ed25519PublicKey> keys;
    try {
      keys = Ed25519PublicKey.readAll(text);
    } catch (IllegalArgumentException e) {
      Rig.check(
          text.length() < SHORTEST_THAT_TELLS || !String.valueOf(e.getMessage()).contains(text),
          "the message repeats the text");
      return;
    }
    Rig.check(!keys.isEmpty(), "no key and no exception");
    HashSet<String> fingerprints = new HashSet<>();
    for (Ed25519PublicKey key : keys) {
      Rig.check(key.fingerprint().matches("[0-9a-f]{8}"), key.fingerprint());
      Rig.check(fingerprints.add(key.fingerprint()), "the same key twice");
    }
  }
}
