/**
 * Compiles the user's handlers when they are saved, and has them swapped while the stack runs.
 *
 * <p>Start reading at {@link dev.hookset.local.reload.HandlerReload}. This room sees {@code files}
 * alone; the command line comes in.
 */
@NullMarked
package dev.hookset.local.reload;

import org.jspecify.annotations.NullMarked;
