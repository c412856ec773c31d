package dev.hookset.work;

import java.util.HashSet;
import java.util.Set;

/**
 * The threads of an invocation that are inside a handler. They are interrupted when its time is
 * nearly up, and no others: a thread that is about to write to the inbox is let alone. Safe to
 * share between threads.
 */
final class HandlerThreads {
  private final Set<Thread> handling = new HashSet<>();
  private boolean stopped;

  /**
   * Returns whether the current thread may start a handler; if so it must call {@link #end} when
   * that is over.
   */
  synchronized boolean begin() {
    return !stopped && handling.add(Thread.currentThread());
  }

  /**
   * Ends what {@link #begin} allowed. An interruption that the handler has left pending is cleared.
   */
  synchronized void end() {
    handling.remove(Thread.currentThread());
    Thread.interrupted();
  }

  /** Interrupts what runs and allows no more. */
  synchronized void stop() {
    stopped = true;
    handling.forEach(Thread::interrupt);
  }
}
