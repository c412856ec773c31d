package dev.hookset.local.page;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one page is still to be told. Whoever does not read for long is cut off, so that memory is
 * bounded; the page then asks again, and gets everything anew.
 */
final class Feed {
  private static final int MOST_WAITING = 20_000;
  private static final String END = "";

  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private volatile boolean ended;

  /** Creates a feed that begins with {@code first}. */
  Feed(String first) {
    waiting.add(first);
  }

  /** Adds a message; returns whether the feed goes on. */
  boolean add(String message) {
    if (!ended && !waiting.offer(message)) {
      end();
    }
    return !ended;
  }

  /** Ends the feed. */
  void end() {
    ended = true;
    if (!waiting.offer(END)) {
      waiting.clear();
      waiting.add(END);
    }
  }

  /** Returns whether it has ended. */
  boolean hasEnded() {
    return ended;
  }

  /**
   * Returns the next message; one that is not for anybody if none comes for {@code patience}; null
   * if the feed has ended.
   */
  @Nullable String next(Duration patience) throws InterruptedException {
    String message = waiting.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (message == null) {
      return PageJson.NOTHING;
    }
    return message.equals(END) ? null : message;
  }

  /** Returns whether nothing waits. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }
}
