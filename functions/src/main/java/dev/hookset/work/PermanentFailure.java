package dev.hookset.work;

/**
 * Thrown by a handler for an event that it will never be able to handle: it is FAILED at once, and
 * only a replay brings it back.
 */
public final class PermanentFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one; {@code message} is kept in the record, for the person who looks into it. */
  public PermanentFailure(String message) {
    super(message);
  }

  /** Creates one with what caused it. */
  public PermanentFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
