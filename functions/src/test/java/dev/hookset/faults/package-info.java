/**
 * Kills the receiver, the worker, the relay and the operator's command at every point of their way,
 * in memory and by a clock of our own, and looks at what becomes of the events.
 *
 * <p>That is the room's one job. Start reading at {@code CrashMatrixTest}; {@code FaultyPorts} has
 * the points, {@code InterleavingsTest} the invariants that hold at each of them.
 */
@NullMarked
package dev.hookset.faults;

import org.jspecify.annotations.NullMarked;
