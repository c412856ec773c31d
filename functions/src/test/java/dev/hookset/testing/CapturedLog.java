package dev.hookset.testing;

import dev.hookset.Event;
import dev.hookset.work.HandlerLog;
import dev.hookset.work.HandlerLogs;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what handlers log, for a test to look at. Safe to share between threads. */
public final class CapturedLog implements HandlerLog, HandlerLogs {
  private final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public HandlerLog of(Event event, int attempt, String handler) {
    return this;
  }

  @Override
  public void info(String message) {
    lines.add("INFO " + message);
  }

  @Override
  public void warn(String message) {
    lines.add("WARN " + message);
  }

  @Override
  public void error(String message) {
    lines.add("ERROR " + message);
  }

  /** Returns what was logged so far, each line with its level in front: {@code INFO paged}. */
  public List<String> lines() {
    return List.copyOf(lines);
  }
}
