/**
 * Erases events for good, wherever they are kept: in the table and the bucket of a stack, and in
 * what {@code ./hookset dev} keeps beside its records.
 *
 * <p>Start reading at {@link dev.hookset.local.forget.Forgetting}. This package sees the records
 * and the local stack's files; the command line comes in.
 */
@NullMarked
package dev.hookset.local.forget;

import org.jspecify.annotations.NullMarked;
