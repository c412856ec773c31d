/**
 * Compares what a provider says it has sent with what the inbox has.
 *
 * <p>Start reading at {@link dev.hookset.local.reconcile.Comparison}; {@link
 * dev.hookset.local.reconcile.Lister} is what a provider with an API has, and {@link
 * dev.hookset.local.reconcile.Silences} what can be told of all the others. This package sees the
 * records; the command line comes in.
 */
@NullMarked
package dev.hookset.local.reconcile;

import org.jspecify.annotations.NullMarked;
