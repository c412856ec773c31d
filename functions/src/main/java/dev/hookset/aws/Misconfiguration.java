package dev.hookset.aws;

/**
 * A variable holds a value that the function cannot work with. Thrown at start; the message names
 * the variable and what was expected.
 */
public final class Misconfiguration extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one; {@code expected} must not repeat a secret value. */
  Misconfiguration(String variable, String expected) {
    super(variable + " " + expected);
  }

  /** Creates one with what caused it. */
  Misconfiguration(String variable, String expected, Throwable cause) {
    super(variable + " " + expected, cause);
  }
}
