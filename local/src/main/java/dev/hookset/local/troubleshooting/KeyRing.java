package dev.hookset.local.troubleshooting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The keys of a case: those in use, and others that may have signed by mistake, such as an earlier
 * version or another provider's. Immutable; printed, it shows where keys came from and nothing of
 * what they are.
 */
public final class KeyRing {
  private static final JsonMapper JSON = new JsonMapper();

  private final List<Named> active;
  private final List<Named> others;

  private KeyRing(List<Named> active, List<Named> others) {
    this.active = active;
    this.others = others;
  }

  /** Returns a ring without keys. */
  public static KeyRing empty() {
    return new KeyRing(List.of(), List.of());
  }

  /**
   * Returns this ring with what a configuration names as a provider's key in use: one key or
   * several, in any of the forms that the functions read.
   *
   * @param origin where it came from, for people
   * @throws IllegalArgumentException if there is no usable key in it; the message does not repeat it
   */
  public KeyRing withActive(String origin, Scheme.Algorithm algorithm, String text) {
    List<Named> more = new ArrayList<>(active);
    more.addAll(Named.readAll(origin, algorithm, text));
    return new KeyRing(List.copyOf(more), others);
  }

  /**
   * Returns this ring with a key that is not in use here, likewise. One that cannot be used is left
   * out: it is only a guess.
   */
  public KeyRing withOther(String origin, Scheme.Algorithm algorithm, String text) {
    List<Named> more = new ArrayList<>(others);
    try {
      more.addAll(Named.readAll(origin, algorithm, text));
    } catch (IllegalArgumentException e) {
      return this;
    }
    return new KeyRing(active, List.copyOf(more));
  }

  List<Named> active() {
    return active;
  }

  List<Named> others(Scheme.Algorithm algorithm) {
    return others.stream().filter(key -> key.algorithm == algorithm).toList();
  }

  List<VerificationKey> activeKeys() {
    return active.stream().map(Named::key).toList();
  }

  @Override
  public String toString() {
    return "KeyRing[in use " + active + ", others " + others + "]";
  }

  /** A key, the text it was read from, and where that came from. */
  static final class Named {
    private final String origin;
    private final Scheme.Algorithm algorithm;
    private final String text;
    private final VerificationKey key;

    private Named(String origin, Scheme.Algorithm algorithm, String text, VerificationKey key) {
      this.origin = Objects.requireNonNull(origin, "origin");
      this.algorithm = algorithm;
      this.text = text;
      this.key = key;
    }

    String origin() {
      return origin;
    }

    /** Returns the secret as it was written; it must not leave this room. */
    String text() {
      return text;
    }

    VerificationKey key() {
      return key;
    }

    private static List<Named> readAll(String origin, Scheme.Algorithm algorithm, String text) {
      return switch (algorithm) {
        case HMAC_SHA256 -> {
          List<SharedSecret> secrets = SharedSecret.readAll(text);
          List<String> texts = texts(text);
          List<Named> named = new ArrayList<>();
          for (int i = 0; i < secrets.size(); i++) {
            String one = texts.size() == secrets.size() ? texts.get(i) : text;
            named.add(new Named(origin, algorithm, one, secrets.get(i)));
          }
          yield named;
        }
        case ED25519 ->
            Ed25519PublicKey.readAll(text).stream()
                .map(key -> new Named(origin, algorithm, text, key))
                .toList();
      };
    }

    /** Returns the secrets that {@code text} writes, as the functions read them. */
    private static List<String> texts(String text) {
      if (!text.startsWith("[") && !text.startsWith("{")) {
        return List.of(text);
      }
      try {
        List<String> strings = new ArrayList<>();
        for (JsonNode value : JSON.readTree(text)) {
          strings.add(value.asText());
        }
        return strings;
      } catch (JsonProcessingException e) {
        return List.of(text);
      }
    }

    @Override
    public String toString() {
      return origin + " " + key.fingerprint();
    }
  }
}
