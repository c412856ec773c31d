package dev.hookset.local.stack;

import dev.hookset.EventKey;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import org.jspecify.annotations.Nullable;

/**
 * Is told what the stack does. Called from many threads; must not throw. What it does not implement
 * it does not hear.
 */
public interface StackListener {
  /** A function has judged a delivery; its answer goes out next. */
  default void delivered(Receipt receipt) {}

  /** The worker is through with a message. */
  default void worked(Report report) {}

  /** Something of the stack itself went wrong; {@code message} is for the person at the laptop. */
  default void troubled(String message) {}

  /** A request to a provider's route was answered. */
  default void answered(Exchange exchange) {}

  /** A function has changed a record. A worker may claim one before its delivery is answered. */
  default void stepped(Step step) {}

  /**
   * The user's handlers were saved.
   *
   * @param flaw why those before them go on, as javac says it; null if they were swapped
   */
  default void reloaded(@Nullable String flaw) {}

  /** A handler printed a line while it worked on an event. */
  default void printed(EventKey key, String line) {}
}
