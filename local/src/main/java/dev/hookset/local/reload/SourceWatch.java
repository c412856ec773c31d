package dev.hookset.local.reload;

/** Tells when the user's files change. */
@FunctionalInterface
public interface SourceWatch {
  /**
   * What changed.
   *
   * @param sources a source or resource of the handlers
   * @param pom the file that names their libraries
   */
  record Change(boolean sources, boolean pom) {}

  /** Waits for the next change, or for several that belong together. */
  Change await() throws InterruptedException;
}
