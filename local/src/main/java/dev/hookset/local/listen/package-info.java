/**
 * Plays what a deployed stack has recorded into the inbox of the local one, as often as somebody
 * wants and without writing to the source.
 *
 * <p>Start reading at {@link dev.hookset.local.listen.Listener}; {@link
 * dev.hookset.local.listen.LocalCopies} is the side that is written to. This package sees the
 * records; the command line comes in.
 */
@NullMarked
package dev.hookset.local.listen;

import org.jspecify.annotations.NullMarked;
