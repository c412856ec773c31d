package dev.hookset.faults;

/** What stops the thread of a simulated process that was killed. Nothing of ours may catch it. */
final class Killed extends Error {
  private static final long serialVersionUID = 1L;

  Killed() {
    super("the process was killed", null, false, false);
  }
}
