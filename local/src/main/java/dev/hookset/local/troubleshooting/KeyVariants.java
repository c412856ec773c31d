package dev.hookset.local.troubleshooting;

import dev.hookset.signing.Scheme;
import dev.hookset.signing.SecretText;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which keys may have signed instead of those in use. */
final class KeyVariants {
  private static final String PREFIX = "whsec_";

  private final List<Variant<VerificationKey>> variants = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  private KeyVariants() {}

  /** Returns the keys that are not in use, each once. */
  static List<Variant<VerificationKey>> of(KeyRing ring, Scheme scheme) {
    KeyVariants all = new KeyVariants();
    ring.active().forEach(key -> all.seen.add(key.key().fingerprint()));
    for (KeyRing.Named other : ring.others(scheme)) {
      all.add(
          Cause.OTHER_KEY,
          "the key of " + other.origin(),
          "Configure the key of this very endpoint; what is in use belongs to another, or is of"
              + " before or after a rotation.",
          other.key());
    }
    if (!scheme.hasPublicKey()) { // One is read in all the forms that it comes in.
      for (KeyRing.Named key : ring.active()) {
        all.addWritings(key);
      }
      for (KeyRing.Named key : ring.others(scheme)) {
        all.addWritings(key);
      }
    }
    return all.variants;
  }

  private void addWritings(KeyRing.Named key) {
    String text = key.text();
    String origin = "the secret of " + key.origin();
    String meant = SecretText.meant(text);
    add(
        Cause.SECRET_WRAPPED,
        origin
            + " without what stands around it, for it "
            + String.join(", and ", SecretText.warnings(text)),
        "Store the secret alone: no newline at its end (printf '%s', not echo), no blanks, no"
            + " quotes, no NAME= in front, and as plain UTF-8.",
        meant);
    severalIn(meant)
        .forEach(
            one ->
                add(
                    Cause.SECRET_WRAPPED,
                    origin + " as one of the JSON that it holds",
                    "Store the JSON alone, as plain UTF-8.",
                    one));
    addWrapped(origin, meant);
    boolean prefixed = meant.startsWith(PREFIX);
    String core = prefixed ? meant.substring(PREFIX.length()) : meant;
    if (prefixed) {
      add(
          Cause.SECRET_PREFIX,
          origin + " without " + PREFIX,
          "Whoever signed has cut the prefix off; the contract is that the secret is used as it"
              + " stands, prefix included.",
          core);
    } else {
      add(
          Cause.SECRET_PREFIX,
          origin + " with " + PREFIX + " in front",
          "Configure the secret with its prefix, exactly as the console shows it.",
          PREFIX + core);
    }
    String encoded =
        "Whoever signed has decoded the secret to bytes first; the contract is that its characters"
            + " are the key.";
    addBytes(Cause.SECRET_ENCODED, origin + " decoded from base64", encoded, base64(core));
    addBytes(Cause.SECRET_ENCODED, origin + " decoded from hexadecimal", encoded, hex(core));
  }

  /** What the sender has around the secret, where the secret here is as it should be. */
  private void addWrapped(String origin, String meant) {
    String cure =
        "The sender has it so, most likely from a file: store the secret alone there, with no"
            + " newline at its end (printf '%s', not echo), no quotes, and as plain UTF-8.";
    Map<String, String> wrapped = new LinkedHashMap<>();
    Map.of("a newline", "\n", "a carriage return and a newline", "\r\n", "a carriage return", "\r")
        .forEach(
            (what, end) -> {
              wrapped.put(what + " at its end", meant + end);
              wrapped.put(
                  "a byte-order mark in front and " + what + " at its end", "\uFEFF" + meant + end);
            });
    wrapped.put("a byte-order mark in front", "\uFEFF" + meant);
    wrapped.put("a blank at its end", meant + " ");
    wrapped.put("a blank in front", " " + meant);
    wrapped.put("double quotes around it", '"' + meant + '"');
    wrapped.put("single quotes around it", "'" + meant + "'");
    wrapped.forEach(
        (what, text) -> add(Cause.SECRET_WRAPPED, origin + " with " + what, cure, text));
    for (String end : List.of("", "\r\n")) {
      for (String mark : List.of("", "\uFEFF")) {
        addBytes(
            Cause.SECRET_WRAPPED,
            origin + " in UTF-16, as PowerShell writes a file",
            cure,
            (mark + meant + end).getBytes(StandardCharsets.UTF_16LE));
      }
    }
  }

  private static List<String> severalIn(String text) {
    try {
      List<String> several = SecretText.read(text);
      return several.equals(List.of(text)) ? List.of() : several;
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** A text that is no key, such as blanks in quotes, is only a guess, and is left out. */
  private void add(Cause cause, String what, String cure, String secret) {
    if (!secret.isBlank() && StandardCharsets.UTF_8.newEncoder().canEncode(secret)) {
      add(cause, what, cure, SharedSecret.of(secret));
    }
  }

  private void addBytes(Cause cause, String what, String cure, byte @Nullable [] secret) {
    if (secret != null && secret.length > 0) {
      add(cause, what, cure, SharedSecret.ofBytes(secret));
    }
  }

  private void add(Cause cause, String what, String cure, VerificationKey key) {
    if (seen.add(key.fingerprint())) {
      variants.add(new Variant<>(cause, what + " (" + key.fingerprint() + ")", cure, key));
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
