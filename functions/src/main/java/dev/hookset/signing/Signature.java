package dev.hookset.signing;

/** A well-formed signature as it came, and what is said to have made it. */
record Signature(Scheme.Algorithm algorithm, byte[] bytes) {}
