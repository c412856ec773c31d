/**
 * What the functions' log tells: its lines, what they add up to, and the file in which the local
 * stack keeps them.
 *
 * <p>Start reading at {@link dev.hookset.local.history.LogLine}. Refusals and duplicates are
 * recorded nowhere but here. This package sees the functions; the command line and whoever reads
 * the log of a deployed stack come in.
 */
@NullMarked
package dev.hookset.local.history;

import org.jspecify.annotations.NullMarked;
