package dev.hookset.local.page;

import java.time.Duration;

/**
 * Looks at the records again and again while somebody has the page open. What is in the way is told
 * once, until it is out of the way.
 */
final class Polling implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(3);

  private final DeliveryLog log;
  private final boolean atOnce;
  private final Runnable look;
  private final Thread thread;
  private boolean troubled;

  /**
   * Starts it.
   *
   * @param atOnce whether the first look is now, whoever watches
   * @param look is called by one thread
   */
  Polling(DeliveryLog log, boolean atOnce, Runnable look) {
    this.log = log;
    this.atOnce = atOnce;
    this.look = look;
    this.thread = Thread.ofVirtual().name("page-poller").start(this::poll);
  }

  private void poll() {
    try {
      if (atOnce) {
        tryToLook();
      }
      while (true) {
        Thread.sleep(EVERY);
        if (log.isWatched()) {
          tryToLook();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tryToLook() {
    try {
      look.run();
      troubled = false;
    } catch (RuntimeException e) {
      if (!troubled && !Thread.currentThread().isInterrupted()) {
        log.troubled("the records cannot be read: " + e.getMessage());
      }
      troubled = true;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
