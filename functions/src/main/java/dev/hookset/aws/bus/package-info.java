/**
 * The bundled handler that forwards events to an EventBridge bus.
 *
 * <p>Start reading at {@link dev.hookset.aws.bus.EventBridgeForward}; only the wiring comes in.
 */
@NullMarked
package dev.hookset.aws.bus;

import org.jspecify.annotations.NullMarked;
