package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Terminal;
import dev.hookset.local.troubleshooting.TextBytes;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The secret that a command is given: typed unseen, piped in, or made here.
 *
 * @param said what is asked and shown goes there
 * @param generate whether it is made
 * @param shows whether one that was made is shown there
 */
record SecretInput(Terminal terminal, PrintWriter said, boolean generate, boolean shows) {
  private static final int GENERATED_BYTES = 32;

  /** Returns the secret for {@code provider}. */
  String of(Provider provider) {
    if (generate) {
      byte[] bytes = new byte[GENERATED_BYTES];
      new SecureRandom().nextBytes(bytes);
      return "whsec_" + HexFormat.of().formatHex(bytes);
    }
    if (terminal.isInteractive()) {
      said.println(provider.whereToFindTheKey() + ".");
      said.flush();
    }
    byte[] bytes = terminal.secret("Secret of " + provider.name() + " (not shown): ");
    // What was typed has no line end, and what echo pipes in is not meant to.
    String text = bytes == null ? "" : TextBytes.decoded(bytes).replaceFirst("(?:\r\n|\n|\r)$", "");
    if (text.isEmpty()) {
      throw new Problem("no secret was given; nothing is changed");
    }
    SecretForm.require(provider, text);
    return text;
  }

  /** Shows a secret that was made, and before it is stored: one that nobody saw is of no use. */
  void show(Provider provider, String text) {
    if (!generate || !shows) {
      return; // As JSON it stands in the object, and in no log of the standard error.
    }
    said.println("Give it to " + provider.name() + "; it is shown this once:");
    said.println();
    said.println("  " + text);
    said.println();
    said.flush();
  }
}
