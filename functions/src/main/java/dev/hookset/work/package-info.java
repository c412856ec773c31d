/**
 * From a pointer to a settled record: claim, run the handlers, settle.
 *
 * <p>Start reading at {@link dev.hookset.work.Worker}; who writes handlers needs only {@link
 * dev.hookset.work.Handler} and {@link dev.hookset.work.Routes}. This package sees {@code inbox}
 * and the root and nothing else, so that no handler can reach a secret; {@code handlers} and the
 * wiring come in.
 */
@NullMarked
package dev.hookset.work;

import org.jspecify.annotations.NullMarked;
