package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;

/** Where secrets are kept: on this machine, or with a deployed stack. */
interface SecretPlace {
  /**
   * Asks for a secret of {@code provider}, keeps it, and returns the exit code.
   *
   * @param said for people
   * @param result for machines
   */
  int give(Provider provider, SecretInput input, PrintWriter said, Json result);

  /** Puts the secret before the present one out of use. */
  void forgetPrevious(Provider provider, PrintWriter said, Json result);

  /** Prints which secrets are set. */
  void list(PrintWriter out, boolean json, TableWidth width);
}
