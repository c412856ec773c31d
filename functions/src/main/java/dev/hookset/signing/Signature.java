package dev.hookset.signing;

/** A well-formed signature as it came, and what is said to have made it. */
final class Signature {
  private final Scheme.Algorithm algorithm;
  private final byte[] bytes;

  Signature(Scheme.Algorithm algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  Scheme.Algorithm algorithm() {
    return algorithm;
  }

  /** Returns the bytes themselves, which nobody here changes. */
  byte[] bytes() {
    return bytes;
  }
}
