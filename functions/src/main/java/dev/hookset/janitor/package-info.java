/**
 * Deletes the bodies that no record refers to any more.
 *
 * <p>There is one class, {@link dev.hookset.janitor.Janitor}. This package sees {@code inbox} and
 * the root; only the wiring comes in.
 */
@NullMarked
package dev.hookset.janitor;

import org.jspecify.annotations.NullMarked;
