package dev.hookset.work;

/**
 * Prints lines that carry the event, its attempt and its handler, so that they are found together.
 * Safe to share between threads. What is printed is kept as long as the log: no secrets, and no
 * more of a body than has to be there.
 */
public interface HandlerLog {
  /** Prints a line of level INFO. */
  void info(String message);

  /** Prints a line of level WARN. */
  void warn(String message);

  /** Prints a line of level ERROR. To fail the event, throw: the log alone changes nothing. */
  void error(String message);
}
