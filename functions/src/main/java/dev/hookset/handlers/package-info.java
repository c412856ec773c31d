/**
 * Your room: what is done about an event.
 *
 * <p>Name your handlers in {@link dev.hookset.handlers.HandlerRoutes} and put them beside it. This
 * package sees {@code work}, {@code payloads} and the root; only the wiring comes in.
 */
@NullMarked
package dev.hookset.handlers;

import org.jspecify.annotations.NullMarked;
