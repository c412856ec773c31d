package dev.hookset.signing;

import java.util.Objects;

/**
 * There is no key to judge with, so nothing can be accepted. The message is for the operator and
 * names what to set.
 */
public final class KeysUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whose turn it is to act. */
  public enum Cause {
    /** The operator has configured no key, or one that is none: it stays so until somebody acts. */
    NOT_CONFIGURED,
    /**
     * A key is configured, but where it is kept could not be reached: the sender should try again.
     */
    UNREACHABLE
  }

  private final Cause why;

  /**
   * Creates one.
   *
   * @param why whose turn it is
   * @param message what is missing and where to find it; never a key or a part of one
   */
  public KeysUnavailable(Cause why, String message) {
    super(message);
    this.why = Objects.requireNonNull(why, "why");
  }

  /** Returns whose turn it is to act. */
  public Cause why() {
    return why;
  }
}
