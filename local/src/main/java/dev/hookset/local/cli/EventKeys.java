package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.local.cli.terminal.Problem;

/** The key of an event that somebody names. */
final class EventKeys {
  /** An ID of 256, a tilde and 16 digits, rounded up: nothing is recorded under a longer one. */
  private static final int LONGEST = 300;

  private EventKeys() {}

  /** Returns the key; a longer ID than is recorded stands there by its digest. */
  static EventKey of(String provider, String id) {
    if (provider.isEmpty() || provider.indexOf('#') >= 0 || id.isEmpty()) {
      throw Problem.ofTheCommandLine("which event? `./hookset list` names them: PROVIDER ID");
    }
    return new EventKey(
        provider, id.length() > LONGEST ? "sha256:" + Body.ofUtf8(id).sha256() : id);
  }
}
