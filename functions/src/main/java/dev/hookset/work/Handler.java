package dev.hookset.work;

import dev.hookset.Event;

/**
 * The user's code for an event.
 *
 * <p>It runs once for an event, unless its process dies, or its success cannot be written down,
 * between its effect and the note of it: then it runs again. What it calls should therefore take
 * {@link HandlerContext#idempotencyKey()}; that is the same each time. An event that is replayed on
 * purpose runs again, too.
 *
 * <p>Called on a virtual thread, and for different events from several at once. At {@link
 * HandlerContext#deadline()} the thread is interrupted; a handler that goes on regardless keeps the
 * whole invocation from ending in order.
 */
@FunctionalInterface
public interface Handler {
  /**
   * Handles an event.
   *
   * @throws PermanentFailure if trying again is of no use: the event is FAILED at once
   * @throws Exception for anything else: the event is tried again later, with growing waits, and
   *     FAILED in the end
   */
  void handle(Event event, HandlerContext context) throws Exception;
}
