package dev.hookset.work;

/** Is told what became of each message. Called from several threads at once; must not throw. */
@FunctionalInterface
public interface WorkLog {
  /** Notes what became of a message. */
  void note(Report report);
}
