/**
 * Pushes again what was recorded and never settled.
 *
 * <p>There is one class, {@link dev.hookset.relay.Relay}. This package sees {@code inbox}, the root
 * and, of {@code receive}, the work queue; only the wiring comes in.
 */
@NullMarked
package dev.hookset.relay;

import org.jspecify.annotations.NullMarked;
