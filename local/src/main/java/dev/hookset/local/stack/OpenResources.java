package dev.hookset.local.stack;

import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened so far, to be closed the other way round if the rest does not open. */
final class OpenResources {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T closeable) {
    opened.push(closeable);
    return closeable;
  }

  void close() {
    for (AutoCloseable closeable : opened) {
      try {
        closeable.close();
      } catch (Exception e) {
        // The failure that led here is the one to report.
      }
    }
  }
}
