package dev.hookset.local.stack;

import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;

/** Is told what the stack does. Called from many threads; must not throw. */
public interface StackListener {
  /** A function has judged a delivery; its answer goes out next. */
  void delivered(Receipt receipt);

  /** The worker is through with a message. */
  void worked(Report report);

  /** Something of the stack itself went wrong; {@code message} is for the person at the laptop. */
  void troubled(String message);
}
