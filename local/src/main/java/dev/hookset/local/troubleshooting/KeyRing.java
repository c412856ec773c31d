package dev.hookset.local.troubleshooting;

import dev.hookset.signing.Scheme;
import dev.hookset.signing.SecretText;
import dev.hookset.signing.VerificationKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The keys of a case: those in use, and others that may have signed by mistake, such as an earlier
 * version or another provider's. Immutable; printed, it shows where keys came from and nothing of
 * what they are.
 */
public final class KeyRing {
  private static final KeyRing EMPTY = new KeyRing(List.of(), List.of(), List.of(), List.of());

  private final List<Named> active;
  private final List<Named> others;
  private final List<String> unusable;
  private final List<String> warnings;

  private KeyRing(
      List<Named> active, List<Named> others, List<String> unusable, List<String> warnings) {
    this.active = List.copyOf(active);
    this.others = List.copyOf(others);
    this.unusable = List.copyOf(unusable);
    this.warnings = List.copyOf(warnings);
  }

  /** Returns a ring without keys. */
  public static KeyRing empty() {
    return EMPTY;
  }

  /**
   * Returns this ring with what a configuration names as a provider's key in use: one key or
   * several, in any of the forms that the functions read. One that the functions could not use is
   * kept as {@link #unusable}, so that it does not hide the others.
   *
   * @param origin where it came from, for people
   */
  public KeyRing withActive(String origin, Scheme scheme, String text) {
    List<String> told = new ArrayList<>(warnings);
    if (!scheme.hasPublicKey()) {
      SecretText.warnings(text).forEach(warning -> told.add(origin + " " + warning));
    }
    try {
      return new KeyRing(
          joined(active, Named.readAll(origin, scheme, text)), others, unusable, told);
    } catch (IllegalArgumentException e) {
      return withUnusable(origin + ": " + e.getMessage());
    }
  }

  /** Returns this ring with a key that the functions could not use, for the reason given. */
  public KeyRing withUnusable(String reason) {
    return new KeyRing(active, others, joined(unusable, List.of(reason)), warnings);
  }

  /**
   * Returns this ring with a key that is not in use here, likewise. One that cannot be used is left
   * out: it is only a guess.
   */
  public KeyRing withOther(String origin, Scheme scheme, String text) {
    try {
      return new KeyRing(
          active, joined(others, Named.readAll(origin, scheme, text)), unusable, warnings);
    } catch (IllegalArgumentException e) {
      return this;
    }
  }

  /** Returns what was to be in use and is no key, each with its reason; no key is repeated. */
  public List<String> unusable() {
    return unusable;
  }

  /** Returns what looks like a mistake in the text of the keys in use; no key is repeated. */
  public List<String> warnings() {
    return warnings;
  }

  List<Named> active() {
    return active;
  }

  /** Returns those not in use that could have signed by {@code scheme}. */
  List<Named> others(Scheme scheme) {
    return others.stream()
        .filter(key -> scheme.all().stream().anyMatch(each -> each.fits(key.key)))
        .toList();
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
    private final String text;
    private final VerificationKey key;

    private Named(String origin, String text, VerificationKey key) {
      this.origin = Objects.requireNonNull(origin, "origin");
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

    private static List<Named> readAll(String origin, Scheme scheme, String text) {
      return scheme.hasPublicKey()
          ? scheme.readKeys(text).stream().map(key -> new Named(origin, text, key)).toList()
          : SecretText.read(text).stream()
              .map(secret -> new Named(origin, secret, scheme.readKey(secret)))
              .toList();
    }

    @Override
    public String toString() {
      return origin + " " + key.fingerprint();
    }
  }

  private static <T> List<T> joined(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
