package dev.hookset.faults;

/** Is told of each point that a process passes, on the thread that passes it. */
@FunctionalInterface
interface Points {
  /**
   * Is told of {@code point}.
   *
   * @throws Killed if the process is dead, from here or from before
   */
  void pass(Point point);
}
