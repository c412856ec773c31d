package dev.hookset.inbox;

/**
 * A call of the inbox failed or timed out, for a reason that has nothing to do with the record.
 * Whether a write was applied is not known. Nobody catches it on the way, so that whoever sent the
 * work sends it again.
 */
public final class InboxUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one; {@code message} says what was being done. */
  public InboxUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
