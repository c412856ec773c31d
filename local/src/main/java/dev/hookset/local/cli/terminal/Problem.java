package dev.hookset.local.cli.terminal;

/**
 * Something that the person at the keyboard can do something about. The message is one line and
 * says what.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean ofTheCommandLine;

  /** Something is in the way. */
  public Problem(String message) {
    this(message, false);
  }

  private Problem(String message, boolean ofTheCommandLine) {
    super(message, null, false, false);
    this.ofTheCommandLine = ofTheCommandLine;
  }

  /** Returns a problem of the command line itself. */
  public static Problem ofTheCommandLine(String message) {
    return new Problem(message, true);
  }

  /** Returns whether the command line itself is wrong. */
  public boolean isOfTheCommandLine() {
    return ofTheCommandLine;
  }
}
