package dev.hookset.local.cloud;

/** A deployed stack cannot be asked. The message is one line and says what to do about it. */
public final class CloudProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public CloudProblem(String message) {
    super(message);
  }
}
