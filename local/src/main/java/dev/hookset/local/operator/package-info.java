/**
 * What an operator does with the records of a stack: list, replay, redrive.
 *
 * <p>There is one class, {@link dev.hookset.local.operator.Operator}. This package sees the
 * functions; the command line comes in.
 */
@NullMarked
package dev.hookset.local.operator;

import org.jspecify.annotations.NullMarked;
