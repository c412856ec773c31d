/**
 * What a function tells of itself: its log, the metrics in it, and its traces.
 *
 * <p>Start reading at {@link dev.hookset.aws.watch.JsonLog}; {@link dev.hookset.aws.watch.Metric}
 * lists all that is counted. The wiring and the entry points come in; the queue asks for the form
 * of a trace header, and the local tools read the log.
 */
@NullMarked
package dev.hookset.aws.watch;

import org.jspecify.annotations.NullMarked;
