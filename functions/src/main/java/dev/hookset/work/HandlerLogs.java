package dev.hookset.work;

import dev.hookset.Event;

/** Makes the log of a handler's run. Called from several threads at once; must not throw. */
@FunctionalInterface
public interface HandlerLogs {
  /**
   * Returns a log for one run.
   *
   * @param event whose run it is
   * @param attempt which attempt on the event it is, from 1
   * @param handler the handler's name
   */
  HandlerLog of(Event event, int attempt, String handler);
}
