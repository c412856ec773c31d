package dev.hookset.local.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The lines that a process prints, from the first one on; a thread of its own reads them. */
final class Output {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Void> end;

  /** Starts to read {@code stream}. */
  Output(InputStream stream) {
    this.end = CompletableFuture.runAsync(() -> read(stream), Thread::startVirtualThread);
  }

  /** Returns the lines so far. */
  List<String> lines() {
    lock.lock();
    try {
      return List.copyOf(lines);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns the first line that is {@code wanted}, waiting for it.
   *
   * @throws TimeoutException if it does not come; the message shows what came instead
   */
  String await(Predicate<String> wanted, Duration patience)
      throws InterruptedException, TimeoutException {
    long left = patience.toNanos();
    lock.lock();
    try {
      for (int next = 0; ; next++) {
        while (next == lines.size()) {
          left = changed.awaitNanos(left);
          if (left <= 0) {
            throw new TimeoutException("no such line came, but these: " + lines);
          }
        }
        if (wanted.test(lines.get(next))) {
          return lines.get(next);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the process has closed its end. */
  void awaitEnd() {
    end.join();
  }

  private void read(InputStream stream) {
    try (BufferedReader text = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("what follows could not be read: " + e);
    }
  }

  private void add(String line) {
    lock.lock();
    try {
      lines.add(line);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
