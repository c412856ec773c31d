package dev.hookset.local.cli.terminal;

import java.io.PrintWriter;

/** A bar that shows how far long work has come, on a terminal; elsewhere nothing. */
public final class Progress {
  private static final int WIDTH = 30;

  private final PrintWriter err;
  private final boolean shown;
  private final int total;
  private int done;
  private int lastPerMille = -1;

  /** Shows nothing yet; one thing alone, or none, has no bar. */
  public Progress(PrintWriter err, Terminal terminal, int total) {
    this.err = err;
    this.shown = terminal.isInteractive() && total > 1;
    this.total = total;
  }

  /** One more is done. */
  public void step() {
    done++;
    int perMille = (int) (1000L * done / Math.max(total, 1));
    if (shown && perMille != lastPerMille) {
      lastPerMille = perMille;
      int filled = WIDTH * perMille / 1000;
      err.print(
          "\r[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + " of " + total);
      err.flush();
    }
  }

  /** Takes the bar away. */
  public void end() {
    if (shown && lastPerMille >= 0) {
      err.print("\r" + " ".repeat(WIDTH + 4 + 2 * Integer.toString(total).length() + 4) + "\r");
      err.flush();
    }
  }
}
