/**
 * The command line: {@code ./hookset}.
 *
 * <p>Start reading at {@link dev.hookset.local.cli.Hookset}, which names the commands. Each command
 * is one class. What they do is done elsewhere; tables, colours, times and the like are in {@code
 * cli.terminal}. Nobody comes in.
 */
@NullMarked
package dev.hookset.local.cli;

import org.jspecify.annotations.NullMarked;
