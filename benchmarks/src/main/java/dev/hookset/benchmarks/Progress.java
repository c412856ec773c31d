package dev.hookset.benchmarks;

/** Says on standard error what is being done. */
final class Progress {
  private Progress() {}

  static void say(String what) {
    System.err.println(what);
  }
}
