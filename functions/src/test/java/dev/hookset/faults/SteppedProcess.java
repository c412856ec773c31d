package dev.hookset.faults;

import dev.hookset.faults.Point.Side;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A process that stops before every call and goes on, to the next one, when it is told to. Between
 * two such steps only the one that steps it runs, so that many of them take turns in an order that
 * somebody has drawn.
 */
final class SteppedProcess implements Points {
  private final String name;
  private final Semaphore mayGoOn = new Semaphore(0);
  private final Semaphore hasStopped = new Semaphore(0);
  private volatile @Nullable Point stoppedAt;
  private volatile @Nullable Throwable failure;
  private volatile boolean dead;
  private volatile boolean ended;
  private @Nullable Thread main;

  SteppedProcess(String name) {
    this.name = name;
  }

  /** Starts {@code work} and lets it run to its first stop. */
  void start(Runnable work) {
    main = Thread.ofVirtual().unstarted(() -> run(work));
    main.start();
    hasStopped.acquireUninterruptibly();
  }

  private void run(Runnable work) {
    try {
      work.run();
    } catch (Killed e) {
      // That is how a process ends that is killed.
    } catch (Throwable e) {
      // A worker and a relay say so in their own way when one of their threads was stopped;
      // anything
      // else is for the one who steps.
      if (!dead) {
        failure = e;
      }
    }
    ended = true;
    hasStopped.release();
  }

  @Override
  public void pass(Point point) {
    if (dead) {
      throw new Killed();
    }
    if (point.side() == Side.AFTER) {
      return;
    }
    stoppedAt = point;
    hasStopped.release();
    mayGoOn.acquireUninterruptibly();
    if (dead) {
      throw new Killed();
    }
  }

  /** Lets it take its next call and run to the one after it, or to its end. */
  void step() {
    mayGoOn.release();
    hasStopped.acquireUninterruptibly();
    Throwable thrown = failure;
    if (thrown != null) {
      throw new AssertionError(name + " failed", thrown);
    }
  }

  /** Kills it where it stands. */
  void kill() {
    dead = true;
    step();
  }

  boolean hasEnded() {
    return ended;
  }

  /**
   * Returns whether this is the thread that it was started on, and none of those that it started.
   */
  boolean isMainThread() {
    return Thread.currentThread().equals(main);
  }

  @Override
  public String toString() {
    return name + (ended ? " (ended)" : " " + stoppedAt);
  }
}
