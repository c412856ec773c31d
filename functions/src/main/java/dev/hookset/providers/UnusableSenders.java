package dev.hookset.providers;

import org.jspecify.annotations.Nullable;

/** The user's own senders cannot be had; the message says why, in a sentence. */
public final class UnusableSenders extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  UnusableSenders(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
