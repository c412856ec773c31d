/**
 * Gets a receiver ready for its first delivery: priming in the start, and before a snapshot is
 * taken of it.
 *
 * <p>Start reading at {@link Priming}. Only the wiring and the receiver's entry point come in.
 */
@NullMarked
package dev.hookset.aws.snapshot;

import org.jspecify.annotations.NullMarked;
