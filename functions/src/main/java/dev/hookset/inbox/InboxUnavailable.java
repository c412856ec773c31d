package dev.hookset.inbox;

/**
 * The inbox did not answer, or not in time, or refused for a reason that has nothing to do with the
 * record. Whether a write was applied is not known. An outage: it flies, so that whoever sent the
 * work sends it again.
 */
public final class InboxUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one; {@code message} says what was being done. */
  public InboxUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
