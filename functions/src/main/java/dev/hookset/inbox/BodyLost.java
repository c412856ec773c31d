package dev.hookset.inbox;

/**
 * The body of a record is not to be had any more: what was kept apart is gone, or is not what came.
 * No retry helps; a person has to look at it.
 */
public final class BodyLost extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates one; {@code message} says what is missing or wrong, and where. */
  public BodyLost(String message) {
    super(message);
  }
}
