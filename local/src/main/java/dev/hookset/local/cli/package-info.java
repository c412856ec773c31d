/**
 * The command line: {@code ./hookset}.
 *
 * <p>Start reading at {@link dev.hookset.local.cli.Hookset}, which names the commands. Each command
 * is one class; what they print is made here, and what they do is done elsewhere. Nobody comes in.
 */
@NullMarked
package dev.hookset.local.cli;

import org.jspecify.annotations.NullMarked;
