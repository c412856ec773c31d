package dev.hookset.receive;

/**
 * A call of the work queue failed or timed out. The event behind it is safe: the relay pushes it
 * again.
 */
public final class QueueUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one; {@code message} says what was being done. */
  public QueueUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
