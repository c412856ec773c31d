package dev.hookset.fuzz;

import dev.hookset.signing.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Any text as the value of a secret: one or several, or one exception. */
public final class SecretTarget {
  private static final int SHORTEST_THAT_TELLS = 16;

  private SecretTarget() {}

  /** Takes an input. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    List<SharedSecret> secrets;
    try {
      secrets = SharedSecret.readAll(text);
    } catch (IllegalArgumentException e) {
      Rig.check(
          text.length() < SHORTEST_THAT_TELLS || !String.valueOf(e.getMessage()).contains(text),
          "the message repeats the text");
      return;
    }
    Rig.check(!secrets.isEmpty(), "no secret and no exception");
    Rig.check(!text.isBlank(), "nothing is a secret");
    for (SharedSecret secret : secrets) {
      Rig.check(
          secret.toString().equals("SharedSecret[" + secret.fingerprint() + "]"), "it is printed");
    }
  }
}
