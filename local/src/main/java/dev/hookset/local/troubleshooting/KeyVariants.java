package dev.hookset.local.troubleshooting;

import dev.hookset.signing.Scheme;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which keys may have signed instead of those in use. */
final class KeyVariants {
  private static final String PREFIX = "whsec_";

  private final List<Variant<VerificationKey>> variants = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private KeyVariants() {}

  /** Returns the keys that are not in use, each once. */
  static List<Variant<VerificationKey>> of(KeyRing ring, Scheme.Algorithm algorithm) {
    KeyVariants all = new KeyVariants();
    ring.active().forEach(key -> all.seen.add(key.key().fingerprint()));
    for (KeyRing.Named other : ring.others(algorithm)) {
      all.add(
          Suspect.OTHER_KEY,
          "the key of " + other.origin(),
          "Configure the key of this very endpoint; what is in use belongs to another, or is of before"
              + " or after a rotation.",
          other.key());
    }
    switch (algorithm) {
      case HMAC_SHA256 -> {
        for (KeyRing.Named key : ring.active()) {
          all.addWritings(key);
        }
        for (KeyRing.Named key : ring.others(algorithm)) {
          all.addWritings(key);
        }
      }
      case ED25519 -> {} // A public key is read in all the forms it comes in.
    }
    return all.variants;
  }

  private void addWritings(KeyRing.Named key) {
    String text = key.text();
    String origin = "the secret of " + key.origin();
    String bare = text.strip();
    if (bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"")) {
      bare = bare.substring(1, bare.length() - 1);
    }
    String wrapped =
        "Store the secret alone: no newline at its end (printf '%s', not echo), no blanks, no quotes.";
    add(Suspect.SECRET_WRAPPED, origin + " without what stands around it", wrapped, bare);
    add(Suspect.SECRET_WRAPPED, origin + " with a newline at its end", wrapped, text + "\n");
    boolean prefixed = bare.startsWith(PREFIX);
    String core = prefixed ? bare.substring(PREFIX.length()) : bare;
    if (prefixed) {
      add(
          Suspect.SECRET_PREFIX,
          origin + " without " + PREFIX,
          "Whoever signed has cut the prefix off; the contract is that the secret is used as it stands,"
              + " prefix included.",
          core);
    } else {
      add(
          Suspect.SECRET_PREFIX,
          origin + " with " + PREFIX + " in front",
          "Configure the secret with its prefix, exactly as the console shows it.",
          PREFIX + core);
    }
    String encoded =
        "Whoever signed has decoded the secret to bytes first; the contract is that its characters are"
            + " the key.";
    addBytes(Suspect.SECRET_ENCODED, origin + " decoded from base64", encoded, base64(core));
    addBytes(Suspect.SECRET_ENCODED, origin + " decoded from hexadecimal", encoded, hex(core));
  }

  private void add(Suspect suspect, String what, String cure, String secret) {
    if (!secret.isEmpty()) {
      add(suspect, what, cure, SharedSecret.of(secret));
    }
  }

  private void addBytes(Suspect suspect, String what, String cure, byte @Nullable [] secret) {
    if (secret != null && secret.length > 0) {
      add(suspect, what, cure, SharedSecret.ofBytes(secret));
    }
  }

  private void add(Suspect suspect, String what, String cure, VerificationKey key) {
    if (seen.add(key.fingerprint())) {
      variants.add(new Variant<>(suspect, what + " (" + key.fingerprint() + ")", cure, key));
    }
  }

  private static byte @Nullable [] base64(String text) {
    try {
      return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
          ? Base64.getUrlDecoder().decode(text)
          : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte @Nullable [] hex(String text) {
    try {
      return HexFormat.of().parseHex(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
