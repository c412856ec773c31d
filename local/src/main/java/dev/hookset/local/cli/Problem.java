package dev.hookset.local.cli;

/**
 * Something that the person at the keyboard can do something about. The message is one line and
 * says what.
 */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean ofTheCommandLine;

  /** Something is in the way. */
  Problem(String message) {
    this(message, false);
  }

  private Problem(String message, boolean ofTheCommandLine) {
    super(message, null, false, false);
    this.ofTheCommandLine = ofTheCommandLine;
  }

  /** Returns a problem of the command line itself. */
  static Problem ofTheCommandLine(String message) {
    return new Problem(message, true);
  }

  /** Returns the code to exit with. */
  int exitCode() {
    return ofTheCommandLine ? Hookset.WRONG_COMMAND_LINE : Hookset.IN_THE_WAY;
  }
}
