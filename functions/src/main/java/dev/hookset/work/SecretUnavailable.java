package dev.hookset.work;

/** A secret has no value, or it could not be fetched; the message says which and what to do. */
public final class SecretUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one; {@code message} must not repeat a value. */
  public SecretUnavailable(String message) {
    super(message);
  }

  /** Creates one with what caused it. */
  public SecretUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
