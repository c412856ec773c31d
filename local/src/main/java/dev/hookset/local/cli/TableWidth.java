package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Table;
import picocli.CommandLine.Option;

/** How wide a command's table may be: the same in a terminal and in a pipe, so that it is known. */
final class TableWidth {
  @Option(
      names = "--wide",
      description =
          "All columns, and every cell whole; without it a table fits 80 columns, in a pipe, too.")
  private boolean wide;

  boolean isWide() {
    return wide;
  }

  /** Returns how a table is printed that may be too wide. */
  Table.Fit or(Table.Fit narrow) {
    return wide ? Table.Fit.WHOLE : narrow;
  }
}
