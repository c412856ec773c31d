package dev.hookset.local.cli.terminal;

import java.io.IOException;

/**
 * What a command prints can be written no longer. It flies through whatever the command does, so
 * that none goes on for nobody, or ends as if its output had arrived.
 */
public final class OutputLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean pipeClosed;

  private OutputLost(String message, boolean pipeClosed) {
    super(message, null, false, false);
    this.pipeClosed = pipeClosed;
  }

  /** Nobody reads any more, as behind {@code | head -1}: the reader has had what it wanted. */
  public static OutputLost ofAClosedPipe() {
    return new OutputLost("nobody reads the output any more", true);
  }

  /** Returns what a failed write means. */
  static OutputLost of(IOException e) {
    String reason = String.valueOf(e.getMessage());
    return reason.contains("pipe")
        ? ofAClosedPipe()
        : new OutputLost("the output cannot be written: " + reason, false);
  }

  /** Returns whether the reader of a pipe has gone, which is no failure. */
  public boolean isOfAClosedPipe() {
    return pipeClosed;
  }
}
