/**
 * What commands print and read: tables, colours, a progress bar, times, JSON for machines, text
 * from outside made harmless, and the problem that ends a command in one sentence.
 *
 * <p>Start reading at {@link dev.hookset.local.cli.terminal.Terminal}. Knows no command; of the
 * functions it knows the status of a record and how times are written. Only the commands come in.
 */
@NullMarked
package dev.hookset.local.cli.terminal;

import org.jspecify.annotations.NullMarked;
